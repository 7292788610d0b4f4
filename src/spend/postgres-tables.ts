import Big from 'big.js';
import type { Pool, PoolClient } from 'pg';
import type { Turn } from './budget-ledger.ts';
import { type Sums, sumsByEntry } from './hold.ts';
import type { DailyRow, DayRange, LedgerRow } from './ledger.ts';
import { dailyRowsOf, dailyValues, requestColumns, requestValues } from './ledger-rows.ts';
import { dayName } from './periods.ts';

/**
 * PostgreSQL, and not Redis: `numeric` adds money exactly where Redis has binary floats, one transaction holds the
 * rows, the sums and the holds together, and what is committed is on disk.
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

/** Any two numbers that only we use: gateways that begin at once must not make the tables twice. */
const schemaLock = 'SELECT pg_advisory_xact_lock(7263, 1)';

/** Once for all gateways; like all of this but `daily` it runs inside a transaction of the schema. */
export async function makeTables(client: PoolClient): Promise<void> {
  await client.query(schemaLock);
  await client.query(schema);
}

/**
 * One gateway at a time for each entry, until its transaction ends; always in the same order, so that none waits for
 * the other in a circle.
 */
export async function lockEntries(client: PoolClient, entries: readonly string[]): Promise<void> {
  for (const entry of entries) {
    await client.query('SELECT pg_advisory_xact_lock(7263, hashtext($1))', [entry]);
  }
}

export async function settle(client: PoolClient, rows: readonly LedgerRow[]): Promise<void> {
  if (rows.length === 0) return;
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
    columns(inOrder(dailyRowsOf(rows)), dailyValues),
  );
}

/** Rows are locked in the order in which they are written: the same for all. */
function inOrder(rows: readonly DailyRow[]): DailyRow[] {
  const name = ({ day, entry, model }: DailyRow) => JSON.stringify([day, entry, model]);
  return [...rows].sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

function columns<T>(rows: readonly T[], valuesOf: (row: T) => unknown[]): unknown[][] {
  const values = rows.map(valuesOf);
  return (values[0] ?? []).map((_, i) => values.map((row) => row[i]));
}

export async function release(
  client: PoolClient,
  owner: string,
  { released }: Turn,
): Promise<void> {
  for (const [entry, usd] of sumsByEntry(released)) {
    await client.query(
      'UPDATE held SET usd = greatest(usd - $3::numeric, 0) WHERE owner = $1 AND entry = $2',
      [owner, entry, usd.toFixed()],
    );
  }
}

export async function hold(
  client: PoolClient,
  owner: string,
  granted: Turn['asked'],
  until: Date,
): Promise<void> {
  for (const [entry, usd] of sumsByEntry(granted)) {
    await client.query(
      `INSERT INTO held VALUES ($1, $2, $3::numeric, $4)
       ON CONFLICT (entry, owner) DO UPDATE SET usd = held.usd + excluded.usd, until = excluded.until`,
      [owner, entry, usd.toFixed(), until],
    );
  }
}

export async function sumsOf(
  client: PoolClient,
  entries: readonly string[],
  at: Date,
): Promise<Map<string, Sums>> {
  if (entries.length === 0) return new Map();
  const day = dayName(at);
  const { rows } = await client.query<Record<'entry' | 'day' | 'month' | 'held', string>>(
    `SELECT entry,
       coalesce((SELECT sum(usd) FROM daily d WHERE d.entry = e.entry AND day = $2::date), 0)::text AS day,
       coalesce((SELECT sum(usd) FROM daily d WHERE d.entry = e.entry AND day BETWEEN date_trunc('month', $2::date) AND $2::date), 0)::text AS month,
       coalesce((SELECT sum(usd) FROM held h WHERE h.entry = e.entry AND until > $3), 0)::text AS held
     FROM unnest($1::text[]) AS e (entry)`,
    [entries, day, at],
  );
  return new Map(
    rows.map((row) => [
      row.entry,
      { day: new Big(row.day), month: new Big(row.month), held: new Big(row.held) },
    ]),
  );
}

export function nothing(): Sums {
  return { day: new Big(0), month: new Big(0), held: new Big(0) };
}

export async function daily(pool: Pool, { from, to }: DayRange): Promise<DailyRow[]> {
  const { rows } = await pool.query<Record<string, string>>(
    `SELECT day::text, entry, model, requests, answered, prompt_tokens, completion_tokens, usd::text
     FROM openclaw_openrouter.daily WHERE day BETWEEN $1::date AND $2::date
     ORDER BY day, entry COLLATE "C", model COLLATE "C"`,
    [from, to],
  );
  return rows.map((row) => ({
    day: String(row.day),
    entry: String(row.entry),
    model: String(row.model),
    requests: Number(row.requests),
    answered: Number(row.answered),
    promptTokens: Number(row.prompt_tokens),
    completionTokens: Number(row.completion_tokens),
    usd: new Big(String(row.usd)).toFixed(),
  }));
}
