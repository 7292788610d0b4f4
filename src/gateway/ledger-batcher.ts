import type { Clock } from '../platform/deps.ts';
import type {
  Batch,
  BudgetLedger,
  EntryTotals,
  Reservation,
  ReservationAnswer,
  ReservationRequest,
} from '../spend/budget-ledger.ts';
import type { LedgerRow } from '../spend/ledger.ts';
import { createLeases } from './ledger-leases.ts';
import {
  createLedgerBacklog,
  createReservationQueue,
  createReservedSums,
  type LedgerEvent,
  type Settlement,
} from './ledger-pending.ts';

/** The gateway's access to the ledger: what comes at the same time is written in one transaction. */
export interface LedgerBatcher {
  /** At once where the entry has a lease. Throws where the ledger fails or does not answer in time. */
  reserve(request: ReservationRequest): ReservationAnswer | Promise<ReservationAnswer>;
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

const checkEveryMs = 100;
const lingerMs = 5;

/** Between two batches of a gateway whose reservations are covered by leases. */
const busyLingerMs = 10;

export function createLedgerBatcher(options: LedgerBatcherOptions): LedgerBatcher {
  const { ledger, clock, longestMs, inFlight, onTotals } = options;
  const backlog = createLedgerBacklog(options.report);
  const reserved = createReservedSums();
  const reservations = createReservationQueue(clock);
  const leases = createLeases(clock);
  let settlements: Settlement[] = [];
  let busy: Promise<void> | null = null;
  let isWatching = false;
  let isLingering = false;
  let isFinishing = false;

  const size = () => reservations.size() + settlements.length;

  function wake(): void {
    busy ??= (inFlight() > 1 ? pendingEvents() : Promise.resolve()).then(work);
    if (!isWatching) void watch();
  }

  /**
   * Settlements wait for others, and leases for requests: a batch of many costs little more than one of one. A lease
   * that nothing has used meanwhile is given back.
   */
  async function linger(): Promise<void> {
    isLingering = true;
    while (settlements.length > 0 || leases.areOpen()) {
      await clock.sleep(leases.areOpen() ? busyLingerMs : lingerMs, never);
      if (settlements.length > 0 || leases.areIdle()) wake();
      await busy;
    }
    isLingering = false;
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
      const { answers, totals, leases: granted = [] } = await ledger.commit(batch);
      backlog.written();
      reserved.written();
      onTotals(totals, batch.at);
      reservations.answer(answers, reserved);
      leases.open(granted, batch.leases ?? []);
      if (leases.areOpen() && !isLingering) void linger();
    } catch (error) {
      backlog.failed(error, clock.monotonic());
      reservations.fail(error);
    }
  }

  function nextBatch(): Batch {
    const at = clock.now();
    const requests = reservations.take();
    backlog.add(settlements);
    for (const { reservation } of settlements) if (reservation) reserved.release(reservation);
    for (const { entry } of requests) reserved.touch(entry);
    settlements = [];
    // Closed until the batch is written: it states what is reserved without them.
    const wanted = leases.close((entry) => reserved.touch(entry));
    return {
      at,
      reservedUntil: new Date(at.getTime() + longestMs),
      settled: backlog.rows(),
      reserved: reserved.unwritten(),
      requests,
      leases: isFinishing ? [] : wanted,
    };
  }

  /** One timer for all reservations, since it costs less than one for each. */
  async function watch(): Promise<void> {
    isWatching = true;
    while (busy !== null || backlog.isFailing()) {
      await clock.sleep(checkEveryMs, never);
      const nowMs = clock.monotonic();
      reservations.expire(nowMs);
      if (busy === null && backlog.isDue(nowMs)) wake();
    }
    isWatching = false;
  }

  return {
    reserve(request) {
      if (leases.take(request)) {
        reserved.add(request);
        return { granted: true };
      }
      const answered = reservations.push(request);
      wake();
      return answered;
    },
    settle(row, reservation) {
      settlements.push({ row, reservation });
      if (!isLingering) void linger();
    },
    isFailing: () => backlog.isFailing(),
    async finish() {
      isFinishing = true;
      if (settlements.length > 0 || leases.areOpen()) wake();
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
