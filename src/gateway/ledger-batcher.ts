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

/** The gateway's access to the ledger: what comes at the same time is written in one transaction. */
export interface LedgerBatcher {
  /** Throws where the ledger fails or does not answer in time. */
  reserve(request: ReservationRequest): Promise<ReservationAnswer>;
  /** Written with the next batch, before its reservations are looked at; with a later one where that fails. */
  settle(row: LedgerRow, reservation: Reservation | null): void;
  /** Whether the last batch failed. */
  isFailing(): boolean;
  /** Resolves when everything is written. Rows that the ledger still does not take are dropped and reported. */
  finish(): Promise<void>;
}

export interface LedgerBatcherOptions {
  readonly ledger: Pick<BudgetLedger, 'commit'>;
  readonly clock: Clock;
  /** How long a reservation can last, in milliseconds. */
  readonly longestMs: number;
  /** The number of requests that wait for their answer. */
  readonly inFlight: () => number;
  readonly report: (event: LedgerEvent) => void;
  /** The totals of the entries in a batch, after it was written. */
  readonly onTotals: (totals: ReadonlyMap<string, EntryTotals>, at: Date) => void;
}

/** Longer than the ledgers wait for their databases, since their errors say more. */
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

  /** Under load the next reservation takes the settlements along, which halves the number of transactions. */
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
      // A reservation that came too late is given back with the next batch.
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
      backlog.drop();
    },
  };
}

const never = new AbortController().signal;

/**
 * A batch of twenty costs little more than one of one. It waits while each round of the event loop brings more, unless half
 * of all requests are in it: the others wait for OpenRouter.
 */
async function gather(size: () => number, inFlight: () => number): Promise<void> {
  for (let before = 0; ; ) {
    const now = size();
    if (now === before || now * 2 >= inFlight()) return;
    before = now;
    await pendingEvents();
  }
}

/** Resolves after the events of this round of the event loop. */
function pendingEvents(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** What this gateway has reserved for each entry, and which of these sums are not written yet. */
function createReservedSums() {
  const sums = new Map<string, Big>();
  const touched = new Set<string>();

  function add(entry: string, usd: Big): void {
    const sum = (sums.get(entry) ?? new Big(0)).plus(usd);
    if (sum.eq(0)) sums.delete(entry);
    else sums.set(entry, sum);
  }

  return {
    /** Has the sum written with the next batch. */
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

/** Reported once for each change. */
export type LedgerEvent =
  | { readonly type: 'failed'; readonly error: unknown }
  | { readonly type: 'recovered' }
  | { readonly type: 'lost'; readonly rows: number };

interface Settlement {
  readonly row: LedgerRow;
  /** Null where the entry has no budget. */
  readonly reservation: Reservation | null;
}

/** The rows that are not written yet, and since when the ledger has failed. */
interface LedgerBacklog {
  add(settlements: readonly Settlement[]): void;
  rows(): readonly LedgerRow[];
  written(): void;
  failed(error: unknown, nowMs: number): void;
  isFailing(): boolean;
  /** Whether it is time to try again. */
  isDue(nowMs: number): boolean;
  drop(): void;
}

const retryMs = 1_000;

/** The most rows of entries without a budget that are kept while the ledger fails, so that memory stays bounded. */
const mostUnbudgeted = 10_000;

function createLedgerBacklog(report: (event: LedgerEvent) => void): LedgerBacklog {
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
    drop: () => reportLost(rows.length + lost),
  };
}
