import { expect, it } from 'vitest';
import { createMetrics } from '../../src/gateway/metrics.ts';
import type { LedgerRow } from '../../src/spend/ledger.ts';
import { requestEvent } from './event.ts';

const isKnown = (model: string) => model === 'a/b';
const gauges = { inFlight: 2, openBreakers: 1 };
const row: LedgerRow = {
  at: new Date('2026-11-22T12:00:00Z'),
  entry: 'main',
  role: 'primary',
  model: 'a/b',
  servedModel: null,
  provider: null,
  promptTokens: 10,
  completionTokens: 5,
  costUsd: '0.1',
  estimated: false,
  outcome: 'ok',
};

it('metrics count requests by outcome', () => {
  const metrics = createMetrics(isKnown);
  for (let i = 0; i < 3; i += 1) metrics.observe(requestEvent({ totalMs: 300 }));
  metrics.observe(requestEvent({ outcome: 'rate_limit', attempts: 3 }));
  const lines = metrics.render(gauges).split('\n');
  const labels = 'entry="main",role="primary",model="a/b"';
  expect(lines).toEqual(
    expect.arrayContaining([
      `openclaw_openrouter_requests_total{${labels},outcome="ok"} 3`,
      `openclaw_openrouter_requests_total{${labels},outcome="rate_limit"} 1`,
      'openclaw_openrouter_extra_attempts_total 2',
      'openclaw_openrouter_requests_in_flight 2',
      'openclaw_openrouter_breakers_open 1',
      'openclaw_openrouter_request_duration_seconds_bucket{le="0.25"} 1',
      'openclaw_openrouter_request_duration_seconds_bucket{le="0.5"} 4',
      'openclaw_openrouter_request_duration_seconds_bucket{le="+Inf"} 4',
    ]),
  );
});

it('metrics count the money exactly and the tokens of each attempt, under its model', () => {
  const metrics = createMetrics((model) => model.startsWith('a/'));
  for (let i = 0; i < 3; i += 1) metrics.settled(row);
  metrics.settled({ ...row, model: 'a/c', costUsd: null, completionTokens: null });
  for (const model of ['made/up', 'made/up-too']) metrics.settled({ ...row, model });
  const lines = metrics.render(gauges).split('\n');
  expect(lines.filter((line) => /(cost_usd|tokens)_total\{/.test(line))).toEqual([
    'openclaw_openrouter_cost_usd_total{entry="main",model="a/b"} 0.3',
    'openclaw_openrouter_cost_usd_total{entry="main",model="other"} 0.2',
    'openclaw_openrouter_tokens_total{entry="main",model="a/b",kind="prompt"} 30',
    'openclaw_openrouter_tokens_total{entry="main",model="a/b",kind="completion"} 15',
    'openclaw_openrouter_tokens_total{entry="main",model="a/c",kind="prompt"} 10',
    'openclaw_openrouter_tokens_total{entry="main",model="other",kind="prompt"} 20',
    'openclaw_openrouter_tokens_total{entry="main",model="other",kind="completion"} 10',
  ]);
});

it('metrics count unknown model ids together', () => {
  const metrics = createMetrics(isKnown);
  for (let i = 0; i < 50; i += 1) metrics.observe(requestEvent({ model: `made/up-${i}` }));
  const text = metrics.render(gauges);
  const labels = 'entry="main",role="primary",model="other"';
  expect(text).toContain(`openclaw_openrouter_requests_total{${labels},outcome="ok"} 50`);
  expect(text).not.toContain('made/up');
});

it('metrics escape names and end every line', () => {
  const metrics = createMetrics(isKnown);
  metrics.observe(requestEvent({ entry: 'a"b\\c\nd' }));
  const text = metrics.render(gauges);
  expect(text).toContain('entry="a\\"b\\\\c\\nd"');
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.trimEnd().split('\n')) {
    expect(line).toMatch(/^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{.*\})? [0-9.e+-]+)$/);
  }
});
