import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createVirtualClock,
  hostRetries,
  rehearsalReport,
  walkEntry,
} from '../../src/probe/rehearsal.ts';
import { buildRequest } from '../../src/routing/request.ts';
import { hasHost, hostPackage } from '../helpers/host.ts';
import { answer, entryOf, failing } from './worlds.ts';

const entry = entryOf({ fallbackModels: ['a/b', 'c/d'], retryOnFailure: true, maxRetries: 1 });

describe('the report of a rehearsal', () => {
  it('has the steps of the walk, and each link with its last attempt', async () => {
    const report = await rehearsed({ 'anthropic/claude-sonnet-4': 503 });
    expect(report).toMatchObject({
      ok: true,
      served: 'a/b',
      tookMs: 250,
      verdict: [
        'answers through a/b after 3 requests and 0.3 s of waiting',
        'OpenClaw without serve asks anthropic/claude-sonnet-4 again up to 8 times, for 90 s, and then its own fallbacks',
      ],
      walk: [
        { model: 'anthropic/claude-sonnet-4', attempt: 1, outcome: 'unavailable', waitedMs: 0 },
        { model: 'anthropic/claude-sonnet-4', attempt: 2, outcome: 'unavailable', waitedMs: 250 },
        { model: 'a/b', attempt: 1, outcome: 'ok', waitedMs: 0 },
      ],
    });
    expect(report.links.map(({ outcome, attempts }) => [outcome, attempts])).toEqual([
      ['unavailable', 2],
      ['ok', 1],
      [null, 0],
    ]);
  });

  it('says where the walk stopped', async () => {
    const report = await rehearsed({ 'anthropic/claude-sonnet-4': 404, 'a/b': 401 });
    expect(report).toMatchObject({
      ok: false,
      served: null,
      verdict: ['nothing answers: the walk stops at a/b (key refused)'],
    });
    expect(report.links[2]?.outcome).toBeNull();
  });

  it('says that every link was tried', async () => {
    const report = await rehearsed({ 'anthropic/claude-sonnet-4': 404, 'a/b': 404, 'c/d': 404 });
    expect(report.verdict).toEqual(['nothing answers: every model was tried, with 3 requests']);
  });

  it('says how often OpenClaw repeats a rate limit without serve', async () => {
    const report = await rehearsed({ 'anthropic/claude-sonnet-4': 429 });
    expect(report.verdict[1]).toContain('again up to 9 times, and then its own fallbacks');
  });

  it.skipIf(!hasHost)('knows how often OpenClaw repeats from its own page', () => {
    const page = readFileSync(join(hostPackage, 'docs', 'concepts', 'retry.md'), 'utf8');
    expect(page).toContain(
      'Rate limits receive up to 10 total attempts; other transient failures allow eight retries within a 90-second retry window.',
    );
    expect(hostRetries).toEqual({ rateLimit: 10 - 1, others: 8, othersForS: 90 });
  });

  it('names all unlisted models in one clause', async () => {
    const report = await rehearsed({}, ['a/b', 'c/d']);
    expect(report.verdict).toEqual([
      'answers at once through anthropic/claude-sonnet-4',
      'whether a/b and c/d exist was not rehearsed: no list of models here has them',
    ]);
  });
});

async function rehearsed(
  statuses: Readonly<Record<string, number>>,
  unlisted: readonly string[] = [],
) {
  const { alone } = createVirtualClock(new Date(0));
  const requestFor = (model: string) => buildRequest(entry, model, { messages: [], stream: true });
  const walked = await walkEntry(entry, 'primary', requestFor, {
    clock: alone,
    random: () => 0.5,
    signal: new AbortController().signal,
    async send({ body }) {
      const status = statuses[String(body.model)];
      return status === undefined ? answer() : failing(status);
    },
  });
  return rehearsalReport(entry, walked, alone.monotonic(), unlisted);
}
