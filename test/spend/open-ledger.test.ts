import { execFileSync } from 'node:child_process';
import { rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Ledger, LedgerError } from '../../src/spend/ledger.ts';
import { ledgerPath, openExistingLedger, openLedger } from '../../src/spend/open-ledger.ts';
import { hintWith } from '../helpers/hint.ts';
import { createWorld } from '../helpers/world.ts';
import { ledgerRow } from './ledger-row.ts';

const row = ledgerRow();
const november = { from: '2026-11-01', to: '2026-11-30' };

describe('opening the ledger', () => {
  it('creates a file and folder that only the owner can read', async () => {
    const { deps } = createWorld();
    await (await opened(openLedger(deps))).record(row);
    const path = ledgerPath(deps);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(`${path}-wal`)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  });

  it('continues an existing file', async () => {
    const { deps } = createWorld();
    const first = await openLedger(deps);
    await first.record(row);
    await first.close();
    const second = await opened(openLedger(deps));
    await second.record(row);
    expect(await second.daily(november)).toMatchObject([{ requests: 2, usd: '0.00012' }]);
  });

  it('creates nothing when only reading', async () => {
    const { deps, home } = createWorld();
    expect(await openExistingLedger(deps)).toBeNull();
    expect(await deps.files.list(home)).toEqual([]);
  });

  it('keeps the charges of an API on loopback apart', () => {
    const { deps } = createWorld();
    const at = (url: string) =>
      ledgerPath({ ...deps, env: { ...deps.env, OPENROUTER_BASE_URL: url } });
    expect(at('http://127.0.0.1:8788/api/v1')).toMatch(/loopback\.db$/);
    expect(at('http://localhost:8788')).toMatch(/loopback\.db$/);
    expect(at('https://openrouter.ai/api/v1')).toBe(ledgerPath(deps));
    expect(at('https://127.evil.example')).toBe(ledgerPath(deps));
  });

  it('names a file that is in the way and the fix', async () => {
    const { deps } = createWorld();
    const path = ledgerPath(deps);
    await deps.files.makeFolder(dirname(path));
    await writeFile(path, 'no database '.repeat(1000));
    const error: unknown = await openLedger(deps).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LedgerError);
    expect(error).toMatchObject({
      message: expect.stringContaining(path),
      hint: hintWith('mv '),
    });
  });

  it.each(['', '-wal', '-shm', '-journal'])(
    'names a pipe in place of its file%s at once',
    async (suffix) => {
      const { deps } = createWorld();
      const path = ledgerPath(deps);
      if (suffix !== '') await (await openLedger(deps)).close();
      await deps.files.makeFolder(dirname(path), 0o700);
      await rm(`${path}${suffix}`, { force: true });
      execFileSync('mkfifo', [`${path}${suffix}`]);
      for (const open of [openLedger, openExistingLedger]) {
        await expect(open(deps)).rejects.toMatchObject({
          name: 'LedgerError',
          message: `The ledger ${path}${suffix} cannot be used: it is not a regular file`,
        });
      }
    },
  );

  it('fails with the text that is not an amount', async () => {
    const { deps } = createWorld();
    const ledger = await opened(openLedger(deps));
    await ledger.record(row);
    const { default: Database } = await import('libsql');
    const other = new Database(ledgerPath(deps));
    other.exec("UPDATE daily SET usd = 'much'");
    other.close();
    const error: unknown = await ledger.daily(november).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(LedgerError);
    expect(String(error)).toContain('it contains "much" in place of an amount');
  });

  it('fails with a LedgerError where the folder cannot be created', async () => {
    const { deps, home } = createWorld();
    await writeFile(join(home, 'file'), '');
    const env = { ...deps.env, XDG_STATE_HOME: join(home, 'file') };
    await expect(openLedger({ ...deps, env })).rejects.toThrow(LedgerError);
  });
});

async function opened(opening: Promise<Ledger>): Promise<Ledger> {
  const ledger = await opening;
  onTestFinished(() => ledger.close());
  return ledger;
}
