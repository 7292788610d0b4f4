import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runTest } from '../../../src/commands/live-test/run.ts';
import type { Deps } from '../../../src/platform/deps.ts';
import { CancelError } from '../../../src/platform/errors.ts';
import type { DailyRow } from '../../../src/spend/ledger.ts';
import { ledgerPath, openExistingLedger } from '../../../src/spend/open-ledger.ts';
import { openDatabase } from '../../../src/spend/sqlite-database.ts';
import { put } from '../../helpers/put.ts';
import { chatCount, optionsOf, resilient, smart, worldOnline } from './worlds.ts';

const today = '2026-11-22';
const primary = 'anthropic/claude-sonnet-4';

describe('what test writes to the ledger', () => {
  it('has every request with its exact cost', async () => {
    const { deps, sandbox } = await worldOnline(resilient, `${primary}:503*2`);
    const run = await runTest(quick(deps), optionsOf());
    const rows = await requests(deps);
    expect(rows).toHaveLength(chatCount(sandbox));
    expect(rows.filter(({ model }) => model === primary)).toEqual([
      { ...failed, outcome: 'unavailable' },
      { ...failed, outcome: 'unavailable' },
      {
        at: `${today}T12:00:00.000Z`,
        entry: 'router-resilient',
        role: 'primary',
        model: primary,
        served_model: primary,
        provider: 'Anthropic',
        prompt_tokens: expect.any(Number),
        completion_tokens: expect.any(Number),
        cost_usd: expect.stringMatching(/^0\.\d+$/),
        outcome: 'ok',
      },
    ]);
    const cost = run.kind === 'certified' ? run.report.costUsd : '';
    expect((await daily(deps)).map(({ usd }) => Number(usd)).reduce(sum)).toBeCloseTo(
      Number(cost),
      12,
    );
  });

  it('names the role of each link, and a shared request once', async () => {
    const twice = smart.replace('deepseek/deepseek-chat', 'google/gemini-2.5-flash');
    const { deps, sandbox } = await worldOnline(
      twice.replace('parameters: { temperature: 0.7 },', ''),
    );
    await runTest(deps, optionsOf());
    const rows = await requests(deps);
    expect(rows.map(({ entry, role }) => [entry, role])).toEqual([
      ['router-smart', 'primary'],
      ['router-smart', 'complex'],
    ]);
    expect(chatCount(sandbox)).toBe(2);
  });

  it('lists each step of a prompt without its text', async () => {
    const { deps } = await worldOnline(smart, `${primary}:404`);
    const prompt = '分析 a secret of mine';
    await runTest(deps, optionsOf({ prompt, entries: ['router-smart'] }));
    const rows = await requests(deps);
    expect(rows.map(({ role, outcome }) => [role, outcome])).toEqual([
      ['complex', 'not_found'],
      ['primary', 'ok'],
    ]);
    expect(JSON.stringify(rows)).not.toContain('secret');
  });

  it('has nothing of a rehearsal or the built-in sandbox', async () => {
    const { deps } = await worldOnline(resilient);
    await runTest(deps, optionsOf({ simulate: 'broke' }));
    await runTest(deps, optionsOf({ simulate: 'broke', prompt: 'Hello' }));
    await runTest(deps, optionsOf({ sandbox: true }));
    await runTest(deps, optionsOf({ sandbox: true, prompt: 'Hello' }));
    expect(await openExistingLedger(deps)).toBeNull();
  });

  it('has what was answered before Ctrl-C', async () => {
    const { deps, abort } = await worldOnline(resilient, 'openai/gpt-4o:timeout');
    const waiting = {
      ...deps,
      fetch: async (...args: Parameters<typeof deps.fetch>) => {
        if (String(args[1]?.body).includes('gpt-4o')) abort.abort(new CancelError());
        return deps.fetch(...args);
      },
    };
    await expect(runTest(waiting, optionsOf({ concurrency: 1 }))).rejects.toEqual(
      new CancelError('Cancelled; 1 request had been answered'),
    );
    expect((await requests(deps)).map(({ model }) => model)).toEqual([primary]);
  });
});

describe('a ledger that cannot be written', () => {
  it.each([
    ['is no database', (path: string) => fileAt(path)],
    ['lies below a file', (path: string) => fileAt(dirname(path))],
  ])('is reported on stderr and does not fail the run when it %s', async (_what, spoil) => {
    const { deps, printed } = await worldOnline(resilient);
    spoil(ledgerPath(deps));
    const run = await runTest(deps, optionsOf());
    expect(run.ok).toBe(true);
    expect(printed.err).toContain('3 requests could not be recorded for spend: The ledger');
    expect(printed.out).toBe('');
  });

  it('may have no home to be in', async () => {
    const { deps, printed } = await worldOnline(resilient);
    const env = { ...deps.env, XDG_CACHE_HOME: deps.place.cwd };
    const homeless = { ...deps, env, place: { ...deps.place, home: null } };
    const config = `${deps.place.home}/.config/openclaw/openclaw.json5`;
    expect((await runTest(homeless, optionsOf({ config }))).ok).toBe(true);
    expect(printed.err).toContain('3 requests could not be recorded for spend: There is no home');
  });
});

function fileAt(path: string): void {
  put(path, 'This is no database. '.repeat(100));
}

const failed = {
  at: `${today}T12:00:00.000Z`,
  entry: 'router-resilient',
  role: 'primary',
  model: primary,
  served_model: null,
  provider: null,
  prompt_tokens: null,
  completion_tokens: null,
  cost_usd: null,
};

async function daily(deps: Deps): Promise<DailyRow[]> {
  const ledger = await openExistingLedger(deps);
  if (ledger === null) throw new Error('There is no ledger');
  return ledger.daily({ from: today, to: today }).finally(() => ledger.close());
}

async function requests(deps: Deps): Promise<Record<string, unknown>[]> {
  const database = await openDatabase(ledgerPath(deps));
  const rows = database.prepare('SELECT * FROM request ORDER BY id').all();
  database.close();
  return rows.map((row) => {
    const { id: _id, ...rest } = Object(row);
    return rest;
  });
}

/** The waits between attempts take no time. */
function quick(deps: Deps): Deps {
  const sleep: Deps['clock']['sleep'] = (ms, signal) =>
    ms < 3_000 ? Promise.resolve() : deps.clock.sleep(ms, signal);
  return { ...deps, clock: { ...deps.clock, sleep } };
}

function sum(a: number, b: number): number {
  return a + b;
}
