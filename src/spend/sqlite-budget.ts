import Big from 'big.js';
import type Libsql from 'libsql';
import type { BudgetLedger, EntryTotals, Turn, TurnResult } from './budget-ledger.ts';
import { answerHold, type Sums, sumsByEntry, totalsOf } from './hold.ts';
import { dayName } from './periods.ts';
import { adder, createLedger, guarded, openDatabase } from './sqlite-ledger.ts';

/**
 * Beside the tables of the ledger, and left alone by versions that do not know them. One row of `held` for each
 * gateway and entry, not one a request: a busy gateway writes it once a turn, and a killed one leaves little behind.
 */
const schema = `
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

/** The ledger in an SQLite file that exists, with leave to spend for one gateway. Throws LedgerError. */
export async function openSqliteBudgetLedger(path: string, owner: string): Promise<BudgetLedger> {
  const database = await openDatabase(path);
  return guarded(path, () => {
    database.exec(schema);
    return createBudgetLedger(database, path, owner);
  });
}

function createBudgetLedger(database: Libsql.Database, path: string, owner: string): BudgetLedger {
  const ledger = createLedger(database, path);
  const books = createBooks(database, owner);
  const take = database.transaction((turn: Turn) => books.take(turn));
  const look = database.transaction((entry: string, at: Date) => books.totals(entry, at));
  const claim = database.prepare('INSERT INTO claim VALUES (?, ?) ON CONFLICT DO NOTHING');
  const forgetting = <T>(body: () => T): T => {
    try {
      return guarded(path, body);
    } catch (error) {
      // Rolled back: what is remembered may not be what is written.
      books.forget();
      throw error;
    }
  };
  return {
    ...ledger,
    async record(row) {
      books.forget();
      await ledger.record(row);
    },
    async recordAll(rows) {
      books.forget();
      await ledger.recordAll(rows);
    },
    turn: async (turn) => forgetting(() => take.immediate(turn)),
    totals: async (entry, at) => forgetting(() => look.immediate(entry, at)),
    claim: async (what, at) => guarded(path, () => claim.run(what, at.toISOString()).changes === 1),
  };
}

/** What one entry has come to: the sums, our own part of what is held, and when the parts of others lapse. */
interface Account extends Sums {
  own: Big;
  readonly others: readonly { readonly usd: Big; readonly until: string }[];
}

interface Books {
  take(turn: Turn): TurnResult;
  totals(entry: string, at: Date): EntryTotals;
  forget(): void;
}

/**
 * The sums are kept in memory from turn to turn and read anew when another connection has written
 * (`PRAGMA data_version`) or the day has changed. Everything here runs inside a transaction.
 */
function createBooks(database: Libsql.Database, owner: string): Books {
  const add = adder(database);
  const version = database.prepare('PRAGMA data_version').raw();
  const tables = heldTables(database, owner);
  const accounts = new Map<string, Account>();
  let known = '';

  function refresh(at: Date): void {
    const now = `${String(version.all()[0])} ${dayName(at)}`;
    if (now === known) return;
    accounts.clear();
    tables.removeLapsed(at);
    known = now;
  }

  function accountOf(entry: string, at: Date): Account {
    const account = accounts.get(entry) ?? tables.account(entry, at);
    accounts.set(entry, account);
    return account;
  }

  function settle({ settled, at }: Turn): void {
    if (settled.length > 0) add(settled);
    const day = dayName(at);
    for (const row of settled) {
      const account = accounts.get(row.entry);
      // One that is not remembered is read later, with this row in it.
      if (account === undefined || row.costUsd === null) continue;
      const on = dayName(row.at);
      if (on === day) account.day = account.day.plus(row.costUsd);
      if (on.slice(0, 7) === day.slice(0, 7)) account.month = account.month.plus(row.costUsd);
    }
  }

  return {
    take(turn) {
      const { at, asked } = turn;
      refresh(at);
      settle(turn);
      const released = sumsByEntry(turn.released);
      for (const [entry, usd] of released) {
        const account = accountOf(entry, at);
        account.own = account.own.gt(usd) ? account.own.minus(usd) : new Big(0);
      }
      const touched = new Set([...released.keys(), ...asked.map(({ entry }) => entry)]);
      for (const entry of touched) countHeld(accountOf(entry, at), at);
      const answers = asked.map((request) => {
        const account = accountOf(request.entry, at);
        const answer = answerHold(account, request);
        if (answer.granted) account.own = account.own.plus(request.usd);
        return answer;
      });
      const totals = new Map<string, EntryTotals>();
      for (const entry of touched) {
        const account = accountOf(entry, at);
        tables.keep(entry, account.own, turn.holdUntil);
        totals.set(entry, totalsOf(account));
      }
      return { answers, totals };
    },
    totals(entry, at) {
      refresh(at);
      return totalsOf(countHeld(accountOf(entry, at), at));
    },
    forget() {
      accounts.clear();
      known = '';
    },
  };
}

function heldTables(database: Libsql.Database, owner: string) {
  const spent = database
    .prepare('SELECT day, usd FROM daily WHERE entry = ? AND day BETWEEN ? AND ?')
    .raw();
  const holders = database.prepare('SELECT owner, usd, until FROM held WHERE entry = ?').raw();
  const upsert = database.prepare(
    `INSERT INTO held VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET usd = excluded.usd, until = excluded.until`,
  );
  const lapsed = database.prepare('DELETE FROM held WHERE until <= ?');
  return {
    removeLapsed: (at: Date) => void lapsed.run(at.toISOString()),
    keep: (entry: string, usd: Big, until: Date) =>
      void upsert.run(owner, entry, usd.toFixed(), until.toISOString()),
    account(entry: string, at: Date): Account {
      const day = dayName(at);
      const days = spent.all(entry, `${day.slice(0, 7)}-01`, day).map(textsOf);
      const held = holders.all(entry).map(textsOf);
      return {
        day: sumOf(days.filter(([on]) => on === day)),
        month: sumOf(days),
        held: new Big(0),
        own: sumOf(held.filter(([who]) => who === owner)),
        others: held
          .filter(([who]) => who !== owner)
          .map(([, usd = '0', until = '']) => ({ usd: new Big(usd), until })),
      };
    },
  };
}

function sumOf(rows: readonly (readonly string[])[]): Big {
  return rows.reduce((sum, [, usd = '0']) => sum.plus(usd), new Big(0));
}

/** What the others hold lapses with time, without anybody writing. */
function countHeld(account: Account, at: Date): Account {
  const now = at.toISOString();
  const others = account.others.filter(({ until }) => until > now);
  account.held = others.reduce((sum, { usd }) => sum.plus(usd), account.own);
  return account;
}

function textsOf(row: unknown): string[] {
  return Array.isArray(row) ? row.map(String) : [];
}
