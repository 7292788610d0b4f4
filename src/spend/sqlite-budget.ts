import type Big from 'big.js';
import { zeroUsd } from '../platform/money.ts';
import {
  answerLease,
  answerRequest,
  type Batch,
  type BatchResult,
  type BudgetLedger,
  type EntryTotals,
  reservedAfter,
  type Sums,
  totalsOf,
} from './budget-ledger.ts';
import type { LedgerRow } from './ledger.ts';
import { openDatabase, type SqliteDatabase } from './sqlite-database.ts';
import { abandonedRows, adder, amountOf, createLedger } from './sqlite-ledger.ts';
import { dayName } from './time.ts';

/**
 * Opens the ledger in an existing SQLite file for the gateway `owner`. Throws LedgerError, also if the file is readable
 * but damaged or not writable.
 */
export async function openSqliteBudgetLedger(path: string, owner: string): Promise<BudgetLedger> {
  const database = await openDatabase(path);
  try {
    await assertUsable(database);
    return createBudgetLedger(database, owner);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Checks the two small tables that budgets depend on, and that the file can be written. */
async function assertUsable(database: SqliteDatabase): Promise<void> {
  for (const table of ['daily', 'held']) {
    const check = database.prepare(`PRAGMA quick_check(${table})`).raw();
    await database.read(() => {
      const [first] = check.all().flat();
      if (first !== 'ok') throw Object.assign(new Error(String(first)), { code: 'SQLITE_CORRUPT' });
    });
  }
  const write = database.prepare('INSERT INTO claim VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM claim WHERE what = ?');
  await database.write(() => {
    write.run('to write', '');
    remove.run('to write');
  });
}

function createBudgetLedger(database: SqliteDatabase, owner: string): BudgetLedger {
  const ledger = createLedger(database);
  const accounts = createAccounts(database, owner);
  const claim = database.prepare('INSERT INTO claim VALUES (?, ?) ON CONFLICT DO NOTHING');
  const write = async <T>(body: () => T): Promise<T> => {
    try {
      return await database.write(body);
    } catch (error) {
      // The transaction was rolled back, so the cached sums may differ from the stored ones.
      accounts.forget();
      throw error;
    }
  };
  return {
    ...ledger,
    record: (row) => ledger.record(row).finally(accounts.forget),
    recordAll: (rows) => ledger.recordAll(rows).finally(accounts.forget),
    commit: (batch) => write(() => accounts.commit(batch)),
    totals: (entry, at) => write(() => accounts.totals(entry, at)),
    claim: (what, at) => database.write(() => claim.run(what, at.toISOString()).changes === 1),
  };
}

/** `reserved` is the sum of `own` and `others`. */
interface Account extends Sums {
  /** Reserved by this gateway; `others` is reserved by all others. */
  own: Big;
  readonly others: Big;
}

interface Accounts {
  commit(batch: Batch): BatchResult;
  totals(entry: string, at: Date): EntryTotals;
  forget(): void;
}

/**
 * Caches the sums between batches, and reads them again after another connection has written (`PRAGMA data_version`),
 * the day has changed, or a gateway has died. Everything here runs inside a transaction.
 */
function createAccounts(database: SqliteDatabase, owner: string): Accounts {
  const add = adder(database);
  const dataVersion = database.prepare('PRAGMA data_version').raw();
  const tables = accountTables(database, owner);
  const accounts = new Map<string, Account>();
  let version = '';
  /** When the next reservation of another gateway lapses, as ISO 8601. */
  let lapsesAt: string | null = null;

  function refresh(at: Date): void {
    const current = `${String(dataVersion.all()[0])} ${dayName(at)}`;
    if (current === version && (lapsesAt === null || lapsesAt > at.toISOString())) return;
    accounts.clear();
    const abandoned = tables.takeAbandoned(at);
    if (abandoned.length > 0) add(abandoned);
    lapsesAt = tables.nextLapse();
    version = current;
  }

  function accountOf(entry: string, at: Date): Account {
    const account = accounts.get(entry) ?? tables.account(entry, at);
    accounts.set(entry, account);
    return account;
  }

  function settle({ settled, at }: Batch): void {
    if (settled.length > 0) add(settled);
    const day = dayName(at);
    for (const row of settled) {
      const account = accounts.get(row.entry);
      // An entry that is not cached is read later, including this row.
      if (account === undefined || row.costUsd === null) continue;
      const on = dayName(row.at);
      if (on === day) account.day = account.day.plus(row.costUsd);
      if (on.slice(0, 7) === day.slice(0, 7)) account.month = account.month.plus(row.costUsd);
    }
  }

  return {
    commit(batch) {
      const { at, reserved, requests, leases: wanted = [] } = batch;
      refresh(at);
      settle(batch);
      for (const [entry, usd] of reservedAfter(reserved, [])) setOwn(accountOf(entry, at), usd);
      const answers = requests.map((request) =>
        answerRequest(accountOf(request.entry, at), request),
      );
      const granted = requests.filter((_, i) => answers[i]?.granted === true);
      const leases = wanted.flatMap((lease) => answerLease(accountOf(lease.entry, at), lease));
      const totals = new Map<string, EntryTotals>();
      for (const [entry, usd] of reservedAfter(reserved, [...granted, ...leases])) {
        const account = accountOf(entry, at);
        setOwn(account, usd);
        tables.keep(entry, usd, batch.reservedUntil);
        totals.set(entry, totalsOf(account));
      }
      return { answers, totals, leases };
    },
    totals(entry, at) {
      refresh(at);
      return totalsOf(accountOf(entry, at));
    },
    forget() {
      accounts.clear();
      version = '';
    },
  };
}

function setOwn(account: Account, usd: Big): void {
  account.own = usd;
  account.reserved = account.others.plus(usd);
}

function accountTables(database: SqliteDatabase, owner: string) {
  const spent = database
    .prepare('SELECT day, usd FROM daily WHERE entry = ? AND day BETWEEN ? AND ?')
    .raw();
  const holders = database.prepare('SELECT owner, usd FROM held WHERE entry = ?').raw();
  const upsert = database.prepare(
    `INSERT INTO held VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET usd = excluded.usd, until = excluded.until`,
  );
  const next = database.prepare('SELECT min(until) FROM held WHERE owner <> ?').raw();
  const lapsed = database
    .prepare('SELECT entry, usd, until FROM held WHERE owner <> ? AND until <= ?')
    .raw();
  const remove = database.prepare('DELETE FROM held WHERE owner <> ? AND until <= ?');
  return {
    nextLapse(): string | null {
      const [until] = next.all(owner).flat();
      return typeof until === 'string' ? until : null;
    },
    /** Removes and returns the reservations of dead gateways. */
    takeAbandoned(at: Date): LedgerRow[] {
      const rows = abandonedRows(lapsed.all(owner, at.toISOString()));
      remove.run(owner, at.toISOString());
      return rows;
    },
    keep: (entry: string, usd: Big, until: Date) =>
      void upsert.run(owner, entry, usd.toFixed(), until.toISOString()),
    account(entry: string, at: Date): Account {
      const day = dayName(at);
      const days = spent.all(entry, `${day.slice(0, 7)}-01`, day).map(textsOf);
      const held = holders.all(entry).map(textsOf);
      const own = sumOf(held.filter(([who]) => who === owner));
      const others = sumOf(held.filter(([who]) => who !== owner));
      return {
        day: sumOf(days.filter(([on]) => on === day)),
        month: sumOf(days),
        own,
        others,
        reserved: own.plus(others),
      };
    },
  };
}

/** The sum of the second column. */
function sumOf(rows: readonly (readonly string[])[]): Big {
  return rows.reduce((sum, [, usd = '0']) => sum.plus(amountOf(usd)), zeroUsd);
}

function textsOf(row: unknown): string[] {
  return Array.isArray(row) ? row.map(String) : [];
}
