import type { Pool, PoolClient } from 'pg';
import { isLoopback } from '../platform/destination.ts';
import { UsageError } from '../platform/errors.ts';
import { errorCode } from '../platform/files.ts';
import {
  answerLease,
  answerRequest,
  type Batch,
  type BatchResult,
  type BudgetLedger,
  type EntryTotals,
  type ReservationRequest,
  reservedAfter,
  totalsOf,
} from './budget-ledger.ts';
import { LedgerError, type LedgerReader, type LedgerRow } from './ledger.ts';
import { hasUnencodedPassword, ledgerVariable } from './ledger-url.ts';
import {
  abandoned,
  channels,
  daily,
  lockEntries,
  makeTables,
  noSums,
  settle,
  settleAbandoned,
  sumsOf,
  writeReserved,
} from './postgres-tables.ts';

/**
 * Opens the ledger at a `postgres://` URL for the gateway `owner`. Throws UsageError for any other URL, LedgerError if
 * the database cannot be used.
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

/** Opens the ledger for reading, without creating tables. Throws like `openPostgresLedger`. */
export async function readPostgresLedger(url: string): Promise<LedgerReader> {
  const { pool, place } = await poolFor(url);
  return readerOf(pool, place);
}

async function poolFor(url: string): Promise<{ readonly pool: Pool; readonly place: string }> {
  if (hasUnencodedPassword(url)) {
    throw new UsageError('The password in the URL of the ledger is not percent-encoded', {
      hint: 'Write %2F for "/", %3F for "?", %23 for "#" and %40 for "@", or put the password into ~/.pgpass',
    });
  }
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new UsageError(
      `--ledger and ${ledgerVariable} take a URL of the form postgres://user@host:5432/database`,
      { hint: 'Without one each machine keeps a ledger of its own' },
    );
  }
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: encrypted(url, new pg.Client(url)),
    max: 4,
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
    application_name: 'openclaw-openrouter',
  });
  // The next batch replaces a connection that breaks while idle.
  pool.on('error', () => undefined);
  return { pool, place: placeOf(url) };
}

/** Adds TLS unless the database is on this machine or the URL sets `sslmode=disable`. */
function encrypted(url: string, { host, ssl }: { host: string; ssl: unknown }): string {
  const parsed = new URL(url);
  const isHere = host === '' || host.startsWith('/') || isLoopback(host);
  const isOff = parsed.searchParams.get('sslmode') === 'disable';
  if (isHere || isOff || (ssl !== false && ssl !== undefined)) return url;
  parsed.searchParams.delete('ssl');
  parsed.searchParams.set('sslmode', 'verify-full');
  return parsed.href;
}

/** The URL without secrets: its host, and the name of the database if it has no unusual characters. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `postgres://${host}${/^\/[\w.-]*$/.test(pathname) ? pathname : ''}`;
}

function createLedger(pool: Pool, owner: string, place: string): BudgetLedger {
  const recordAll = (rows: readonly LedgerRow[]) =>
    inTransaction(pool, place, (client) => settle(client, rows));
  return {
    record: (row) => recordAll([row]),
    recordAll,
    commit: (batch) => inTransaction(pool, place, (client) => commit(client, owner, batch)),
    totals: (entry, at) =>
      inTransaction(pool, place, async (client) => {
        await lockEntries(client, [entry]);
        const sums = await currentSums(client, owner, [entry], at);
        const { own, others, ...spent } = sums.get(entry) ?? noSums();
        return totalsOf({ ...spent, reserved: own.plus(others) });
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
    ...readerOf(pool, place),
  };
}

function readerOf(pool: Pool, place: string): LedgerReader {
  return {
    daily: (range) => guarded(place, () => daily(pool, range)),
    channels: (range) => guarded(place, () => channels(pool, range)),
    abandoned: (now) => guarded(place, () => abandoned(pool, now)),
    close: () => pool.end(),
  };
}

async function commit(client: PoolClient, owner: string, batch: Batch): Promise<BatchResult> {
  const { at, reserved, requests, leases: wanted = [] } = batch;
  const entries = reserved.map(({ entry }) => entry).sort();
  await lockEntries(client, entries);
  await settle(client, batch.settled);
  const known = await currentSums(client, owner, entries, at);
  const sums = new Map(
    reserved.map(({ entry, usd }) => {
      const { day, month, others } = known.get(entry) ?? noSums();
      return [entry, { day, month, reserved: others.plus(usd) }];
    }),
  );
  const sumsFor = ({ entry }: ReservationRequest) => {
    const entrySums = sums.get(entry);
    if (entrySums === undefined) throw new Error(`${entry} is missing in batch.reserved`);
    return entrySums;
  };
  const answers = requests.map((request) => answerRequest(sumsFor(request), request));
  const granted = requests.filter((_, i) => answers[i]?.granted === true);
  const leases = wanted.flatMap((lease) => answerLease(sumsFor(lease), lease));
  const after = reservedAfter(reserved, [...granted, ...leases]);
  await writeReserved(client, owner, after, batch.reservedUntil);
  const totals = new Map<string, EntryTotals>(
    [...sums].map(([entry, entrySums]) => [entry, totalsOf(entrySums)]),
  );
  return { answers, totals, leases };
}

/** The sums of locked entries, after settling the reservations of gateways that died. */
async function currentSums(
  client: PoolClient,
  owner: string,
  entries: readonly string[],
  at: Date,
) {
  const sums = await sumsOf(client, owner, entries, at);
  const hasAbandoned = [...sums.values()].some(({ lapsed }) => lapsed);
  if (!hasAbandoned) return sums;
  await settleAbandoned(client, owner, entries, at);
  return sumsOf(client, owner, entries, at);
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
      // Closed instead of rolled back, because its state is unknown.
      client.release(true);
      throw error;
    }
  });
}

async function guarded<T>(place: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    const code = errorCode(error);
    const reason = `its database cannot be used${code === undefined ? '' : ` (${code})`}`;
    const detail = detailOf(error);
    const hint = /\bSSL\b|certificate/i.test(detail) ? tlsHint : reachHint;
    throw new LedgerError(reason, place, { detail, hint, cause: error });
  }
}

const reachHint = 'Check that the database accepts you: psql <url>; a password goes into ~/.pgpass';
const tlsHint =
  'Add sslrootcert=<file> to the URL for a certificate of your own, or sslmode=disable to send everything in the clear';

/** If all addresses refuse the connection, Node throws an AggregateError with an empty message. */
function detailOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
