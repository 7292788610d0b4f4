import { join } from 'node:path';
import { baseUrlFrom } from '../openrouter/base-url.ts';
import type { Deps, FileFacts, Files } from '../platform/deps.ts';
import { isLoopback } from '../platform/destination.ts';
import { errorCode } from '../platform/files.ts';
import { stateFolder } from '../platform/paths.ts';
import { shellWord } from '../text/shell.ts';
import type { BudgetLedger } from './budget-ledger.ts';
import { type Ledger, LedgerError } from './ledger.ts';
import { openSqliteBudgetLedger } from './sqlite-budget.ts';
import { ledgerErrorOf } from './sqlite-database.ts';
import { openSqliteLedger } from './sqlite-ledger.ts';

type World = Pick<Deps, 'env' | 'place' | 'files'>;

/**
 * Opens this person's ledger, and begins one where there is none: a file of mode 0600 in a folder of mode 0700 below
 * the state folder. Throws LedgerError. Close it.
 */
export async function openLedger(world: World): Promise<Ledger> {
  return openSqliteLedger(await ledgerFile(world));
}

/** The ledger of `openLedger`, with leave to spend for the gateway `owner`. Throws LedgerError. Close it. */
export async function openBudgetLedger(world: World, owner: string): Promise<BudgetLedger> {
  const path = await ledgerFile(world);
  return inPlace(world.files, path, await openSqliteBudgetLedger(path, owner));
}

/** SQLite goes on writing where a file was moved or deleted: the next gateway would know nothing of what is spent there. */
async function inPlace(files: Files, path: string, ledger: BudgetLedger): Promise<BudgetLedger> {
  const opened = await factsOf(files, path);
  return {
    ...ledger,
    async commit(batch) {
      const found = await factsOf(files, path);
      if (found !== null && found.inode === opened?.inode && found.device === opened.device) {
        return ledger.commit(batch);
      }
      const hint = 'Put it back, or end the gateway and start it again: it then begins a new one';
      throw new LedgerError('the file was moved or deleted while it was in use', path, { hint });
    },
  };
}

async function ledgerFile(world: World): Promise<string> {
  const path = ledgerPath(world);
  try {
    await world.files.makeFolder(join(path, '..'), 0o700);
    // SQLite would make it with the umask's mode; its -wal and -shm files take the mode that they find here.
    const file = await world.files.create(path, 0o600);
    await file.close();
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw ledgerErrorOf(error, path);
  }
  await assertRegularFiles(world, path);
  return path;
}

/** The files that SQLite makes beside a database; each is opened where it is there. */
const suffixes = ['', '-wal', '-shm', '-journal'];

// SQLite waits for ever on a pipe in place of one of them.
async function assertRegularFiles({ files }: World, path: string): Promise<void> {
  for (const name of suffixes.map((suffix) => `${path}${suffix}`)) {
    const facts = await factsOf(files, name);
    if (facts === null || facts.kind === 'file') continue;
    const hint = `Look at it with ls -l and move it out of the way: mv ${shellWord(name)} ${shellWord(`${name}.old`)}`;
    throw new LedgerError('it is not a regular file', name, { hint });
  }
}

/** Opens the ledger if there is one; null, and nothing is made, where there is none. Throws LedgerError. */
export async function openExistingLedger(world: World): Promise<Ledger | null> {
  const path = ledgerPath(world);
  if ((await factsOf(world.files, path)) === null) return null;
  await assertRegularFiles(world, path);
  return openSqliteLedger(path);
}

/**
 * Where the ledger is. An API on loopback is a look-alike or a relay: what it charges is kept apart from what
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
