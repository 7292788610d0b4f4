import Big from 'big.js';
import type { Clock } from '../platform/deps.ts';
import type {
  Batch,
  BatchResult,
  BudgetLedger,
  EntryTotals,
  Reservation,
  ReservationAnswer,
  ReservationRequest,
} from '../spend/budget-ledger.ts';
import type { LedgerRow } from '../spend/ledger.ts';

/** The one way to the ledger: what comes at the same moment is written there in one transaction. */
export interface LedgerBatcher {
  /** Throws where the ledger fails, or does not answer in time: without it nobody knows what is left. */
  reserve(request: ReservationRequest): Promise<ReservationAnswer>;
  /** Goes with the next batch, before its reservations; a row that the ledger does not take goes with a later one. */
  settle(row: LedgerRow, reservation: Reservation | null): void;
  /** The last batch failed, and none has been written since. */
  isFailing(): boolean;
  /** Resolves when nothing is left to be written. What the ledger still does not take is given up, and reported. */
  finish(): Promise<void>;
}

export interface LedgerBatcherOptions {
  readonly ledger: Pick<BudgetLedger, 'commit'>;
  readonly clock: Clock;
  /** How long one request can have something reserved, in milliseconds. */
  readonly longestMs: number;
  /** How many calls are under way. */
  readonly inFlight: () => number;
  readonly report: (event: LedgerEvent) => void;
  /** The totals of the entries in a batch, after it was written. */
  readonly onTotals: (totals: ReadonlyMap<string, EntryTotals>, at: Date) => void;
}

/** Longer than SQLite and PostgreSQL are waited for, which say themselves what is wrong. */
const timeoutMs = 35_000;
const checkEveryMs = 100;
const lingerMs = 5;

/** The ledger neither answers nor fails. */
export class LedgerTimeout extends Error {
  override readonly name = 'LedgerTimeout';
  readonly reason = `it does not answer within ${timeoutMs / 1000} s`;
}

interface Pending {
  readonly request: ReservationRequest;
  /** In milliseconds of the monotonic clock. */
  readonly sinceMs: number;
  readonly resolve: (answer: ReservationAnswer) => void;
  readonly reject: (error: unknown) => void;
  timedOut: boolean;
}

export function createLedgerBatcher(options: LedgerBatcherOptions): LedgerBatcher {
  const { ledger, clock, longestMs, inFlight, onTotals } = options;
  const backlog = createLedgerBacklog(options.report);
  const reserved = createReservedSums();
  let pending: Pending[] = [];
  let inBatch: readonly Pending[] = [];
  let settlements: Settlement[] = [];
  let busy: Promise<void> | null = null;
  let isWatching = false;
  let isLingering = false;

  const size = () => pending.length + settlements.length;

  function wake(): void {
    busy ??= (inFlight() > 1 ? pendingEvents() : Promise.resolve()).then(work);
    if (!isWatching) void watch();
  }

  /** Under load the next reservation takes the settlements along: that halves the transactions. */
  async function linger(): Promise<void> {
    isLingering = true;
    await clock.sleep(lingerMs, never);
    isLingering = false;
    if (settlements.length > 0) wake();
  }

  async function work(): Promise<void> {
    do {
      await gather(size, inFlight);
      await commit();
    } while (size() > 0 || (reserved.hasUnwritten() && !backlog.isFailing()));
    busy = null;
  }

  async function commit(): Promise<void> {
    const batch = nextBatch();
    try {
      const result = await ledger.commit(batch);
      backlog.written();
      reserved.written();
      onTotals(result.totals, batch.at);
      answer(result);
    } catch (error) {
      backlog.failed(error, clock.monotonic());
      for (const { reject } of inBatch) reject(error);
    }
  }

  function nextBatch(): Batch {
    const at = clock.now();
    backlog.add(settlements);
    for (const { reservation } of settlements) if (reservation) reserved.release(reservation);
    for (const { request } of pending) reserved.touch(request.entry);
    [inBatch, pending, settlements] = [pending, [], []];
    return {
      at,
      reservedUntil: new Date(at.getTime() + longestMs),
      settled: backlog.rows(),
      reserved: reserved.unwritten(),
      requests: inBatch.map(({ request }) => request),
    };
  }

  function answer({ answers }: BatchResult): void {
    for (const [i, { request, timedOut, resolve }] of inBatch.entries()) {
      const given = answers[i];
      if (given === undefined) continue;
      // What nobody waits for any more is given back with the next batch.
      if (given.granted && timedOut) reserved.touch(request.entry);
      else if (given.granted) reserved.add(request);
      resolve(given);
    }
  }

  /** One timer for all, since it costs less than one for each. */
  async function watch(): Promise<void> {
    isWatching = true;
    while (busy !== null || backlog.isFailing()) {
      await clock.sleep(checkEveryMs, never);
      const nowMs = clock.monotonic();
      for (const each of [...pending, ...inBatch]) {
        if (nowMs - each.sinceMs < timeoutMs) continue;
        each.timedOut = true;
        each.reject(new LedgerTimeout());
      }
      pending = pending.filter(({ timedOut }) => !timedOut);
      if (busy === null && backlog.isDue(nowMs)) wake();
    }
    isWatching = false;
  }

  return {
    reserve(request) {
      const answered = new Promise<ReservationAnswer>((resolve, reject) => {
        const sinceMs = clock.monotonic();
        pending.push({ request, sinceMs, resolve, reject, timedOut: false });
      });
      wake();
      return answered;
    },
    settle(row, reservation) {
      settlements.push({ row, reservation });
      if (inFlight() <= 1) wake();
      else if (!isLingering) void linger();
    },
    isFailing: () => backlog.isFailing(),
    async finish() {
      if (settlements.length > 0) wake();
      while (busy !== null) await busy;
      if (backlog.isFailing()) await commit();
      backlog.giveUp();
    },
  };
}

const never = new AbortController().signal;

/**
 * A batch costs little more for twenty requests than for one. It waits as long as each look at the sockets brings more
 * of them, unless half of all calls are in it: the others wait for OpenRouter.
 */
async function gather(size: () => number, inFlight: () => number): Promise<void> {
  for (let before = 0; ; ) {
    const now = size();
    if (now === before || now * 2 >= inFlight()) return;
    before = now;
    await pendingEvents();
  }
}

/** After what the sockets have brought in this round of the event loop. */
function pendingEvents(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What this gateway has reserved for each entry, and which of those sums the ledger has not been given yet. */
function createReservedSums() {
  const sums = new Map<string, Big>();
  const touched = new Set<string>();

  function add(entry: string, usd: Big): void {
    const sum = (sums.get(entry) ?? new Big(0)).plus(usd);
    if (sum.eq(0)) sums.delete(entry);
    else sums.set(entry, sum);
  }

  return {
    /** Has the entry written with the next batch. */
    touch: (entry: string) => void touched.add(entry),
    add: ({ entry, usd }: Reservation) => add(entry, new Big(usd)),
    release({ entry, usd }: Reservation): void {
      add(entry, new Big(usd).times(-1));
      touched.add(entry);
    },
    unwritten: (): Reservation[] =>
      [...touched].map((entry) => ({ entry, usd: sums.get(entry)?.toFixed() ?? '0' })),
    hasUnwritten: () => touched.size > 0,
    written: () => touched.clear(),
  };
}

/** Once for each change: the ledger fails, it works again, or rows were given up. */
export type LedgerEvent =
  | { readonly type: 'failed'; readonly error: unknown }
  | { readonly type: 'recovered' }
  | { readonly type: 'lost'; readonly rows: number };

export interface Settlement {
  readonly row: LedgerRow;
  /** Null where the entry has no budget. */
  readonly reservation: Reservation | null;
}

/** The rows that the ledger has not taken yet, and since when it fails. */
export interface LedgerBacklog {
  add(settlements: readonly Settlement[]): void;
  rows(): readonly LedgerRow[];
  written(): void;
  failed(error: unknown, nowMs: number): void;
  isFailing(): boolean;
  /** Is it time for another try? */
  isDue(nowMs: number): boolean;
  giveUp(): void;
}

const retryMs = 1_000;

/** Rows without a budget that are kept while the ledger fails: a full disk must not fill the memory too. */
const mostUnbudgeted = 10_000;

export function createLedgerBacklog(report: (event: LedgerEvent) => void): LedgerBacklog {
  let rows: LedgerRow[] = [];
  let failedAtMs: number | null = null;
  let lost = 0;

  function reportLost(count: number): void {
    if (count > 0) report({ type: 'lost', rows: count });
    rows = [];
    lost = 0;
    failedAtMs = null;
  }

  return {
    add(settlements) {
      for (const { row, reservation } of settlements) {
        const isTooMany = failedAtMs !== null && rows.length >= mostUnbudgeted;
        if (isTooMany && reservation === null) lost += 1;
        else rows.push(row);
      }
    },
    rows: () => rows,
    written() {
      if (failedAtMs !== null) report({ type: 'recovered' });
      reportLost(lost);
    },
    failed(error, nowMs) {
      if (failedAtMs === null) report({ type: 'failed', error });
      failedAtMs = nowMs;
    },
    isFailing: () => failedAtMs !== null,
    isDue: (nowMs) => failedAtMs !== null && nowMs - failedAtMs >= retryMs,
    giveUp: () => reportLost(rows.length + lost),
  };
}
