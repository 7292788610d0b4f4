import Big from 'big.js';
import type { Pool, PoolClient } from 'pg';
import { zeroUsd } from '../platform/money.ts';
import { abandonedRow } from './budget-ledger.ts';
import type { ChannelRow, DailyRow, DayRange, LedgerRow } from './ledger.ts';
import {
  cachedValues,
  channelRowsOf,
  channelValues,
  dailyRowsOf,
  dailyValues,
  requestColumns,
  requestValues,
} from './ledger.ts';
import { dayName } from './time.ts';

/**
 * Why PostgreSQL rather than Redis: `numeric` adds money exactly, one transaction covers rows, sums and reservations,
 * and committed data is on disk.
 */
const schema = `
  CREATE SCHEMA IF NOT EXISTS openclaw_openrouter;
  SET LOCAL search_path TO openclaw_openrouter;
  CREATE TABLE IF NOT EXISTS request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    entry text NOT NULL,
    role text NOT NULL,
    model text NOT NULL,
    served_model text,
    provider text,
    prompt_tokens bigint,
    completion_tokens bigint,
    cost_usd numeric,
    outcome text NOT NULL
  );
  CREATE TABLE IF NOT EXISTS daily (
    day date NOT NULL,
    entry text NOT NULL,
    model text NOT NULL,
    requests bigint NOT NULL,
    answered bigint NOT NULL,
    prompt_tokens bigint NOT NULL,
    completion_tokens bigint NOT NULL,
    usd numeric NOT NULL,
    PRIMARY KEY (day, entry, model)
  );
  CREATE TABLE IF NOT EXISTS estimate (
    day date NOT NULL,
    entry text NOT NULL,
    model text NOT NULL,
    usd numeric NOT NULL,
    PRIMARY KEY (day, entry, model)
  );
  CREATE TABLE IF NOT EXISTS cached (
    day date NOT NULL,
    entry text NOT NULL,
    model text NOT NULL,
    cached_tokens bigint NOT NULL,
    written_tokens bigint NOT NULL,
    saved_usd numeric NOT NULL,
    PRIMARY KEY (day, entry, model)
  );
  CREATE TABLE IF NOT EXISTS daily_channel (
    day date NOT NULL,
    entry text NOT NULL,
    channel text NOT NULL,
    requests bigint NOT NULL,
    prompt_tokens bigint NOT NULL,
    completion_tokens bigint NOT NULL,
    usd numeric NOT NULL,
    PRIMARY KEY (day, entry, channel)
  );
  CREATE TABLE IF NOT EXISTS held (
    owner text NOT NULL,
    entry text NOT NULL,
    usd numeric NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (entry, owner)
  );
  CREATE TABLE IF NOT EXISTS claim (
    what text PRIMARY KEY,
    at timestamptz NOT NULL
  );
`;

/** Two arbitrary numbers that only we use, so that gateways that start together do not create the tables twice. */
const schemaLock = 'SELECT pg_advisory_xact_lock(7263, 1)';

/**
 * Like everything here except `daily`, `channels` and `abandoned`, runs in a transaction whose search path is our schema.
 */
export async function makeTables(client: PoolClient): Promise<void> {
  await client.query(schemaLock);
  await client.query(schema);
}

/** Locks the entries until the transaction ends. Callers sort them, so that two gateways cannot deadlock. */
export async function lockEntries(client: PoolClient, entries: readonly string[]): Promise<void> {
  for (const entry of entries) {
    await client.query('SELECT pg_advisory_xact_lock(7263, hashtext($1))', [entry]);
  }
}

export async function settle(client: PoolClient, rows: readonly LedgerRow[]): Promise<void> {
  if (rows.length === 0) return;
  const days = inOrder(dailyRowsOf(rows), ({ model }) => model);
  await client.query(
    `INSERT INTO request (${requestColumns})
     SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::numeric[], $10::text[])`,
    columns(rows, requestValues),
  );
  await client.query(
    `INSERT INTO daily
     SELECT * FROM unnest($1::date[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::numeric[])
     ON CONFLICT (day, entry, model) DO UPDATE SET usd = daily.usd + excluded.usd,
       requests = daily.requests + excluded.requests, answered = daily.answered + excluded.answered,
       prompt_tokens = daily.prompt_tokens + excluded.prompt_tokens,
       completion_tokens = daily.completion_tokens + excluded.completion_tokens`,
    columns(days, dailyValues),
  );
  await settleCached(client, days);
  await settleChannels(client, rows);
  const estimates = days.filter(({ estimatedUsd }) => estimatedUsd !== '0');
  if (estimates.length === 0) return;
  await client.query(
    `INSERT INTO estimate SELECT * FROM unnest($1::date[], $2::text[], $3::text[], $4::numeric[])
     ON CONFLICT (day, entry, model) DO UPDATE SET usd = estimate.usd + excluded.usd`,
    columns(estimates, ({ day, entry, model, estimatedUsd }) => [day, entry, model, estimatedUsd]),
  );
}

async function settleCached(client: PoolClient, days: readonly DailyRow[]): Promise<void> {
  const rows = days.flatMap((day) =>
    day.cache === undefined ? [] : [cachedValues(day, day.cache)],
  );
  if (rows.length === 0) return;
  await client.query(
    `INSERT INTO cached SELECT * FROM unnest($1::date[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::numeric[])
     ON CONFLICT (day, entry, model) DO UPDATE SET saved_usd = cached.saved_usd + excluded.saved_usd,
       cached_tokens = cached.cached_tokens + excluded.cached_tokens,
       written_tokens = cached.written_tokens + excluded.written_tokens`,
    columns(rows, (row) => row),
  );
}

async function settleChannels(client: PoolClient, rows: readonly LedgerRow[]): Promise<void> {
  const channels = inOrder(channelRowsOf(rows), ({ channel }) => channel);
  if (channels.length === 0) return;
  await client.query(
    `INSERT INTO daily_channel SELECT * FROM unnest($1::date[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::numeric[])
     ON CONFLICT (day, entry, channel) DO UPDATE SET usd = daily_channel.usd + excluded.usd,
       requests = daily_channel.requests + excluded.requests,
       prompt_tokens = daily_channel.prompt_tokens + excluded.prompt_tokens,
       completion_tokens = daily_channel.completion_tokens + excluded.completion_tokens`,
    columns(channels, channelValues),
  );
}

/** Rows are locked in the order in which they are written, so every gateway must use the same order. */
function inOrder<Row extends Pick<DailyRow, 'day' | 'entry'>>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
): Row[] {
  const name = (row: Row) => JSON.stringify([row.day, row.entry, nameOf(row)]);
  return [...rows].sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

function columns<T>(rows: readonly T[], valuesOf: (row: T) => unknown[]): unknown[][] {
  const values = rows.map(valuesOf);
  return (values[0] ?? []).map((_, i) => values.map((row) => row[i]));
}

/** Settles the reservations of dead gateways for these entries, each exactly once. */
export async function settleAbandoned(
  client: PoolClient,
  owner: string,
  entries: readonly string[],
  at: Date,
): Promise<void> {
  const { rows } = await client.query<HeldRow>(
    `DELETE FROM held WHERE entry = ANY ($1) AND owner <> $2 AND until <= $3
     RETURNING entry, usd::text, until`,
    [entries, owner, at],
  );
  await settle(client, abandonedRows(rows));
}

/** Writes the amounts that this gateway has reserved, by entry. */
export async function writeReserved(
  client: PoolClient,
  owner: string,
  reserved: ReadonlyMap<string, Big>,
  until: Date,
): Promise<void> {
  if (reserved.size === 0) return;
  const amounts = [...reserved.values()].map((usd) => usd.toFixed());
  await client.query(
    `INSERT INTO held SELECT $1::text, entry, usd, $4::timestamptz FROM unnest($2::text[], $3::numeric[]) AS r (entry, usd)
     ON CONFLICT (entry, owner) DO UPDATE SET usd = excluded.usd, until = excluded.until`,
    [owner, [...reserved.keys()], amounts, until],
  );
}

export interface EntrySums {
  readonly day: Big;
  readonly month: Big;
  /** Reserved by this gateway; `others` is reserved by all others. */
  readonly own: Big;
  readonly others: Big;
  /** Whether a reservation of another gateway has lapsed, because that gateway died. */
  readonly lapsed: boolean;
}

export async function sumsOf(
  client: PoolClient,
  owner: string,
  entries: readonly string[],
  at: Date,
): Promise<Map<string, EntrySums>> {
  if (entries.length === 0) return new Map();
  const { rows } = await client.query<
    Record<'entry' | 'day' | 'month' | 'own' | 'others', string> & { lapsed: boolean }
  >(
    `SELECT entry,
       coalesce((SELECT sum(usd) FROM daily d WHERE d.entry = e.entry AND day = $2::date), 0)::text AS day,
       coalesce((SELECT sum(usd) FROM daily d WHERE d.entry = e.entry AND day BETWEEN date_trunc('month', $2::date) AND $2::date), 0)::text AS month,
       coalesce((SELECT sum(usd) FROM held h WHERE h.entry = e.entry AND owner = $3), 0)::text AS own,
       coalesce((SELECT sum(usd) FROM held h WHERE h.entry = e.entry AND owner <> $3), 0)::text AS others,
       EXISTS (SELECT FROM held h WHERE h.entry = e.entry AND owner <> $3 AND until <= $4) AS lapsed
     FROM unnest($1::text[]) AS e (entry)`,
    [entries, dayName(at), owner, at],
  );
  return new Map(
    rows.map(({ entry, day, month, own, others, lapsed }) => [
      entry,
      {
        day: new Big(day),
        month: new Big(month),
        own: new Big(own),
        others: new Big(others),
        lapsed,
      },
    ]),
  );
}

export function noSums(): EntrySums {
  return { day: zeroUsd, month: zeroUsd, own: zeroUsd, others: zeroUsd, lapsed: false };
}

interface HeldRow {
  readonly entry: string;
  readonly usd: string;
  readonly until: Date;
}

function abandonedRows(rows: readonly HeldRow[]): LedgerRow[] {
  return rows
    .map(({ entry, usd, until }) => ({ entry, usd: new Big(usd).toFixed(), until }))
    .filter(({ usd }) => usd !== '0')
    .map(abandonedRow);
}

export async function abandoned(pool: Pool, now: Date): Promise<LedgerRow[]> {
  const { rows } = await pool.query<HeldRow>(
    'SELECT entry, usd::text, until FROM openclaw_openrouter.held WHERE until <= $1',
    [now],
  );
  return abandonedRows(rows);
}

export async function daily(pool: Pool, { from, to }: DayRange): Promise<DailyRow[]> {
  const { rows } = await pool.query<Record<string, string>>(
    `SELECT day::text, entry, model, requests, answered, prompt_tokens, completion_tokens,
       daily.usd::text, coalesce(estimate.usd, 0)::text AS estimated_usd,
       cached_tokens, written_tokens, saved_usd::text
     FROM openclaw_openrouter.daily LEFT JOIN ${await tableOr(pool, 'estimate', noEstimates)} AS estimate USING (day, entry, model)
       LEFT JOIN ${await tableOr(pool, 'cached', noneCached)} AS cached USING (day, entry, model)
     WHERE day BETWEEN $1::date AND $2::date
     ORDER BY day, entry COLLATE "C", model COLLATE "C"`,
    [from, to],
  );
  return rows.map((row) => ({
    ...totalOf(row),
    model: String(row.model),
    answered: Number(row.answered),
    estimatedUsd: new Big(String(row.estimated_usd)).toFixed(),
    ...(row.saved_usd == null
      ? {}
      : {
          cache: {
            cachedTokens: Number(row.cached_tokens),
            writtenTokens: Number(row.written_tokens),
            savedUsd: new Big(row.saved_usd).toFixed(),
          },
        }),
  }));
}

export async function channels(pool: Pool, { from, to }: DayRange): Promise<ChannelRow[]> {
  const { rows } = await pool.query<Record<string, string>>(
    `SELECT day::text, entry, channel, requests, prompt_tokens, completion_tokens, usd::text
     FROM ${await tableOr(pool, 'daily_channel', noChannels)} AS daily_channel
     WHERE day BETWEEN $1::date AND $2::date
     ORDER BY day, entry COLLATE "C", channel COLLATE "C"`,
    [from, to],
  );
  return rows.map((row) => ({ ...totalOf(row), channel: String(row.channel) }));
}

/** The columns that both tables have. */
function totalOf(row: Readonly<Record<string, string>>): Omit<ChannelRow, 'channel'> {
  return {
    day: String(row.day),
    entry: String(row.entry),
    requests: Number(row.requests),
    promptTokens: Number(row.prompt_tokens),
    completionTokens: Number(row.completion_tokens),
    usd: new Big(String(row.usd)).toFixed(),
  };
}

/** The table, or an empty one, because older versions do not create it. */
async function tableOr(pool: Pool, name: string, none: string): Promise<string> {
  const table = `openclaw_openrouter.${name}`;
  const { rows } = await pool.query('SELECT to_regclass($1) AS found', [table]);
  return rows[0]?.found == null ? none : table;
}

const noEstimates =
  '(SELECT NULL::date AS day, NULL AS entry, NULL AS model, NULL::numeric AS usd WHERE false)';
const noChannels =
  '(SELECT NULL::date AS day, NULL AS entry, NULL AS channel, NULL::bigint AS requests, NULL::bigint AS prompt_tokens, NULL::bigint AS completion_tokens, NULL::numeric AS usd WHERE false)';
const noneCached =
  '(SELECT NULL::date AS day, NULL AS entry, NULL AS model, NULL::bigint AS cached_tokens, NULL::bigint AS written_tokens, NULL::numeric AS saved_usd WHERE false)';
