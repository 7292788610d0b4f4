import { describe, expect, it } from 'vitest';
import { renderProgress } from '../../../src/commands/live-test/progress.ts';
import { renderCertified, renderPlain } from '../../../src/commands/live-test/render.ts';
import { renderRehearsed } from '../../../src/commands/live-test/render-walk.ts';
import type { Stream } from '../../../src/platform/deps.ts';
import type { TestReport, WalkedStep } from '../../../src/probe/report.ts';
import { parseSetup } from '../../../src/setup-file/setup-file.ts';
import { linkOf } from '../../probe/worlds.ts';
import { resilient } from './worlds.ts';

const stream: Stream = { isTty: true, color: false, unicode: true, columns: 80 };
const longest = 'meta-llama/llama-3.3-70b-instruct:free';

const certified: TestReport = {
  ok: false,
  costUsd: '0.00017',
  estimatedCostUsd: '0.02',
  entries: [
    {
      entry: 'router-resilient',
      ok: false,
      verdict: ['answers now', 'survives losing anthropic (google/gemini-2.5-pro takes over)'],
      served: 'anthropic/claude-sonnet-4',
      links: [
        linkOf('primary', 'anthropic/claude-sonnet-4', {
          ttftMs: 412,
          totalMs: 900,
          costUsd: '0.00006',
        }),
        linkOf('fallback1', 'openai/gpt-4o', {
          outcome: 'unavailable',
          headline: '503 unavailable',
          message: 'Try later',
          fix: 'Wait',
          attempts: 3,
          ttftMs: null,
          totalMs: 200,
          costUsd: null,
        }),
        linkOf('fallback2', 'google/gemini-2.5-pro', {
          ttftMs: 655,
          totalMs: 1400,
          costUsd: '0.00011',
          servedModel: 'google/gemini-2.5-pro-preview',
        }),
      ],
    },
  ],
};

describe('the table of a certification', () => {
  it('has a row for each link, its error and fix below, the verdict and a summary', () => {
    expect(renderCertified(certified, stream)).toBe(
      [
        '  router-resilient                        first token   total      cost',
        '  ✓ primary    anthropic/claude-sonnet-4       412 ms  900 ms  $0.00006',
        '  ✗ fallback 1 openai/gpt-4o                        –  200 ms         –',
        '               503 unavailable, asked 3 times: Try later',
        '               → Wait',
        '  ✓ fallback 2 google/gemini-2.5-pro           655 ms   1.4 s  $0.00011',
        '               served by google/gemini-2.5-pro-preview',
        '  Verdict      answers now; survives losing anthropic (google/gemini-2.5-pro',
        '               takes over)',
        '',
        '  2 of 3 models answered; spent $0.00017 of at most $0.02',
        '',
      ].join('\n'),
    );
  });

  it.each([60, 80, 120])('fits %i columns', (columns) => {
    const [entry] = certified.entries;
    const links = [...(entry?.links ?? []), linkOf('fallback3', longest)];
    const wide = { ...certified, entries: entry === undefined ? [] : [{ ...entry, links }] };
    const lines = renderCertified(wide, { ...stream, columns }).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  it('is readable without color and Unicode', () => {
    const ascii = renderCertified(certified, { ...stream, unicode: false });
    expect(ascii).toContain('  ok primary');
    expect(ascii).toContain('  x  fallback 1');
    expect(ascii).toContain('-> Wait');
  });
});

describe('the rows while the test runs', () => {
  it('say what is finished and what is still running', () => {
    const [first, second] = certified.entries[0]?.links ?? [];
    if (first === undefined || second === undefined) throw new Error('two links are needed');
    expect(renderProgress(stream, [first, second], [first, null]).split('\n')).toEqual([
      '1 of 2 models',
      '  ✓ primary    anthropic/claude-sonnet-4  answered',
      '  · fallback 1 openai/gpt-4o  waiting',
    ]);
  });
});

const step = (
  role: WalkedStep['role'],
  model: string,
  given: Partial<WalkedStep> = {},
): WalkedStep => ({
  role,
  model,
  attempt: 1,
  outcome: 'ok',
  waitedMs: 0,
  onward: 'done',
  retryAfterMs: null,
  ...given,
});

const rehearsed: TestReport = {
  ok: true,
  costUsd: '0.00011',
  entries: [
    {
      entry: 'router-resilient',
      ok: true,
      verdict: ['answers through google/gemini-2.5-pro after 3 requests'],
      served: 'google/gemini-2.5-pro',
      tookMs: 2300,
      links: [
        linkOf('primary', 'a/b', { outcome: 'unavailable', headline: '503 unavailable' }),
        linkOf('fallback1', 'c/d', { outcome: 'rate_limit', headline: '429 rate limit' }),
        linkOf('fallback2', 'google/gemini-2.5-pro', { costUsd: '0.00011' }),
      ],
      walk: [
        step('primary', 'a/b', { outcome: 'unavailable', onward: 'retry' }),
        step('primary', 'a/b', {
          outcome: 'unavailable',
          onward: 'exhausted',
          attempt: 2,
          waitedMs: 500,
        }),
        step('fallback1', 'c/d', {
          outcome: 'rate_limit',
          onward: 'asks_too_long',
          retryAfterMs: 60_000,
        }),
        step('fallback2', 'google/gemini-2.5-pro'),
      ],
    },
  ],
};

describe('the drawing of a rehearsal', () => {
  it('shows link below link, as the guide draws it', () => {
    expect(renderRehearsed(rehearsed, { ...stream, columns: 100 })).toBe(
      [
        '  router-resilient',
        '  a/b                     ✗ 503 unavailable   2 attempts, waited 0.5 s',
        '    ↓',
        '  c/d                     ! 429 rate limit   asks to wait 60 s, which is too long: next',
        '    ↓',
        '  google/gemini-2.5-pro   ✓ answered   $0.00011',
        '  ✓ answers through google/gemini-2.5-pro after 3 requests',
        '',
        '  Rehearsed: 4 requests, 2.3 s in all, 0.5 s of it waiting; would cost $0.00011; no money spent',
        '',
      ].join('\n'),
    );
  });
});

describe('a chain that names a model twice', () => {
  it('is drawn with both its links, each with its own attempts', () => {
    const [entry] = rehearsed.entries;
    if (entry === undefined) throw new Error('an entry is needed');
    const links = [
      linkOf('primary', 'a/b', { outcome: 'unavailable', headline: '503 unavailable' }),
      linkOf('fallback1', 'c/d', { outcome: 'unavailable', headline: '503 unavailable' }),
      linkOf('fallback2', 'a/b', { headline: 'answered' }),
    ];
    const walk = [
      step('primary', 'a/b', { outcome: 'unavailable', onward: 'exhausted' }),
      step('fallback1', 'c/d', { outcome: 'unavailable', onward: 'exhausted' }),
      step('fallback2', 'a/b'),
    ];
    const drawn = renderRehearsed({ ...rehearsed, entries: [{ ...entry, links, walk }] }, stream);
    expect(drawn.split('\n').slice(1, 6)).toEqual([
      '  a/b   ✗ 503 unavailable   no retries: next',
      '    ↓',
      '  c/d   ✗ 503 unavailable   no retries: next',
      '    ↓',
      expect.stringMatching(/^ {2}a\/b {3}✓ answered/),
    ]);
  });
});

describe('the lines of a pipe', () => {
  const setup = parseSetup(resilient, '/home/x/openclaw.json5');

  it('are tab-separated, one per link, then the link that serves and the verdict', () => {
    const lines = renderPlain({ kind: 'certified', ok: false, report: certified, setup }).split(
      '\n',
    );
    expect(lines[1]?.split('\t')).toEqual([
      ...['router-resilient', 'fallback1', 'openai/gpt-4o', 'unavailable', '3'],
      ...['200', '-', '200', '-', 'Try later'],
    ]);
    expect(lines[3]).toBe('router-resilient\tserved\tanthropic/claude-sonnet-4');
    expect(lines[4]).toMatch(/^router-resilient\tverdict\tanswers now; /);
  });

  it('are one per step in a rehearsal', () => {
    const lines = renderPlain({ kind: 'rehearsed', ok: true, report: rehearsed, setup }).split(
      '\n',
    );
    expect(lines[1]).toBe('router-resilient\tstep\ta/b\t2\tunavailable\t500');
  });
});
