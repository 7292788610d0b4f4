import type { Clock } from '../deps.ts';
import type {
  BudgetLedger,
  EntryTotals,
  HoldAnswer,
  HoldRequest,
  Turn,
} from '../spend/budget-ledger.ts';
import type { LedgerRow } from '../spend/ledger.ts';

/** What was held for an attempt. */
export interface Hold {
  readonly entry: string;
  readonly usd: string;
}

/** The one way to the ledger: what comes in the same moment goes there in one turn. */
export interface Cashier {
  /** Throws what the ledger throws: without the ledger nobody knows what is left. */
  reserve(request: HoldRequest): Promise<HoldAnswer>;
  /**
   * Done when the row is in the ledger, with the entry's totals where something was held. Never throws: a row that
   * the ledger did not take stays here and goes with the next turn.
   */
  settle(row: LedgerRow, hold: Hold | null): Promise<EntryTotals | null>;
  /** Done when nothing waits any more; rows that the ledger still does not take are given up. */
  finish(): Promise<void>;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

export interface CashierOptions {
  readonly ledger: BudgetLedger;
  readonly clock: Clock;
  /** How long one request can be under way at most, in milliseconds. */
  readonly longestMs: number;
  readonly onError: (error: unknown) => void;
  /** How many calls are under way. */
  readonly inFlight: () => number;
}

export function createCashier(options: CashierOptions): Cashier {
  const { ledger, clock, longestMs, onError, inFlight } = options;
  let asked: Waiting<HoldRequest, HoldAnswer>[] = [];
  let settled: Waiting<{ row: LedgerRow; hold: Hold | null }, EntryTotals | null>[] = [];
  let backlog: Pick<Turn, 'settled' | 'released'> = { settled: [], released: [] };
  let busy: Promise<void> | null = null;

  function wake(): void {
    busy ??= (inFlight() > 1 ? soon() : Promise.resolve()).then(work);
  }

  async function work(): Promise<void> {
    while (asked.length > 0 || settled.length > 0) {
      await company();
      await take();
    }
    busy = null;
  }

  /** A turn costs little more for twenty than for one: it waits as long as each look at the sockets brings more. */
  async function company(): Promise<void> {
    for (let before = 0; ; ) {
      const waiting = asked.length + settled.length;
      if (waiting === before || waiting * 2 >= inFlight()) return;
      before = waiting;
      await soon();
    }
  }

  async function take(): Promise<void> {
    const [asking, settling] = [asked, settled];
    [asked, settled] = [[], []];
    const at = clock.now();
    const turn: Turn = {
      at,
      holdUntil: new Date(at.getTime() + longestMs),
      settled: [...backlog.settled, ...settling.map(({ item }) => item.row)],
      released: [...backlog.released, ...settling.flatMap(({ item }) => item.hold ?? [])],
      asked: asking.map(({ item }) => item),
    };
    try {
      const { answers, totals } = await ledger.turn(turn);
      backlog = { settled: [], released: [] };
      for (const [i, answer] of answers.entries()) asking[i]?.resolve(answer);
      for (const { item, resolve } of settling) resolve(totals.get(item.hold?.entry ?? '') ?? null);
    } catch (error) {
      backlog = turn;
      onError(error);
      for (const { reject } of asking) reject(error);
      for (const { resolve } of settling) resolve(null);
    }
  }

  return {
    reserve: (item) =>
      new Promise((resolve, reject) => {
        asked.push({ item, resolve, reject });
        wake();
      }),
    settle: (row, hold) =>
      new Promise((resolve, reject) => {
        settled.push({ item: { row, hold }, resolve, reject });
        wake();
      }),
    async finish() {
      while (busy !== null) await busy;
      if (backlog.settled.length > 0) await take();
    },
  };
}

/** After what the sockets have brought in this round of the event loop. */
function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
