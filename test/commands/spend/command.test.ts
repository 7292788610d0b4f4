import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { define } from '../../../src/commands/spend/command.ts';
import type { SpendOptions } from '../../../src/commands/spend/run.ts';
import type { Deps } from '../../../src/platform/deps.ts';
import { FoundProblems, UsageError } from '../../../src/platform/errors.ts';
import { spendReport } from '../../../src/spend/report.ts';
import { createWorld } from '../../helpers/world.ts';
import { entryOf, factsWith, keyOf } from '../../spend/facts.ts';
import { budgeted, spendWorld } from './worlds.ts';

describe('the options of spend', () => {
  it('have their defaults', async () => {
    expect(await optionsOf([])).toEqual({ days: 30, failOn: 'exceeded' });
  });

  it('are taken from the command line', async () => {
    const args = ['--check', '--fail-on', 'alert', '--by', 'model', '--days', '7', '--offline'];
    expect(await optionsOf([...args, '--timeout', '500', '--config', 'x.json5'])).toEqual({
      config: 'x.json5',
      check: true,
      failOn: 'alert',
      by: 'model',
      days: 7,
      offline: true,
      timeout: 500,
    });
  });

  it('--fail-on implies --check', async () => {
    const failing = { days: 30, check: true };
    expect(await optionsOf(['--fail-on', 'alert'])).toEqual({ ...failing, failOn: 'alert' });
    expect(await optionsOf(['--fail-on', 'exceeded'])).toEqual({
      ...failing,
      failOn: 'exceeded',
    });
  });

  it('name a shared ledger', async () => {
    const ledger = 'postgres://me@db.example/spend';
    expect(await optionsOf(['--ledger', ledger])).toMatchObject({ ledger });
  });

  it.each([
    ['--by', 'hour'],
    ['--fail-on', 'never'],
    ['--nothing', 'known'],
    ['--offline', '--sandbox'],
    ['--ledger=postgres://me@db.example/spend', '--sandbox'],
  ])('reject %s %s', async (...args) => {
    await expect(optionsOf(args)).rejects.toMatchObject({ exitCode: 1 });
  });

  it.each([
    ['--days', '0'],
    ['--days', '367'],
  ])('reject %s %s with a UsageError', async (...args) => {
    await expect(optionsOf(args)).rejects.toThrow(UsageError);
  });
});

describe('spend from the command line', () => {
  it('prints one JSON document', async () => {
    const { deps, printed } = await spendWorld();
    await call(deps, ['--json']);
    expect(JSON.parse(printed.out)).toMatchObject({
      schemaVersion: 1,
      ok: true,
      status: 'unlimited',
      today: { usd: '0.5', limit: null, ratio: null },
      credits: null,
      sources: { credits: { read: false }, key: { read: true } },
    });
  });

  it('warns in a pipe of a key that is not set, as on a terminal', async () => {
    const { deps, printed } = await spendWorld(`{ models: {
      main: { provider: "openrouter", apiKey: "\${OPENROUTER_API_KEY}", defaultModel: "x/y" },
      work: { provider: "openrouter", apiKey: "\${WORK_KEY}", defaultModel: "x/y" } } }`);
    await call(deps, []);
    expect(printed.out).not.toContain('Not read');
    expect(printed.err).toBe('  ! Not read: the key of work (WORK_KEY is not set)\n');
  });

  it('writes nothing to stderr when every key was read, nor with --json', async () => {
    const { deps, printed } = await spendWorld(budgeted('{ dailyLimit: 1 }'));
    await call(deps, []);
    await call(deps, ['--json']);
    expect(printed.err).toBe('');
  });

  it('fails with --check when a budget is exceeded, after printing it', async () => {
    const { deps, printed } = await spendWorld(budgeted('{ dailyLimit: 0.5 }'));
    await expect(call(deps, ['--check', '--json'])).rejects.toThrow(FoundProblems);
    expect(JSON.parse(printed.out)).toMatchObject({ ok: false, status: 'exceeded' });
  });

  it('succeeds with an exceeded budget without --check', async () => {
    const { deps, printed } = await spendWorld(budgeted('{ dailyLimit: 0.5 }'));
    await call(deps, []);
    expect(printed.out).toContain('all\ttoday\t0.5\t0.5\t1\texceeded\n');
  });

  it('needs neither key nor network with --sandbox', async () => {
    const { deps, printed } = createWorld({ env: { OPENROUTER_BASE_URL: 'http://127.0.0.1:1' } });
    await call(deps, ['--sandbox', '--json']);
    expect(JSON.parse(printed.out)).toMatchObject({ ok: true, month: { usd: '3' } });
  });

  it('writes the page beside its output, replacing an earlier one', async () => {
    const { deps, printed, home } = await spendWorld();
    await call(deps, ['--html', 'spend.html', '--json']);
    await call(deps, ['--html', 'spend.html']);
    const page = await readFile(join(home, 'spend.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(printed.err).toContain('~/spend.html');
    expect(page).not.toContain(deps.env.OPENROUTER_API_KEY);
  });
});

/** What the command line asks `run` for. */
async function optionsOf(args: readonly string[]): Promise<SpendOptions> {
  const asked: SpendOptions[] = [];
  const report = spendReport(factsWith({ entries: [entryOf('a', '1')], keys: [keyOf(['a'])] }));
  await call(createWorld().deps, args, async (_world, options) => {
    asked.push(options);
    return { ok: true, report, by: undefined, check: false, zone: 'UTC' };
  });
  const [options] = asked;
  if (options === undefined) throw new Error('run was not called');
  // Commander's own, of --no-color.
  const { color: _, ...rest } = { color: true, ...options };
  return rest;
}

async function call(
  deps: Deps,
  args: readonly string[],
  run?: Parameters<typeof define>[2],
): Promise<void> {
  const command = new Command('spend').exitOverride().configureOutput({ writeErr: () => {} });
  define(command, deps, run);
  await command.parseAsync(args, { from: 'user' });
}
