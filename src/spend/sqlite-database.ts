import { setTimeout as sleep } from 'node:timers/promises';
import type Libsql from 'libsql';
import type { Hint } from '../platform/errors.ts';
import { errorCode } from '../platform/files.ts';
import { shellWord } from '../text/shell.ts';
import { LedgerError } from './ledger.ts';

/** The file of a ledger. All methods throw LedgerError. */
export interface SqliteDatabase {
  prepare(sql: string): Libsql.Statement;
  /** Runs `body`, which must not write. */
  read<T>(body: () => T): Promise<T>;
  /** Runs `body` in a transaction. */
  write<T>(body: () => T): Promise<T>;
  close(): void;
}

/** How long one process waits for another that is writing, in milliseconds. */
const busyMs = 5_000;

/** Between two attempts, like SQLite's own busy handler; the last one repeats. */
const delaysMs = [1, 2, 5, 10, 15, 20, 25];

/** Raised when older versions can no longer use the file; they refuse one with a later version. */
const schemaVersion = 1;

/**
 * Money is text, because SQLite has no decimals and a sum of binary floats is not exact. Whoever adds a request updates
 * `daily` in the same transaction, so that reading takes as long after a million requests as after a thousand.
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
 * Tables that were added later without changing the older ones, so that gateways of older versions can go on writing.
 * `estimate` is the estimated part of `daily`, `cached` what came from caches. `held` has one row for each gateway and entry, not for each request, so
 * that a busy gateway writes it once per batch.
 */
const laterTables = `
  CREATE TABLE IF NOT EXISTS estimate (
    day TEXT NOT NULL,
    entry TEXT NOT NULL,
    model TEXT NOT NULL,
    usd TEXT NOT NULL,
    PRIMARY KEY (day, entry, model)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS cached (
    day TEXT NOT NULL,
    entry TEXT NOT NULL,
    model TEXT NOT NULL,
    cached_tokens INTEGER NOT NULL,
    written_tokens INTEGER NOT NULL,
    saved_usd TEXT NOT NULL,
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

/** Opens an existing SQLite file, empty for a new ledger, and creates its tables. Throws LedgerError. */
export async function openDatabase(path: string): Promise<SqliteDatabase> {
  // Loaded only where the ledger is used: it is slow to load, and missing on platforms without a build.
  const { default: Database } = await import('libsql').catch((error: unknown) => {
    const hint =
      'Reinstall openclaw-openrouter, which includes libsql for Linux, macOS and Windows';
    throw new LedgerError('the package libsql cannot be loaded', path, { hint, cause: error });
  });
  const connection = await whenFree(path, () => new Database(path));
  const database = databaseOf(connection, path);
  try {
    const isComplete = await database.read(() => prepareFile(connection, path));
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
 * Runs `body`, repeatedly while another connection holds a lock. SQLite's own busy timeout would block this thread, and
 * does not apply while a new file is switched to WAL.
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

/** libsql's own transactions hide the error where SQLite has already rolled back, as it does on a full disk. */
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

/** True where all tables exist. */
function prepareFile(connection: Libsql.Database, path: string): boolean {
  if (versionOf(connection) > schemaVersion) {
    const hint = 'Update it: npm install -g openclaw-openrouter@latest';
    throw new LedgerError('it was written by a newer version of this tool', path, { hint });
  }
  // WAL allows readers beside one writer. With NORMAL a power cut may lose the last moments, never the file.
  // A checkpoint waits for the disk, so a busy gateway has one for every 16 MiB instead of every 4.
  const pragmas = ['journal_mode = WAL', 'synchronous = NORMAL', 'wal_autocheckpoint = 4000'];
  connection.exec(pragmas.map((pragma) => `PRAGMA ${pragma}`).join('; '));
  const names = connection.prepare('SELECT name FROM sqlite_schema').raw().all().flat();
  return ['request', 'daily', 'estimate', 'cached', 'held', 'claim'].every((name) =>
    names.includes(name),
  );
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

/** An error of SQLite or the file system, which itself names neither the file nor a fix. */
export function ledgerErrorOf(error: unknown, path: string): LedgerError {
  if (error instanceof LedgerError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = errorCode(error) ?? (cannotOpen.test(message) ? 'SQLITE_CANTOPEN' : '');
  const { reason, hint } = failures.find(({ codes }) => codes.test(code)) ?? unknown;
  return new LedgerError(reason ?? message, path, { hint: hint(path), cause: error });
}

/** Whether another connection is writing, so that a retry may work. */
function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(errorCode(error) ?? '');
}

/** libsql's message for SQLite's result code 14. */
const cannotOpen = /^ConnectionFailed\(.*: 14"\)$/s;

interface Failure {
  /** Follows "The ledger … cannot be used: "; the error's own message if there is none. */
  readonly reason?: string;
  readonly hint: (path: string) => Hint;
}

/** By codes of SQLite (its page "Result and Error Codes") and of the file system; the first match wins. */
const failures: readonly (Failure & { readonly codes: RegExp })[] = [
  {
    codes: /^SQLITE_(BUSY|LOCKED)/,
    reason: 'another program has locked it',
    hint: (path) => `Find out which: fuser ${path}`,
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
    hint: (path) => `Check the permissions of the file and its folder: ls -la ${path} ${path}/..`,
  },
];

const unknown: Failure = { hint: moveAside };

// SQLite would apply the -wal and -shm files to the new one.
function moveAside(path: string): Hint {
  const [file, old, ...others] = ['', '.old', '-wal', '-shm'].map((end) => shellWord(path + end));
  return (program) =>
    [
      `Start a new one: mv ${file} ${old}; rm -f ${others.join(' ')}`,
      `Budgets then start at zero; ${program} spend shows what the key was charged`,
    ].join('\n');
}
