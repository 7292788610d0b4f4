import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Deps } from '../../../src/platform/deps.ts';
import { LedgerError, type LedgerRow } from '../../../src/spend/ledger.ts';
import { ledgerPath, openBudgetLedger, openLedger } from '../../../src/spend/open-ledger.ts';
import { hintWith } from '../../helpers/hint.ts';
import { createWorld } from '../../helpers/world.ts';
import { ledgerRow } from '../../spend/ledger-row.ts';
import { answering, budgeted, spend, spendWorld, writeSetup } from './worlds.ts';

describe('spend with an ordinary key', () => {
  it('reads the UTC day, week and month of the key', async () => {
    const { deps } = await spendWorld();
    const { report } = await spend(deps);
    expect(report.usage.day.usd).toBe('0.5');
    expect(report.usage.week.usd).toBe('1.25');
    expect(report.usage.month.usd).toBe('3');
    expect(report.status).toBe('unlimited');
  });

  it('names credits and activity as not read, and why', async () => {
    const { deps } = await spendWorld();
    const { facts } = (await spend(deps)).report;
    const reason = expect.stringContaining('needs a management key');
    expect(facts.credits).toEqual({ ok: false, reason });
    expect(facts.activity).toEqual({ ok: false, reason });
  });

  it('reads them with a management key beside it', async () => {
    const { deps, sandbox } = await spendWorld();
    const env = { ...deps.env, OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey };
    const { report } = await spend({ ...deps, env });
    expect(report.creditsLeft).toBe('17');
    expect(report.facts.activity.ok).toBe(true);
    expect(report.byDay).toHaveLength(7);
  });

  it('reports a management key that is rejected', async () => {
    const { deps, sandbox } = await spendWorld();
    const env = { ...deps.env, OPENROUTER_MANAGEMENT_KEY: sandbox.key };
    const { facts } = (await spend({ ...deps, env })).report;
    expect(facts.activity).toEqual({
      ok: false,
      reason: 'OpenRouter does not accept OPENROUTER_MANAGEMENT_KEY as a management key',
    });
  });

  it('reports their failure and still shows the rest', async () => {
    const { deps } = await spendWorld();
    const real = deps.fetch;
    const fetch: Deps['fetch'] = async (input, init) =>
      String(input).endsWith('/key') ? real(input, init) : new Response('<html>', { status: 200 });
    const { facts } = (await spend({ ...deps, fetch })).report;
    expect(facts.keys[0]?.info.ok).toBe(true);
    expect(facts.credits.ok).toBe(false);
  });
});

describe('spend against budgets', () => {
  it.each([
    ['0.7999', 'ok'],
    ['0.8', 'alert'],
    ['0.9999', 'alert'],
    ['1.0', 'exceeded'],
    ['1.0001', 'exceeded'],
  ])('of $1 a day at $%s is %s', async (daily, status) => {
    const usage = { daily, weekly: '2', monthly: '2' };
    const world = await spendWorld(budgeted('{ dailyLimit: 1, alertThreshold: 0.8 }'), { usage });
    const { report } = await spend(world.deps);
    expect(report.status).toBe(status);
    expect(report.entries[0]?.day.ratio).toBe(String(Number(daily)));
  });

  it.each([
    [{ check: false }, '1', true],
    [{ check: true }, '1', false],
    [{ check: true }, '0.9', true],
    [{ check: true, failOn: 'alert' }, '0.9', false],
    [{ check: true, failOn: 'alert' }, '0.7', true],
  ] as const)('with %j and $%s of $1 is fine: %s', async (options, daily, ok) => {
    const usage = { daily, weekly: '2', monthly: '2' };
    const world = await spendWorld(budgeted('{ dailyLimit: 1, alertThreshold: 0.8 }'), { usage });
    expect((await spend(world.deps, options)).ok).toBe(ok);
  });

  it('counts a key in two variables once, and two keys both', async () => {
    const setup = `{ models: {
      a: { provider: "openrouter", apiKey: "\${KEY_A}", defaultModel: "x/y" },
      b: { provider: "openrouter", apiKey: "\${KEY_B}", defaultModel: "x/y" } } }`;
    const { deps, sandbox } = await spendWorld(setup);
    const month = async (b: string) => {
      const env = { ...deps.env, KEY_A: sandbox.key, KEY_B: b };
      return (await spend({ ...deps, env })).report;
    };
    const same = await month(sandbox.key);
    expect(same.usage.month.usd).toBe('3');
    expect(same.facts.keys.map(({ entries }) => entries)).toEqual([['a', 'b']]);
    const two = await month(sandbox.managementKey);
    expect(two.facts.keys.map(({ entries }) => entries)).toEqual([['a'], ['b']]);
  });

  it('needs every key for --check, and any key without it', async () => {
    const setup = `{ models: {
      a: { provider: "openrouter", apiKey: "\${OPENROUTER_API_KEY}", defaultModel: "x/y" },
      b: { provider: "openrouter", apiKey: "\${NOWHERE}", defaultModel: "x/y" } } }`;
    const { deps } = await spendWorld(setup);
    const { facts } = (await spend(deps)).report;
    expect(facts.keys[1]?.info).toEqual({ ok: false, reason: 'NOWHERE is not set' });
    await expect(spend(deps, { check: true })).rejects.toMatchObject({
      type: 'key',
      message: expect.stringContaining('NOWHERE'),
    });
  });
});

describe('spend with the ledger', () => {
  it('is shown beside the charges of the key, and never added to them', async () => {
    const { deps } = await spendWorld(budgeted('{ monthlyLimit: 30 }'));
    await recordOne(deps);
    const { report } = await spend(deps);
    expect(report.usage.month).toMatchObject({ usd: '3', keysUsd: '3', ledgerUsd: '0.25' });
    expect(report.byModel).toMatchObject([{ model: 'openai/gpt-4o', usd: '0.25' }]);
  });

  it('shows what came from each channel, and what came from none', async () => {
    const { deps } = await spendWorld(budgeted('{ monthlyLimit: 30 }'));
    await recordOne(deps);
    await recordOne(deps, { channel: 'telegram' });
    const { report } = await spend(deps);
    expect(report.byChannel).toMatchObject([
      { channel: null, usd: '0.25' },
      { channel: 'telegram', usd: '0.25' },
    ]);
    expect(report.byEntry).toMatchObject([{ entry: 'openrouter', usd: '0.5' }]);
  });

  it('is the only source with --offline, without a key or a request', async () => {
    const { deps } = createWorld({ env: { OPENROUTER_BASE_URL: 'http://127.0.0.1:1' } });
    await recordOne(deps);
    const fetch = () => Promise.reject(new Error('asked'));
    const { report } = await spend({ ...deps, fetch }, { offline: true });
    expect(report.usage.day).toMatchObject({ usd: '0.25', keysUsd: null });
  });

  it('counts the reservations of a killed gateway before another one settles them', async () => {
    const { deps } = createWorld({ env: { OPENROUTER_BASE_URL: 'http://127.0.0.1:1' } });
    const now = deps.clock.now().getTime();
    const killed = await openBudgetLedger(deps, 'killed');
    await killed.commit({
      at: new Date(now - 60_000),
      reservedUntil: new Date(now - 1_000),
      settled: [],
      reserved: [{ entry: 'openrouter', usd: '0' }],
      requests: [{ entry: 'openrouter', usd: '0.5', limits: { day: '1', month: null } }],
    });
    await killed.close();
    const { report } = await spend(deps, { offline: true });
    expect(report.usage.day).toMatchObject({ ledgerUsd: '0.5', estimatedUsd: '0.5' });
    expect(report.byModel).toMatchObject([{ model: 'unknown', usd: '0.5' }]);
  });

  it('is an error with --offline before anything was recorded', async () => {
    const { deps } = createWorld();
    await expect(spend(deps, { offline: true })).rejects.toMatchObject({ type: 'not_found' });
  });

  it('names the unreadable ledger with --offline, with a hint', async () => {
    const { deps } = createWorld();
    const path = ledgerPath(deps);
    await deps.files.makeFolder(dirname(path));
    await writeFile(path, 'no database '.repeat(1000));
    await expect(spend(deps, { offline: true })).rejects.toMatchObject({
      message: expect.stringContaining(path),
      hint: hintWith('mv '),
    });
  });

  it('fails without a ledger that was named', async () => {
    const { deps } = await spendWorld();
    const at = (ledger: string) => spend(deps, { ledger });
    await expect(at('redis://127.0.0.1')).rejects.toMatchObject({ type: 'usage' });
    await expect(at('postgres://me@127.0.0.1:1/none')).rejects.toThrow(LedgerError);
  });

  it('is not read with --sandbox', async () => {
    const { deps } = await spendWorld();
    await recordOne(deps);
    const { facts } = (await spend(deps, { sandbox: true })).report;
    expect(facts.ledger.ok).toBe(false);
  });

  it('is left out with a note where it cannot be read', async () => {
    const { deps } = await spendWorld();
    const files = {
      ...deps.files,
      stat: async (path: string) =>
        path.endsWith('.db') ? deps.files.stat(deps.place.packageFolder) : deps.files.stat(path),
    };
    const { facts } = (await spend({ ...deps, files })).report;
    expect(facts.ledger).toEqual({ ok: false, reason: expect.stringContaining('cannot be used') });
  });
});

describe('spend that cannot be read', () => {
  it('without a key lists where one was searched', async () => {
    const { deps } = createWorld();
    await expect(spend(deps)).rejects.toMatchObject({
      type: 'key',
      message: expect.stringContaining('OPENROUTER_API_KEY is not set'),
      hint: hintWith('Looked in the environment'),
    });
  });

  it('with a refused key shows no more than its beginning', async () => {
    const key = `sk-or-v1-${'ab'.repeat(32)}`;
    const url = await answering(401, { error: { code: 401, message: `No such key ${key}` } });
    const { deps } = createWorld({ env: { OPENROUTER_BASE_URL: url, OPENROUTER_API_KEY: key } });
    const error: unknown = await spend(deps).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      type: 'key',
      message: expect.stringContaining('sk-or-v1-abab…'),
    });
    expect(String(error)).not.toContain(key);
  });

  it('without a network names --offline', async () => {
    const env = { OPENROUTER_BASE_URL: 'http://127.0.0.1:1', OPENROUTER_API_KEY: 'sk-or-v1-0' };
    await expect(spend(createWorld({ env }).deps)).rejects.toMatchObject({
      type: 'network',
      hint: expect.stringContaining('--offline'),
    });
  });

  it('from a setup file with a syntax error names its place', async () => {
    const { deps, home } = createWorld();
    writeSetup(home, '{ models: { ');
    await expect(spend(deps)).rejects.toMatchObject({ type: 'syntax' });
  });

  it('reports a missing setup file if --config names it', async () => {
    const { deps } = await spendWorld();
    await expect(spend(deps, { config: 'typo.json5' })).rejects.toMatchObject({
      type: 'not_found',
      message: expect.stringContaining('typo.json5'),
    });
    expect((await spend(deps)).report.facts.entries).toEqual([]);
  });

  it.each(['{ dailyLimit: "two" }', '{ dailyLimt: 2 }', '{ dailyLimit: -2 }'])(
    'against %s is not called unlimited: the place is named',
    async (budget) => {
      const { deps, home } = await spendWorld(budgeted(budget));
      const file = `${home}/.config/openclaw/openclaw.json5`;
      for (const check of [true, false]) {
        await expect(spend(deps, { check })).rejects.toMatchObject({ place: { file, line: 3 } });
      }
    },
  );

  it('against a threshold of 80 is shown as at 0.8, without a check', async () => {
    const { deps } = await spendWorld(budgeted('{ dailyLimit: 2, alertThreshold: 80 }'));
    await expect(spend(deps, { check: true })).rejects.toMatchObject({ place: { line: 3 } });
    expect((await spend(deps)).report.status).toBe('ok');
  });

  it('never sends a key to another machine over plain HTTP', async () => {
    const key = `sk-or-v1-${'ab'.repeat(32)}`;
    const env = { OPENROUTER_BASE_URL: 'http://openrouter.example', OPENROUTER_API_KEY: key };
    const fetch = () => Promise.reject(new Error('asked'));
    const { deps } = createWorld({ env, fetch });
    await expect(spend(deps)).rejects.toThrow(/^Refusing to connect to http:/);
  });
});

const row = ledgerRow({ at: new Date('2026-11-22T11:00:00Z'), costUsd: '0.25' });

async function recordOne(deps: Deps, given: Partial<LedgerRow> = {}): Promise<void> {
  const ledger = await openLedger(deps);
  await ledger.record({ ...row, ...given });
  await ledger.close();
}
