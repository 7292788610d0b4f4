import type { Pool, PoolClient } from 'pg';
import { UsageError } from '../errors.ts';
import type { BudgetLedger, EntryTotals, Turn, TurnResult } from './budget-ledger.ts';
import { answerHold, totalsOf } from './hold.ts';
import type { Ledger, LedgerRow } from './ledger.ts';
import { LedgerError } from './ledger-error.ts';
import {
  daily,
  hold,
  lockEntries,
  makeTables,
  nothing,
  release,
  settle,
  sumsOf,
} from './postgres-tables.ts';

/**
 * A ledger at a `postgres://` URL for the gateway `owner`. A password is better kept in `~/.pgpass` or PGPASSWORD.
 * Throws UsageError for another URL, LedgerError when the database cannot be used.
 */
export async function openPostgresLedger(url: string, owner: string): Promise<BudgetLedger> {
  const { pool, place } = await poolFor(url);
  try {
    await inTransaction(pool, place, makeTables);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return createLedger(pool, owner, place);
}

/** The ledger of `openPostgresLedger` for who only looks: nothing is made. Throws likewise. */
export async function readPostgresLedger(url: string): Promise<Pick<Ledger, 'daily' | 'close'>> {
  const { pool, place } = await poolFor(url);
  return dailyOf(pool, place);
}

async function poolFor(url: string): Promise<{ readonly pool: Pool; readonly place: string }> {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new UsageError('--ledger takes a URL of the form postgres://user@host:5432/database', {
      hint: 'Without --ledger each machine keeps its own',
    });
  }
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
  return { pool, place: placeOf(url) };
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
    ...dailyOf(pool, place),
  };
}

function dailyOf(pool: Pool, place: string): Pick<Ledger, 'daily' | 'close'> {
  return {
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
