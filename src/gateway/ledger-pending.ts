import type Big from 'big.js';
import type { Clock } from '../platform/deps.ts';
import { zeroUsd } from '../platform/money.ts';
import type { Reservation, ReservationAnswer, ReservationRequest } from '../spend/budget-ledger.ts';
import type { LedgerRow } from '../spend/ledger.ts';

/** Longer than the ledgers wait for their databases, whose errors are more specific. */
const timeoutMs = 35_000;

/** The ledger neither answered nor failed in time. */
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

/** The reservations waiting for the next batch, and those in the batch being written. */
export function createReservationQueue(clock: Clock) {
  let waiting: Pending[] = [];
  let inBatch: readonly Pending[] = [];
  return {
    size: () => waiting.length,
    push(request: ReservationRequest): Promise<ReservationAnswer> {
      const sinceMs = clock.monotonic();
      return new Promise((resolve, reject) => {
        waiting.push({ request, sinceMs, resolve, reject, timedOut: false });
      });
    },
    /** Moves all waiting reservations into the next batch. */
    take(): readonly ReservationRequest[] {
      [inBatch, waiting] = [waiting, []];
      return inBatch.map(({ request }) => request);
    },
    answer(answers: readonly ReservationAnswer[], sums: ReservedSums): void {
      for (const [i, { request, timedOut, resolve }] of inBatch.entries()) {
        const given = answers[i];
        if (given === undefined) continue;
        // A reservation granted too late is returned with the next batch.
        if (given.granted && timedOut) sums.touch(request.entry);
        else if (given.granted) sums.add(request);
        resolve(given);
      }
    },
    fail(error: unknown): void {
      for (const { reject } of inBatch) reject(error);
    },
    expire(nowMs: number): void {
      for (const each of [...waiting, ...inBatch]) {
        if (nowMs - each.sinceMs < timeoutMs) continue;
        each.timedOut = true;
        each.reject(new LedgerTimeout());
      }
      waiting = waiting.filter(({ timedOut }) => !timedOut);
    },
  };
}

export type ReservedSums = ReturnType<typeof createReservedSums>;

/** This gateway's reserved total per entry, and which totals are not written yet. */
export function createReservedSums() {
  const sums = new Map<string, Big>();
  const touched = new Set<string>();
  const of = (entry: string) => sums.get(entry) ?? zeroUsd;

  function set(entry: string, sum: Big): void {
    if (sum.eq(zeroUsd)) sums.delete(entry);
    else sums.set(entry, sum);
  }

  return {
    /** Marks the sum to be written with the next batch. */
    touch: (entry: string) => void touched.add(entry),
    add: ({ entry, usd }: Reservation) => set(entry, of(entry).plus(usd)),
    release({ entry, usd }: Reservation): void {
      set(entry, of(entry).minus(usd));
      touched.add(entry);
    },
    unwritten: (): Reservation[] =>
      [...touched].map((entry) => ({ entry, usd: sums.get(entry)?.toFixed() ?? '0' })),
    hasUnwritten: () => touched.size > 0,
    written: () => touched.clear(),
  };
}

/** Reported once per change. */
export type LedgerEvent =
  | { readonly type: 'failed'; readonly error: unknown }
  | { readonly type: 'recovered' }
  | { readonly type: 'lost'; readonly rows: number };

export interface Settlement {
  readonly row: LedgerRow;
  /** Null if the entry has no budget. */
  readonly reservation: Reservation | null;
}

const retryMs = 1_000;

/** The most rows of entries without a budget that are kept while the ledger fails, so that memory stays bounded. */
const maxUnbudgeted = 10_000;

/** The rows that are not written yet, and since when the ledger has been failing. */
export function createLedgerBacklog(report: (event: LedgerEvent) => void) {
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
    add(settlements: readonly Settlement[]): void {
      for (const { row, reservation } of settlements) {
        const isTooMany = failedAtMs !== null && rows.length >= maxUnbudgeted;
        if (isTooMany && reservation === null) lost += 1;
        else rows.push(row);
      }
    },
    rows: (): readonly LedgerRow[] => rows,
    written(): void {
      if (failedAtMs !== null) report({ type: 'recovered' });
      reportLost(lost);
    },
    failed(error: unknown, nowMs: number): void {
      if (failedAtMs === null) report({ type: 'failed', error });
      failedAtMs = nowMs;
    },
    isFailing: () => failedAtMs !== null,
    /** Whether it is time to retry. */
    isDue: (nowMs: number) => failedAtMs !== null && nowMs - failedAtMs >= retryMs,
    drop: () => reportLost(rows.length + lost),
  };
}
