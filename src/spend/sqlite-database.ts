import { setTimeout as sleep } from 'node:timers/promises';
import type Libsql from 'libsql';
import type { Hint } from '../platform/errors.ts';
import { errorCode } from '../platform/files.ts';
import { shellWord } from '../text/escape.ts';
import { LedgerError } from './ledger.ts';

/** The SQLite file of a ledger. All methods throw LedgerError. */
export interface SqliteDatabase {
  prepare(sql: string): Libsql.Statement;
  /** Runs `body`, which must not write. */
  read<T>(body: () => T): Promise<T>;
  /** Runs `body` in a transaction. */
  write<T>(body: () => T): Promise<T>;
  close(): void;
}

/** How long to wait for another process that is writing, in milliseconds. */
const busyMs = 5_000;

/** Delays between attempts, like SQLite's own busy handler; the last one repeats. */
const delaysMs = [1, 2, 5, 10, 15, 20, 25];

/** To be increased when older versions can no longer use the file; they refuse a later schema version. */
const schemaVersion = 1;

/**
 * Money is text, because SQLite has no decimal type and sums of binary floats are not exact. `daily` is updated in the
 * same transaction as `request`, so that reading is as fast after a million requests as after a thousand.
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
 * Tables that were added later without changing the older ones, so that older versions can continue to write.
 * `estimate` is the estimated part of `daily`, `cached` is the use of prompt caches, and `daily_channel` is the part of
 * `daily` that came from a channel. `held` has one row per gateway and entry, not per request, so that a busy gateway
 * writes it once per batch.
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
  CREATE TABLE IF NOT EXISTS daily_channel (
    day TEXT NOT NULL,
    entry TEXT NOT NULL,
    channel TEXT NOT NULL,
    requests INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    usd TEXT NOT NULL,
    PRIMARY KEY (day, entry, channel)
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

/** Opens an existing SQLite file (empty for a new ledger) and creates missing tables. Throws LedgerError. */
export async function openDatabase(path: string): Promise<SqliteDatabase> {
  // Loaded only if the ledger is used, because it is slow to load and not available on every platform.
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
 * Runs `body`, and retries while another connection holds a lock. SQLite's own busy timeout would block this thread,
 * and does not apply while a new file is switched to WAL.
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

/** libsql's own transactions hide the error if SQLite has already rolled back, e.g. because the disk is full. */
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

const tables = ['request', 'daily', 'estimate', 'cached', 'daily_channel', 'held', 'claim'];

/** Returns whether all tables exist. */
function prepareFile(connection: Libsql.Database, path: string): boolean {
  if (versionOf(connection) > schemaVersion) {
    const hint = 'Update it: npm install -g openclaw-openrouter@latest';
    throw new LedgerError('it was written by a newer version of this tool', path, { hint });
  }
  // WAL allows readers during a write. With NORMAL, a power cut may lose the last commits, but never the file.
  // A checkpoint waits for the disk, so a busy gateway does one every 16 MiB instead of every 4.
  const pragmas = ['journal_mode = WAL', 'synchronous = NORMAL', 'wal_autocheckpoint = 4000'];
  connection.exec(pragmas.map((pragma) => `PRAGMA ${pragma}`).join('; '));
  const names = connection.prepare('SELECT name FROM sqlite_schema').raw().all().flat();
  return tables.every((name) => names.includes(name));
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

/** Wraps an error of SQLite or the file system, adding the file and a fix. */
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
  /** Follows "The ledger … cannot be used: "; defaults to the error's own message. */
  readonly reason?: string;
  readonly hint: (path: string) => Hint;
}

/** By error code of SQLite (its page "Result and Error Codes") or the file system; the first match wins. */
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

// Includes the -wal and -shm files, which SQLite would otherwise apply to the new database.
function moveAside(path: string): Hint {
  const [file, old, ...others] = ['', '.old', '-wal', '-shm'].map((end) => shellWord(path + end));
  return (command) =>
    [
      `Start a new one: mv ${file} ${old}; rm -f ${others.join(' ')}`,
      `Budgets then start at zero; ${command('spend')} shows what the key was charged`,
    ].join('\n');
}
