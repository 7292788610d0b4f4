import { setTimeout as sleep } from 'node:timers/promises';
import Big from 'big.js';
import type Libsql from 'libsql';
import { errorCode } from '../platform/files.ts';
import type { DailyRow, DayRange, Ledger, LedgerRow } from './ledger.ts';
import { LedgerError } from './ledger-error.ts';
import { dailyRowsOf, dailyValues, requestColumns, requestValues } from './ledger-rows.ts';

/** How long one process waits for another that is writing. */
const busyTimeoutMs = 5_000;

/** SQLite does not wait where it turns a new file into WAL, so we do. */
const retryMs = 20;

/** Raised when the tables change; a file of a later version is left alone. */
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

/** Opens the ledger in an SQLite file that exists, an empty one for a new ledger. Throws LedgerError. */
export async function openSqliteLedger(path: string): Promise<Ledger> {
  const database = await openDatabase(path);
  return guarded(path, () => createLedger(database, path));
}

/** The file with its tables made. Throws LedgerError. */
export async function openDatabase(path: string): Promise<Libsql.Database> {
  // Only who uses the ledger pays for loading the native library, and misses it where it has no build.
  const { default: Database } = await import('libsql').catch((error: unknown) => {
    throw new LedgerError('the package libsql cannot be loaded', path, error);
  });
  const database = guarded(path, () => new Database(path, { timeout: busyTimeoutMs }));
  await whenFree(() => prepareTables(database, path), path);
  return database;
}

/** Runs what others that begin the same file may stand in the way of, again until they are done. Throws LedgerError. */
async function whenFree(body: () => void, path: string): Promise<void> {
  for (let left = busyTimeoutMs / retryMs; ; left -= 1) {
    try {
      return guarded(path, body);
    } catch (error) {
      const busy = error instanceof LedgerError && errorCode(error.cause) === 'SQLITE_BUSY';
      if (!busy || left <= 0) throw error;
      await sleep(retryMs);
    }
  }
}

function prepareTables(database: Libsql.Database, path: string): void {
  const version = versionOf(database);
  if (version > schemaVersion) {
    throw new LedgerError('it was written by a later version of this tool', path);
  }
  // WAL: readers and one writer at once. NORMAL: a power cut may take the last moments, never the file.
  // A checkpoint waits for the disk: one for every 16 MiB of a busy gateway, not for every 4.
  const pragmas = ['journal_mode = WAL', 'synchronous = NORMAL', 'wal_autocheckpoint = 4000'];
  database.exec(pragmas.map((pragma) => `PRAGMA ${pragma}`).join('; '));
  if (version === schemaVersion) return;
  const create = database.transaction(() => {
    // Another process may have been first.
    if (versionOf(database) === 0) database.exec(schema);
  });
  create.immediate();
}

function versionOf(database: Libsql.Database): number {
  const [row] = database.prepare('PRAGMA user_version').raw().all();
  return Array.isArray(row) ? Number(row[0]) : 0;
}

/** The ledger in a database that `openDatabase` gave. */
export function createLedger(database: Libsql.Database, path: string): Ledger {
  const add = database.transaction(adder(database));
  const select = database.prepare(
    `SELECT day, entry, model, requests, answered, prompt_tokens, completion_tokens, usd
     FROM daily WHERE day BETWEEN ? AND ? ORDER BY day, entry, model`,
  );
  const recordAll = async (rows: readonly LedgerRow[]) =>
    guarded(path, () => void add.immediate(rows));
  return {
    record: (row) => recordAll([row]),
    recordAll,
    daily: async ({ from, to }: DayRange) =>
      guarded(path, () => select.raw().all(from, to).map(dailyRow)),
    close: async () => void database.close(),
  };
}

/** Writes requests and adds them to their days; one read and one write for each day, entry and model among them. */
export function adder(database: Libsql.Database): (rows: readonly LedgerRow[]) => void {
  const insert = database.prepare(
    `INSERT INTO request (${requestColumns})
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const sum = database.prepare('SELECT usd FROM daily WHERE day = ? AND entry = ? AND model = ?');
  const upsert = database.prepare(
    `INSERT INTO daily VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET usd = excluded.usd,
       requests = requests + excluded.requests, answered = answered + excluded.answered,
       prompt_tokens = prompt_tokens + excluded.prompt_tokens,
       completion_tokens = completion_tokens + excluded.completion_tokens`,
  );
  return (rows) => {
    for (const row of rows) insert.run(...requestValues(row));
    for (const day of dailyRowsOf(rows)) {
      const [before] = sum.raw().all(day.day, day.entry, day.model);
      const usd = Array.isArray(before)
        ? new Big(String(before[0])).plus(day.usd).toFixed()
        : day.usd;
      upsert.run(...dailyValues({ ...day, usd }));
    }
  };
}

function dailyRow(values: unknown): DailyRow {
  const [day, entry, model, requests, answered, promptTokens, completionTokens, usd] =
    Array.isArray(values) ? values : [];
  return {
    day: String(day),
    entry: String(entry),
    model: String(model),
    requests: Number(requests),
    answered: Number(answered),
    promptTokens: Number(promptTokens),
    completionTokens: Number(completionTokens),
    usd: amountOf(usd),
  };
}

function amountOf(value: unknown): string {
  const text = String(value);
  if (/^-?\d+(\.\d+)?$/.test(text)) return text;
  throw new Error(`it holds "${text}" where an amount should be`);
}

/** Words the library's own errors, which name neither the file nor a mend. */
export function guarded<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof LedgerError) throw error;
    throw new LedgerError(error instanceof Error ? error.message : String(error), path, error);
  }
}
