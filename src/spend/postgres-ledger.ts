import Big from 'big.js';
import type { Pool, PoolClient } from 'pg';
import { UsageError } from '../errors.ts';
import type { BudgetLedger, EntryTotals, Turn, TurnResult } from './budget-ledger.ts';
import { answerHold, type Sums, sumsByEntry, totalsOf } from './hold.ts';
import type { DailyRow, DayRange, LedgerRow } from './ledger.ts';
import { LedgerError } from './ledger-error.ts';
import { dayName } from './periods.ts';
import { dailyRowsOf } from './sqlite-ledger.ts';

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

/**
 * A ledger at a `postgres://` URL for the gateway `owner`. A password is better kept in `~/.pgpass` or PGPASSWORD.
 * Throws UsageError for another URL, LedgerError when the database cannot be used.
 */
export async function openPostgresLedger(url: string, owner: string): Promise<BudgetLedger> {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new UsageError('--ledger takes a URL of the form postgres://user@host:5432/database', {
      hint: 'Without --ledger each machine keeps its own',
    });
  }
  const place = placeOf(url);
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
    application_name: 'openclaw-openrouter',
  });
  // A connection that breaks while it is idle is replaced by the next turn.
  pool.on('error', () => undefined);
  try {
    await inTransaction(pool, place, async (client) => {
      await client.query(schemaLock);
      await client.query(schema);
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  return createLedger(pool, owner, place);
}

/** The URL without what is secret in it. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `postgres://${host}${pathname}`;
}

function createLedger(pool: Pool, owner: string, place: string): BudgetLedger {
  const recordAll = (rows: readonly LedgerRow[]) =>
    inTransaction(pool, place, (client) => settle(client, rows));
  return {
    record: (row) => recordAll([row]),
    recordAll,
    turn: (turn) => inTransaction(pool, place, (client) => take(client, owner, turn)),
    totals: (entry, at) =>
      inTransaction(pool, place, async (client) => {
        const sums = await sumsOf(client, [entry], at);
        return totalsOf(sums.get(entry) ?? nothing());
      }),
    async claim(what, at) {
      const { rowCount } = await guarded(place, () =>
        pool.query('INSERT INTO openclaw_openrouter.claim VALUES ($1, $2) ON CONFLICT DO NOTHING', [
          what,
          at,
        ]),
      );
      return rowCount === 1;
    },
    daily: (range) => guarded(place, () => daily(pool, range)),
    close: () => pool.end(),
  };
}

async function take(client: PoolClient, owner: string, turn: Turn): Promise<TurnResult> {
  const entries = [...new Set([...turn.released, ...turn.asked].map(({ entry }) => entry))].sort();
  await lockEntries(client, entries);
  await settle(client, turn.settled);
  await release(client, owner, turn);
  const sums = await sumsOf(client, entries, turn.at);
  const answers = turn.asked.map((request) =>
    answerHold(sums.get(request.entry) ?? nothing(), request),
  );
  const granted = turn.asked.filter((_, i) => answers[i]?.granted === true);
  await hold(client, owner, granted, turn.holdUntil);
  const totals = new Map<string, EntryTotals>(
    entries.map((entry) => [entry, totalsOf(sums.get(entry) ?? nothing())]),
  );
  return { answers, totals };
}

/**
 * One gateway at a time for each entry, until its transaction ends; always in the same order, so that none waits for
 * the other in a circle.
 */
async function lockEntries(client: PoolClient, entries: readonly string[]): Promise<void> {
  for (const entry of entries) {
    await client.query('SELECT pg_advisory_xact_lock(7263, hashtext($1))', [entry]);
  }
}

async function settle(client: PoolClient, rows: readonly LedgerRow[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `INSERT INTO request (at, entry, role, model, served_model, provider, prompt_tokens, completion_tokens, cost_usd, outcome)
     SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::numeric[], $10::text[])`,
    columns(rows, (row) => [
      row.at,
      row.entry,
      row.role,
      row.model,
      row.servedModel,
      row.provider,
      row.promptTokens,
      row.completionTokens,
      row.costUsd,
      row.outcome,
    ]),
  );
  await client.query(
    `INSERT INTO daily
     SELECT * FROM unnest($1::date[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::numeric[])
     ON CONFLICT (day, entry, model) DO UPDATE SET usd = daily.usd + excluded.usd,
       requests = daily.requests + excluded.requests, answered = daily.answered + excluded.answered,
       prompt_tokens = daily.prompt_tokens + excluded.prompt_tokens,
       completion_tokens = daily.completion_tokens + excluded.completion_tokens`,
    columns(inOrder(dailyRowsOf(rows)), (row) => [
      row.day,
      row.entry,
      row.model,
      row.requests,
      row.answered,
      row.promptTokens,
      row.completionTokens,
      row.usd,
    ]),
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

async function release(client: PoolClient, owner: string, { released }: Turn): Promise<void> {
  for (const [entry, usd] of sumsByEntry(released)) {
    await client.query(
      'UPDATE held SET usd = greatest(usd - $3::numeric, 0) WHERE owner = $1 AND entry = $2',
      [owner, entry, usd.toFixed()],
    );
  }
}

async function hold(
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

async function sumsOf(
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

function nothing(): Sums {
  return { day: new Big(0), month: new Big(0), held: new Big(0) };
}

async function daily(pool: Pool, { from, to }: DayRange): Promise<DailyRow[]> {
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

async function inTransaction<T>(
  pool: Pool,
  place: string,
  body: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return guarded(place, async () => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN; SET LOCAL search_path TO openclaw_openrouter');
      const result = await body(client);
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      // Thrown away rather than rolled back: whatever state it is in, it is nobody's any more.
      client.release(true);
      throw error;
    }
  });
}

async function guarded<T>(place: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw new LedgerError(reasonOf(error), place, error, hint);
  }
}

const hint =
  'See whether the database is there and lets you in: psql <url>; a password goes into ~/.pgpass';

/** Where every address refused, Node's error has no message of its own. */
function reasonOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
