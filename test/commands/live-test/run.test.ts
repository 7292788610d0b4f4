import { describe, expect, it } from 'vitest';
import { runTest } from '../../../src/commands/live-test/run.ts';
import { CancelError, UsageError, UserError } from '../../../src/platform/errors.ts';
import { hintWith } from '../../helpers/hint.ts';
import { scriptedPrompter } from '../../helpers/scripted-prompter.ts';
import { chatCount, optionsOf, resilient, smart, worldOnline, worldWith } from './worlds.ts';

const primary = 'anthropic/claude-sonnet-4';

describe('test, live', () => {
  it('passes a chain that answers', async () => {
    const { deps, sandbox } = await worldOnline(resilient);
    const run = await certified(deps);
    expect(run.ok).toBe(true);
    expect(run.entries[0]?.links.map(({ role, ok }) => [role, ok])).toEqual([
      ['primary', true],
      ['fallback1', true],
      ['fallback2', true],
    ]);
    expect(chatCount(sandbox)).toBe(3);
    expect(run.entries[0]?.links[0]).toMatchObject({
      servedModel: primary,
      provider: 'Anthropic',
      ttftMs: expect.any(Number),
    });
  });

  it('reports the cost that OpenRouter charged', async () => {
    const { deps } = await worldOnline(resilient);
    const run = await certified(deps);
    const costs = run.entries.flatMap(({ links }) => links.map(({ costUsd }) => costUsd));
    expect(costs.every((cost) => cost !== null && /^\d+(\.\d+)?$/.test(cost))).toBe(true);
    expect(Number(run.costUsd)).toBeCloseTo(
      costs.reduce((sum, cost) => sum + Number(cost), 0),
      12,
    );
  });

  // Fault, outcome, HTTP status, requests that reach the primary of an entry with two retries.
  it.each([
    ['400', 'bad_request', 400, 1],
    ['401', 'auth', 401, 1],
    ['402', 'billing', 402, 1],
    ['403', 'moderation', 403, 1],
    ['404', 'not_found', 404, 1],
    ['408', 'timeout', 408, 3],
    ['429', 'rate_limit', 429, 3],
    ['429/1', 'rate_limit', 429, 3],
    ['429/60', 'rate_limit', 429, 1],
    ['error200', 'unavailable', 200, 3],
    ['500', 'unavailable', 500, 3],
    ['502', 'unavailable', 502, 3],
    ['503', 'unavailable', 503, 3],
    ['504', 'timeout', 504, 3],
    ['524', 'timeout', 524, 3],
    ['529', 'unavailable', 529, 3],
    ['key-limit', 'key_limit', 403, 1],
    ['no-endpoints', 'no_endpoints', 404, 1],
    ['reset', 'network', null, 3],
    ['empty', 'empty', 200, 1],
    ['garbage', 'garbled', 200, 3],
    ['midstream', 'cut_off', 200, 1],
    ['cut', 'cut_off', 200, 1],
  ])('reports the fault %s as %s', async (fault, outcome, httpStatus, attempts) => {
    const { deps, sandbox } = await worldOnline(resilient, `${primary}:${fault}`);
    const run = await certified(deps);
    expect(run.entries[0]?.links[0]).toMatchObject({ outcome, httpStatus, attempts, ok: false });
    expect(sandbox.requests.filter(({ model }) => model === primary)).toHaveLength(attempts);
    expect(run.ok).toBe(false);
  });

  it('counts a link that answers after retries as answered', async () => {
    const { deps } = await worldOnline(resilient, `${primary}:503*2`);
    const run = await certified(deps);
    expect(run.entries[0]?.links[0]).toMatchObject({ ok: true, attempts: 3 });
    expect(run.ok).toBe(true);
  });

  it('checks tool calls', async () => {
    const { deps } = await worldOnline(smart);
    const run = await certified(deps, { tools: true, entries: ['router-budget'] });
    expect(run.ok).toBe(true);
  });

  it('checks a stream to its end', async () => {
    const { deps } = await worldOnline(smart);
    const run = await certified(deps, { stream: true });
    expect(run.ok).toBe(true);
  });

  it('never prints the key', async () => {
    const { deps, sandbox, printed } = await worldOnline(resilient, '*:401');
    const run = await certified(deps);
    deps.io.out(JSON.stringify(run));
    expect(printed.out + printed.err).not.toContain(sandbox.key);
  });
});

describe('what the test costs', () => {
  it('above --max-cost stops the test before it sends anything', async () => {
    const { deps, sandbox } = await worldOnline(resilient);
    const run = runTest(deps, optionsOf({ maxCost: '0.00001' }));
    await expect(run).rejects.toThrow(/could cost \$0\.\d+, more than --max-cost 0\.00001/);
    expect(chatCount(sandbox)).toBe(0);
  });

  it('may reach --max-cost', async () => {
    const { deps } = await worldOnline(resilient);
    const report = await certified(deps, { maxCost: '1' });
    expect(report.ok).toBe(true);
    expect(Number(report.costUsd)).toBeLessThanOrEqual(Number(report.estimatedCostUsd));
    expect(Number(report.estimatedCostUsd)).toBeLessThanOrEqual(1);
  });

  it('cannot be limited without known prices', async () => {
    const env = {
      OPENROUTER_BASE_URL: 'http://127.0.0.1:9/api/v1',
      OPENROUTER_API_KEY: 'sk-or-v1-x',
    };
    const { deps } = worldWith(resilient, { env });
    const run = runTest(deps, optionsOf({ maxCost: '1' }));
    await expect(run).rejects.toThrow('The prices could not be read');
  });

  it('needs confirmation on a terminal above five cents', async () => {
    const dear = resilient
      .replace('anthropic/claude-sonnet-4', 'anthropic/claude-opus-4.1')
      .replace('openai/gpt-4o', 'anthropic/claude-sonnet-4.5');
    const prompter = scriptedPrompter([['Sending 3 requests costs', false]]);
    const { deps, sandbox } = await worldOnline(dear, '', { prompter });
    await expect(runTest(deps, optionsOf({ stream: true }))).rejects.toBeInstanceOf(CancelError);
    expect(chatCount(sandbox)).toBe(0);
  });

  it('needs no confirmation with --yes', async () => {
    const { deps } = await worldOnline(resilient, '', { prompter: scriptedPrompter([]) });
    expect((await certified(deps, { yes: true })).ok).toBe(true);
  });
});

describe('an error before the first request', () => {
  it('is thrown without a setup file', async () => {
    const { deps } = worldWith(resilient);
    const run = runTest(deps, optionsOf({ config: 'other.json5' }));
    await expect(run).rejects.toMatchObject({
      type: 'not_found',
      hint: hintWith('init'),
    });
  });

  it('is thrown without a key', async () => {
    const { deps } = worldWith(resilient);
    const run = runTest(deps, optionsOf());
    await expect(run).rejects.toBeInstanceOf(UserError);
    await expect(run).rejects.toMatchObject({
      type: 'key',
      message: expect.stringContaining('OPENROUTER_API_KEY'),
      hint: hintWith('init --yes --name router-resilient --key-stdin stores a key'),
    });
  });

  it.each([
    ['entry', { entries: ['router-resilent'] }, 'Did you mean router-resilient?'],
    ['channel', { channel: 'telegram' }, 'The setup file has none'],
  ])('is thrown for an unknown %s', async (_what, given, hint) => {
    const { deps } = worldWith(resilient);
    const run = runTest(deps, optionsOf(given));
    await expect(run).rejects.toBeInstanceOf(UsageError);
    await expect(run).rejects.toMatchObject({ hint });
  });
});

describe('Ctrl-C', () => {
  it('ends a test whose request hangs', async () => {
    const { deps, abort, sandbox } = await worldOnline(resilient, '*:timeout', {});
    const waiting = { ...deps, clock: { ...deps.clock, sleep: never } };
    const run = runTest(waiting, optionsOf());
    const arrived = setInterval(() => {
      if (chatCount(sandbox) === 3) abort.abort(new CancelError());
    }, 5);
    await expect(run).rejects.toBeInstanceOf(CancelError);
    clearInterval(arrived);
  });
});

function never(_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function certified(
  deps: Parameters<typeof runTest>[0],
  given: Parameters<typeof optionsOf>[0] = {},
) {
  // A deadline never comes: waits of the walk are over at once, the others wait for the wire.
  const clock = {
    ...deps.clock,
    sleep: (ms: number, signal?: AbortSignal) =>
      ms < 3_000 ? Promise.resolve() : never(ms, signal),
  };
  const run = await runTest({ ...deps, clock }, optionsOf({ timeout: 60_000, ...given }));
  if (run.kind !== 'certified') throw new Error(`It ${run.kind}`);
  return run.report;
}
