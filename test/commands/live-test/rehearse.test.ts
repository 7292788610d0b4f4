import { describe, expect, it } from 'vitest';
import { runTest } from '../../../src/commands/live-test/run.ts';
import { CancelError } from '../../../src/platform/errors.ts';
import { optionsOf, resilient, smart, worldWith } from './worlds.ts';

const [claude, gpt, llama] = [
  'anthropic/claude-sonnet-4',
  'openai/gpt-4o',
  'meta-llama/llama-3.3-70b-instruct:free',
];

describe('test --simulate', () => {
  it('needs no key, and walks the chain as the guide draws it', async () => {
    const { entries, ok } = await rehearsed(resilient, 'primary:503*3, fallback1:429/60');
    expect(ok).toBe(true);
    expect(entries[0]?.served).toBe(llama);
    expect(entries[0]?.walk).toMatchObject([
      { model: claude, attempt: 1, outcome: 'unavailable', waitedMs: 0 },
      { model: claude, attempt: 2, outcome: 'unavailable', waitedMs: 250 },
      { model: claude, attempt: 3, outcome: 'unavailable', waitedMs: 500 },
      {
        model: gpt,
        attempt: 1,
        outcome: 'rate_limit',
        onward: 'asks_too_long',
        retryAfterMs: 60_000,
      },
      { model: llama, attempt: 1, outcome: 'ok' },
    ]);
  });

  // Fault of the primary, outcome, attempts, and whether somebody answers in the end.
  it.each([
    ['400', 'bad_request', 1, true],
    ['401', 'auth', 1, false],
    ['402', 'billing', 1, true],
    ['403', 'moderation', 1, true],
    ['404', 'not_found', 1, true],
    ['408', 'timeout', 3, true],
    ['429', 'rate_limit', 3, true],
    ['429/5', 'rate_limit', 3, true],
    ['429/3600', 'rate_limit', 1, true],
    ['500', 'unavailable', 3, true],
    ['502', 'unavailable', 3, true],
    ['503*1', 'ok', 2, true],
    ['504', 'timeout', 3, true],
    ['524', 'timeout', 3, true],
    ['529', 'unavailable', 3, true],
    ['negative', 'billing', 1, false],
    ['workspace', 'key_limit', 1, false],
    ['free-quota', 'rate_limit', 1, true],
    ['key-limit', 'key_limit', 1, false],
    ['no-endpoints', 'no_endpoints', 1, true],
    ['timeout', 'timeout', 3, true],
    ['reset', 'network', 3, true],
    ['slow/20000', 'ok', 1, true],
    ['slow/40000', 'timeout', 3, true],
    ['empty', 'empty', 1, true],
    ['garbage', 'garbled', 3, true],
    ['midstream', 'cut_off', 1, false],
    ['cut', 'cut_off', 1, false],
  ])('tries the right link after %s', async (fault, outcome, attempts, ok) => {
    const report = await rehearsed(resilient, `primary:${fault}`);
    expect(report.ok).toBe(ok);
    expect(report.entries[0]?.links[0]).toMatchObject({ outcome, attempts });
    expect(report.entries[0]?.walk).toHaveLength(report.sent);
  });

  it('tries the free link next when the account is out of credit', async () => {
    const { entries, sent } = await rehearsed(resilient, 'broke');
    expect(entries[0]?.walk?.map(({ model }) => model)).toEqual([claude, llama]);
    expect(entries[0]?.served).toBe(llama);
    expect(sent).toBe(2);
  });

  it('fails every link in a total outage', async () => {
    const { entries, ok, sent } = await rehearsed(resilient, '*:503');
    expect(ok).toBe(false);
    expect(sent).toBe(9);
    expect(entries[0]?.verdict[0]).toBe('nothing answers: every model was tried, with 9 requests');
  });

  it('uses a virtual clock: a server that hangs for a minute takes a minute in the report only', async () => {
    const { entries } = await rehearsed(smart, 'google/gemini-2.5-flash:timeout', {
      entries: ['router-smart'],
      timeout: 60_000,
    });
    expect(entries[0]?.tookMs).toBe(60_000);
    expect(entries[0]?.links[0]?.message).toBe('openrouter.ai did not answer within 60 s');
  });

  it('shows the same figures every time', async () => {
    const [one, two] = [
      await rehearsed(resilient, 'primary:slow/700, primary:503'),
      await rehearsed(resilient, 'primary:slow/700, primary:503'),
    ];
    expect(one).toEqual(two);
    expect(one.entries[0]?.links[0]?.ttftMs).toBe(700);
  });

  it('rehearses an entry with an unknown model', async () => {
    const odd = resilient.replace(gpt, 'acme/brand-new-1');
    const { entries } = await rehearsed(odd, 'primary:404');
    expect(entries[0]?.served).toBe('acme/brand-new-1');
    expect(Number(entries[0]?.links[1]?.costUsd)).toBeGreaterThan(0);
    expect(entries[0]?.verdict).toContain(
      'whether acme/brand-new-1 exists was not rehearsed: no list of models here has it',
    );
  });

  it('starts with the complex link when its fault is rehearsed', async () => {
    const { entries } = await rehearsed(smart, 'complex:503', { entries: ['router-smart'] });
    expect(entries[0]?.walk?.map(({ model }) => model)).toEqual([
      claude,
      'google/gemini-2.5-flash',
    ]);
  });

  it('leaves nothing behind after Ctrl-C', async () => {
    const { deps, abort } = worldWith(resilient);
    abort.abort(new CancelError());
    const run = runTest(deps, optionsOf({ simulate: 'primary:503' }));
    await expect(run).rejects.toBeInstanceOf(CancelError);
  });
});

async function rehearsed(
  setup: string,
  simulate: string,
  given: Parameters<typeof optionsOf>[0] = {},
) {
  let sent = 0;
  const { deps } = worldWith(setup, {
    fetch: (input, init) => {
      if (String(input).endsWith('/chat/completions')) sent += 1;
      return globalThis.fetch(input, init);
    },
  });
  const run = await runTest(deps, optionsOf({ simulate, ...given }));
  if (run.kind !== 'rehearsed') throw new Error(`It ${run.kind}`);
  return { ...run.report, sent };
}
