import Big from 'big.js';
import type { CacheUse } from '../openrouter/chat-reply.ts';
import { abandonedRow } from './budget-ledger.ts';
import type { ChannelRow, DailyRow, DayRange, Ledger, LedgerRow } from './ledger.ts';
import {
  cachedValues,
  channelRowsOf,
  channelValues,
  dailyRowsOf,
  dailyValues,
  requestColumns,
  requestValues,
} from './ledger.ts';
import { openDatabase, type SqliteDatabase } from './sqlite-database.ts';

/** Opens the ledger in an existing SQLite file (empty for a new ledger). Throws LedgerError. */
export async function openSqliteLedger(path: string): Promise<Ledger> {
  return createLedger(await openDatabase(path));
}

export function createLedger(database: SqliteDatabase): Ledger {
  const add = adder(database);
  const select = database.prepare(
    `SELECT day, entry, model, requests, answered, prompt_tokens, completion_tokens, daily.usd,
       coalesce(estimate.usd, '0'), cached_tokens, written_tokens, saved_usd
     FROM daily LEFT JOIN estimate USING (day, entry, model)
       LEFT JOIN cached USING (day, entry, model)
     WHERE day BETWEEN ? AND ? ORDER BY day, entry, model`,
  );
  const selectChannels = database.prepare(
    'SELECT * FROM daily_channel WHERE day BETWEEN ? AND ? ORDER BY day, entry, channel',
  );
  const lapsed = database.prepare('SELECT entry, usd, until FROM held WHERE until <= ?');
  const recordAll = (rows: readonly LedgerRow[]) => database.write(() => add(rows));
  return {
    record: (row) => recordAll([row]),
    recordAll,
    daily: ({ from, to }: DayRange) =>
      database.read(() => select.raw().all(from, to).map(dailyRow)),
    channels: ({ from, to }: DayRange) =>
      database.read(() => selectChannels.raw().all(from, to).map(channelRow)),
    abandoned: (now) => database.read(() => abandonedRows(lapsed.raw().all(now.toISOString()))),
    close: async () => database.close(),
  };
}

/** Writes requests and adds them to the sums, with one read and one write per day, entry and model or channel. */
export function adder(database: SqliteDatabase): (rows: readonly LedgerRow[]) => void {
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
  const addEstimate = estimateAdder(database);
  const addCache = cacheAdder(database);
  const addChannel = channelAdder(database);
  return (rows) => {
    for (const row of rows) insert.run(requestValues(row));
    for (const day of dailyRowsOf(rows)) {
      const usd = plus(sum.raw().all(day.day, day.entry, day.model), day.usd);
      upsert.run(...dailyValues({ ...day, usd }));
      if (day.estimatedUsd !== '0') addEstimate(day);
      if (day.cache !== undefined) addCache(day, day.cache);
    }
    for (const row of channelRowsOf(rows)) addChannel(row);
  };
}

function estimateAdder(database: SqliteDatabase): (day: DailyRow) => void {
  const sum = database.prepare(
    'SELECT usd FROM estimate WHERE day = ? AND entry = ? AND model = ?',
  );
  const upsert = database.prepare(
    'INSERT INTO estimate VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET usd = excluded.usd',
  );
  return ({ day, entry, model, estimatedUsd }) => {
    upsert.run(day, entry, model, plus(sum.raw().all(day, entry, model), estimatedUsd));
  };
}

function cacheAdder(database: SqliteDatabase): (day: DailyRow, cache: CacheUse) => void {
  const sum = database.prepare(
    'SELECT saved_usd FROM cached WHERE day = ? AND entry = ? AND model = ?',
  );
  const upsert = database.prepare(
    `INSERT INTO cached VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET saved_usd = excluded.saved_usd,
       cached_tokens = cached_tokens + excluded.cached_tokens,
       written_tokens = written_tokens + excluded.written_tokens`,
  );
  return (day, cache) => {
    const savedUsd = plus(sum.raw().all(day.day, day.entry, day.model), cache.savedUsd);
    upsert.run(...cachedValues(day, { ...cache, savedUsd }));
  };
}

function channelAdder(database: SqliteDatabase): (row: ChannelRow) => void {
  const sum = database.prepare(
    'SELECT usd FROM daily_channel WHERE day = ? AND entry = ? AND channel = ?',
  );
  const upsert = database.prepare(
    `INSERT INTO daily_channel VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET usd = excluded.usd, requests = requests + excluded.requests,
       prompt_tokens = prompt_tokens + excluded.prompt_tokens,
       completion_tokens = completion_tokens + excluded.completion_tokens`,
  );
  return (row) => {
    const usd = plus(sum.raw().all(row.day, row.entry, row.channel), row.usd);
    upsert.run(...channelValues({ ...row, usd }));
  };
}

/** Adds an amount to the one in the row, if there is one. */
function plus([before]: readonly unknown[], usd: string): string {
  return Array.isArray(before) ? new Big(amountOf(before[0])).plus(usd).toFixed() : usd;
}

/** From rows of `held`: entry, amount, expiry. */
export function abandonedRows(rows: readonly unknown[]): LedgerRow[] {
  return rows.flatMap((row) => {
    const [entry, usd, until] = Array.isArray(row) ? row.map(String) : [];
    if (entry === undefined || usd === undefined || until === undefined) return [];
    const reserved = amountOf(usd);
    return new Big(reserved).eq(0)
      ? []
      : abandonedRow({ entry, usd: reserved, until: new Date(until) });
  });
}

function dailyRow(values: unknown): DailyRow {
  const row: readonly unknown[] = Array.isArray(values) ? values : [];
  const [day, entry, model, requests, answered, promptTokens, completionTokens, usd] = row;
  const [estimated, cachedTokens, writtenTokens, savedUsd] = row.slice(8);
  return {
    day: String(day),
    entry: String(entry),
    model: String(model),
    requests: Number(requests),
    answered: Number(answered),
    promptTokens: Number(promptTokens),
    completionTokens: Number(completionTokens),
    usd: amountOf(usd),
    estimatedUsd: amountOf(estimated),
    ...(savedUsd === null
      ? {}
      : {
          cache: {
            cachedTokens: Number(cachedTokens),
            writtenTokens: Number(writtenTokens),
            savedUsd: amountOf(savedUsd),
          },
        }),
  };
}

function channelRow(values: unknown): ChannelRow {
  const row: readonly unknown[] = Array.isArray(values) ? values : [];
  const [day, entry, channel, requests, promptTokens, completionTokens, usd] = row;
  return {
    day: String(day),
    entry: String(entry),
    channel: String(channel),
    requests: Number(requests),
    promptTokens: Number(promptTokens),
    completionTokens: Number(completionTokens),
    usd: amountOf(usd),
  };
}

export function amountOf(value: unknown): string {
  const text = String(value);
  if (/^-?\d+(\.\d+)?$/.test(text)) return text;
  throw new Error(`it contains "${text}" in place of an amount`);
}
