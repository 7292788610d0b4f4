import { join } from 'node:path';
import { baseUrlFrom } from '../openrouter/base-url.ts';
import type { Deps, FileFacts, Files } from '../platform/deps.ts';
import { isLoopback } from '../platform/destination.ts';
import { errorCode } from '../platform/files.ts';
import { stateFolder } from '../platform/paths.ts';
import { shellWord } from '../text/escape.ts';
import type { BudgetLedger } from './budget-ledger.ts';
import { type Ledger, LedgerError } from './ledger.ts';
import { openSqliteBudgetLedger } from './sqlite-budget.ts';
import { ledgerErrorOf } from './sqlite-database.ts';
import { openSqliteLedger } from './sqlite-ledger.ts';

type World = Pick<Deps, 'env' | 'place' | 'files'>;

/**
 * Opens the user's ledger, creating it if there is none: a file of mode 0600 in a folder of mode 0700 in the state
 * folder. Throws LedgerError. The caller closes it.
 */
export async function openLedger(world: World): Promise<Ledger> {
  return openSqliteLedger(await ledgerFile(world));
}

/** Like `openLedger`, with budgets, for the gateway `owner`. Throws LedgerError. The caller closes it. */
export async function openBudgetLedger(world: World, owner: string): Promise<BudgetLedger> {
  const path = await ledgerFile(world);
  return whileInPlace(world.files, path, await openSqliteBudgetLedger(path, owner));
}

/** Refuses to write after the file was moved or deleted. SQLite would go on, unseen by the next gateway. */
async function whileInPlace(
  files: Files,
  path: string,
  ledger: BudgetLedger,
): Promise<BudgetLedger> {
  const opened = await factsOf(files, path);
  return {
    ...ledger,
    async commit(batch) {
      const current = await factsOf(files, path);
      if (current !== null && current.inode === opened?.inode && current.device === opened.device) {
        return ledger.commit(batch);
      }
      const hint = 'Move it back, or restart the gateway to begin a new ledger';
      throw new LedgerError('the file was moved or deleted while it was in use', path, { hint });
    },
  };
}

async function ledgerFile(world: World): Promise<string> {
  const path = ledgerPath(world);
  try {
    await world.files.makeFolder(join(path, '..'), 0o700);
    // SQLite would create it with the umask's mode. The -wal and -shm files copy the mode of this file.
    const file = await world.files.create(path, 0o600);
    await file.close();
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw ledgerErrorOf(error, path);
  }
  await assertRegularFiles(world, path);
  return path;
}

/** Of the database itself and the files that SQLite keeps next to it. */
const suffixes = ['', '-wal', '-shm', '-journal'];

// SQLite would wait forever if one of them were a pipe.
async function assertRegularFiles({ files }: World, path: string): Promise<void> {
  for (const name of suffixes.map((suffix) => `${path}${suffix}`)) {
    const facts = await factsOf(files, name);
    if (facts === null || facts.kind === 'file') continue;
    const hint = `Check it with ls -l and move it away: mv ${shellWord(name)} ${shellWord(`${name}.old`)}`;
    throw new LedgerError('it is not a regular file', name, { hint });
  }
}

/** Opens the ledger if there is one, else null. Throws LedgerError. */
export async function openExistingLedger(world: World): Promise<Ledger | null> {
  const path = ledgerPath(world);
  if ((await factsOf(world.files, path)) === null) return null;
  await assertRegularFiles(world, path);
  return openSqliteLedger(path);
}

/**
 * The path of the ledger. An API on loopback is a fake or a relay, so it gets its own ledger, separate from what
 * OpenRouter charges.
 */
export function ledgerPath(world: Pick<Deps, 'env' | 'place'>): string {
  const folder = join(stateFolder(world), 'ledger');
  const baseUrl = baseUrlFrom(world.env);
  const isHere = URL.canParse(baseUrl) && isLoopback(new URL(baseUrl).hostname);
  return join(folder, isHere ? 'loopback.db' : 'openrouter.db');
}

async function factsOf(files: Files, path: string): Promise<FileFacts | null> {
  return files.stat(path).catch((error: unknown) => {
    throw ledgerErrorOf(error, path);
  });
}
