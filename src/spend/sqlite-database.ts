import { setTimeout as sleep } from 'node:timers/promises';
import type Libsql from 'libsql';
import type { Hint } from '../platform/errors.ts';
import { errorCode } from '../platform/files.ts';
import { shellWord } from '../text/shell.ts';
import { LedgerError } from './ledger.ts';

/** The file of a ledger. All methods throw LedgerError. */
export interface SqliteDatabase {
  prepare(sql: string): Libsql.Statement;
  /** Runs `body`, which may not write. */
  read<T>(body: () => T): Promise<T>;
  /** Runs `body` in a transaction: all that it writes is kept, or nothing. */
  write<T>(body: () => T): Promise<T>;
  close(): void;
}

/** How long one process waits for another that is writing, in milliseconds. */
const busyMs = 5_000;

/** Between two tries, as SQLite's own busy handler waits; the last from then on. */
const delaysMs = [1, 2, 5, 10, 15, 20, 25];

/** Raised when older versions could not work with the file any more; they leave one of a later version alone. */
const schemaVersion = 1;

/**
 * Money is text: SQLite has no decimals, and a sum of binary floats is not what was paid. `daily` is kept up to date
 * by whoever adds a request, in the same transaction, so that reading takes as long after a million requests as
 * after a thousand.
 */
const schema = `
  CREATE TABLE request (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    entry TEXT NOT NULL,
    role TEXT NOT NULL,
    model TEXT NOT NULL,
    served_model TEXT,
    provider TEXT,
    prompt_tokens INTEGER,
    completion_tokens INTEGER,
    cost_usd TEXT,
    outcome TEXT NOT NULL
  ) STRICT;
  CREATE TABLE daily (
    day TEXT NOT NULL,
    entry TEXT NOT NULL,
    model TEXT NOT NULL,
    requests INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    usd TEXT NOT NULL,
    PRIMARY KEY (day, entry, model)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${schemaVersion};
`;

/**
 * Tables that came later, beside those that older versions know: a gateway of an older version goes on writing.
 * `estimate` is the part of `daily` that is estimated. `held` has one row for each gateway and entry, not one a
 * request: a busy gateway writes it once a batch.
 */
const laterTables = `
  CREATE TABLE IF NOT EXISTS estimate (
    day TEXT NOT NULL,
    entry TEXT NOT NULL,
    model TEXT NOT NULL,
    usd TEXT NOT NULL,
    PRIMARY KEY (day, entry, model)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS held (
    owner TEXT NOT NULL,
    entry TEXT NOT NULL,
    usd TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (owner, entry)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS claim (
    what TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** Opens an SQLite file that exists, an empty one for a new ledger, and makes its tables. Throws LedgerError. */
export async function openDatabase(path: string): Promise<SqliteDatabase> {
  // Only who uses the ledger pays for loading the native library, and misses it where it has no build.
  const { default: Database } = await import('libsql').catch((error: unknown) => {
    const hint = 'Install openclaw-openrouter anew: it brings libsql for Linux, macOS and Windows';
    throw new LedgerError('the package libsql cannot be loaded', path, { hint, cause: error });
  });
  const connection = await whenFree(path, () => new Database(path));
  const database = databaseOf(connection, path);
  try {
    const isComplete = await database.read(() => setUp(connection, path));
    if (!isComplete) await database.write(() => makeTables(connection));
  } catch (error) {
    connection.close();
    throw error;
  }
  return database;
}

function databaseOf(connection: Libsql.Database, path: string): SqliteDatabase {
  return {
    prepare: (sql) => guarded(path, () => connection.prepare(sql)),
    read: (body) => whenFree(path, body),
    write: (body) => whenFree(path, () => inTransaction(connection, body)),
    close: () => void connection.close(),
  };
}

/**
 * Runs `body`, again while another connection is in its way. SQLite's own waiting would stop everything else that this
 * thread does, and does not wait at all where a new file is turned into WAL.
 */
async function whenFree<T>(path: string, body: () => T): Promise<T> {
  for (let tries = 0, waitedMs = 0; ; tries += 1) {
    try {
      return body();
    } catch (error) {
      if (!isBusy(error) || waitedMs >= busyMs) throw ledgerErrorOf(error, path);
    }
    const delayMs = delaysMs[tries] ?? 25;
    await sleep(delayMs);
    waitedMs += delayMs;
  }
}

function guarded<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw ledgerErrorOf(error, path);
  }
}

/** libsql's own transactions hide why they failed where SQLite has already rolled back, as it does on a full disk. */
function inTransaction<T>(connection: Libsql.Database, body: () => T): T {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const result = body();
    connection.exec('COMMIT');
    return result;
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

/** True where all tables are there. */
function setUp(connection: Libsql.Database, path: string): boolean {
  if (versionOf(connection) > schemaVersion) {
    const hint = 'Update this one: npm install -g openclaw-openrouter@latest';
    throw new LedgerError('it was written by a later version of this tool', path, { hint });
  }
  // WAL: readers and one writer at once. NORMAL: a power cut may take the last moments, never the file.
  // A checkpoint waits for the disk: one for every 16 MiB of a busy gateway, not for every 4.
  const pragmas = ['journal_mode = WAL', 'synchronous = NORMAL', 'wal_autocheckpoint = 4000'];
  connection.exec(pragmas.map((pragma) => `PRAGMA ${pragma}`).join('; '));
  const names = connection.prepare('SELECT name FROM sqlite_schema').raw().all().flat();
  return ['request', 'daily', 'estimate', 'held', 'claim'].every((name) => names.includes(name));
}

function makeTables(connection: Libsql.Database): void {
  // Another process may have been first.
  if (versionOf(connection) === 0) connection.exec(schema);
  connection.exec(laterTables);
}

function versionOf(connection: Libsql.Database): number {
  const [row] = connection.prepare('PRAGMA user_version').raw().all();
  return Array.isArray(row) ? Number(row[0]) : 0;
}

/** Words an error of SQLite or of the file system, which names neither the file nor a way out. */
export function ledgerErrorOf(error: unknown, path: string): LedgerError {
  if (error instanceof LedgerError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = errorCode(error) ?? (cannotOpen.test(message) ? 'SQLITE_CANTOPEN' : '');
  const { reason, hint } = failures.find(({ codes }) => codes.test(code)) ?? unknown;
  return new LedgerError(reason ?? message, path, { hint: hint(path), cause: error });
}

/** Another connection is writing: worth another try. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(errorCode(error) ?? '');
}

/** libsql's own words for SQLite's result code 14. */
const cannotOpen = /^ConnectionFailed\(.*: 14"\)$/s;

interface Failure {
  /** In words that follow "the ledger cannot be used"; the error's own where there is none. */
  readonly reason?: string;
  readonly hint: (path: string) => Hint;
}

/** By codes of SQLite (its page "Result and Error Codes") and of the file system; the first match wins. */
const failures: readonly (Failure & { readonly codes: RegExp })[] = [
  {
    codes: /^SQLITE_(BUSY|LOCKED)/,
    reason: 'another program keeps it locked',
    hint: (path) => `Find out which one: fuser ${path}`,
  },
  {
    codes: /^SQLITE_(CORRUPT|NOTADB)/,
    reason: 'the file is damaged',
    hint: moveAside,
  },
  {
    codes: /^(SQLITE_(FULL|IOERR_WRITE)|ENOSPC|EDQUOT|EFBIG)/,
    reason: 'the disk is full',
    hint: (path) => `Free some space: df -h ${path}`,
  },
  {
    codes: /^(SQLITE_(READONLY|PERM|CANTOPEN)|EACCES|EPERM|EROFS|ENOTDIR|EISDIR)/,
    reason: 'it cannot be opened for writing',
    hint: (path) => `Check who may write to the file and its folder: ls -la ${path} ${path}/..`,
  },
];

const unknown: Failure = {
  hint: moveAside,
};

// SQLite would put what the other two files hold into the new one.
function moveAside(path: string): Hint {
  const [file, old, ...others] = ['', '.old', '-wal', '-shm'].map((end) => shellWord(path + end));
  return (program) =>
    [
      `Begin a new one: mv ${file} ${old}; rm -f ${others.join(' ')}`,
      `Budgets then start from zero; ${program} spend shows what the key was charged`,
    ].join('\n');
}
