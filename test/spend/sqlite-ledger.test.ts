import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import fc from 'fast-check';
import Libsql from 'libsql';
import { describe, expect, it } from 'vitest';
import { sumUsd } from '../../src/platform/money.ts';
import { openSqliteLedger } from '../../src/spend/sqlite-ledger.ts';
import { packageFolder, temporaryFolder } from '../helpers/world.ts';
import { ledgerRow } from './ledger-row.ts';

const allDays = { from: '0000-01-01', to: '9999-12-31' };

describe('the ledger', () => {
  it('returns a request under its day, entry and served model', async () => {
    const ledger = await openSqliteLedger(newFile());
    await ledger.record(ledgerRow({ model: 'openrouter/auto', servedModel: 'openai/gpt-4o' }));
    expect(await ledger.daily(allDays)).toEqual([
      {
        day: '2026-11-22',
        entry: 'openrouter',
        model: 'openai/gpt-4o',
        requests: 1,
        answered: 1,
        promptTokens: 10,
        completionTokens: 5,
        usd: '0.00006',
        estimatedUsd: '0',
      },
    ]);
    await ledger.close();
  });

  it('counts a failed request under the requested model at no cost', async () => {
    const ledger = await openSqliteLedger(newFile());
    const failed = { servedModel: null, costUsd: null, promptTokens: null, completionTokens: null };
    await ledger.record(ledgerRow({ ...failed, outcome: 'unavailable' }));
    expect(await ledger.daily(allDays)).toMatchObject([
      { model: 'openai/gpt-4o', requests: 1, answered: 0, promptTokens: 0, usd: '0' },
    ]);
    await ledger.close();
  });

  it('adds money exactly at every scale and grouping', async () => {
    const amount = fc
      .tuple(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.integer({ min: 0, max: 30 }))
      .map(([units, scale]) => decimal(units, scale));
    const groups = fc.array(fc.array(amount, { maxLength: 5 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(groups, async (grouped) => {
        const ledger = await openSqliteLedger(':memory:');
        for (const group of grouped) {
          await ledger.recordAll(group.map((costUsd) => ledgerRow({ costUsd })));
        }
        const days = await ledger.daily(allDays);
        await ledger.close();
        expect(sumUsd(days.map(({ usd }) => usd))).toBe(sumUsd(grouped.flat()));
      }),
      { numRuns: 50 },
    );
  });

  it('assigns a request to its UTC day, to the millisecond', async () => {
    const ledger = await openSqliteLedger(newFile());
    const times = ['2026-11-22T23:59:59.999Z', '2026-11-23T00:00:00.000Z'];
    await ledger.recordAll(times.map((at) => ledgerRow({ at: new Date(at) })));
    const days = await ledger.daily(allDays);
    expect(days.map(({ day }) => day)).toEqual(['2026-11-22', '2026-11-23']);
    expect(await ledger.daily({ from: '2026-11-23', to: '2026-11-23' })).toHaveLength(1);
    await ledger.close();
  });

  it('records all of several requests or none', async () => {
    const path = newFile();
    const ledger = await openSqliteLedger(path);
    const wrong = ledgerRow({ at: new Date(Number.NaN) });
    await expect(ledger.recordAll([ledgerRow(), wrong])).rejects.toThrow(path);
    expect(await ledger.daily(allDays)).toEqual([]);
    await ledger.close();
  });

  it('stores neither content nor key', async () => {
    const path = newFile();
    const ledger = await openSqliteLedger(path);
    await ledger.record(ledgerRow());
    await ledger.close();
    const columns = new Libsql(path).prepare('SELECT * FROM request').columns();
    expect(columns.map(({ name }) => name)).toEqual([
      ...['id', 'at', 'entry', 'role', 'model', 'served_model', 'provider'],
      ...['prompt_tokens', 'completion_tokens', 'cost_usd', 'outcome'],
    ]);
  });

  it('rejects a file of a newer version', async () => {
    const path = newFile();
    new Libsql(path).exec('PRAGMA user_version = 99');
    await expect(openSqliteLedger(path)).rejects.toThrow('a newer version');
  });

  it('goes on with a file to which an older version writes', async () => {
    const path = newFile();
    const before = await openSqliteLedger(path);
    await before.record(ledgerRow());
    await before.close();
    const older = new Libsql(path);
    older.exec('DROP TABLE daily_channel');
    const ledger = await openSqliteLedger(path);
    expect(await ledger.channels(allDays)).toEqual([]);
    await ledger.record(ledgerRow({ channel: 'telegram' }));
    older.exec('UPDATE daily SET requests = requests + 1');
    older.close();
    expect(await ledger.daily(allDays)).toMatchObject([{ requests: 3 }]);
    expect(await ledger.channels(allDays)).toMatchObject([{ channel: 'telegram', requests: 1 }]);
    await ledger.close();
  });

  it('loses no row when several processes create it and write at once', async () => {
    const folder = temporaryFolder();
    const script = await writerScript(folder);
    const path = join(folder, 'ledger.db');
    const begin = Date.now() + 500;
    const exits = await Promise.all(Array.from({ length: 6 }, () => run(script, path, begin)));
    expect(exits).toEqual(Array.from({ length: 6 }, () => ({ exitCode: 0, stderr: '' })));
    const ledger = await openSqliteLedger(path);
    expect(await ledger.daily(allDays)).toMatchObject([{ requests: 150, usd: '0.15' }]);
    await ledger.close();
  });
});

function newFile(): string {
  return join(temporaryFolder(), 'ledger.db');
}

function decimal(units: bigint, scale: number): string {
  const digits = units.toString().padStart(scale + 1, '0');
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** A program that records 25 requests of $0.001, one transaction each, from the moment that it is given on. */
async function writerScript(folder: string): Promise<string> {
  const outfile = join(folder, 'writer.mjs');
  const libsql = createRequire(join(packageFolder, 'package.json')).resolve('libsql');
  await esbuild.build({
    stdin: {
      contents: `
        import { openSqliteLedger } from './src/spend/sqlite-ledger.ts';
        import 'libsql';
        await new Promise((begin) => setTimeout(begin, Number(process.argv[3]) - Date.now()));
        const ledger = await openSqliteLedger(process.argv[2]);
        const row = ${JSON.stringify(ledgerRow({ costUsd: '0.001' }))};
        for (let i = 0; i < 25; i += 1) await ledger.record({ ...row, at: new Date(row.at) });
        await ledger.close();`,
      resolveDir: packageFolder,
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    alias: { libsql },
    external: [libsql],
  });
  return outfile;
}

function run(
  script: string,
  path: string,
  begin: number,
): Promise<{ exitCode: number | null; stderr: string }> {
  const args = [script, path, String(begin)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ exitCode, stderr })));
}
