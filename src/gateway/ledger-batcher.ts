import Big from 'big.js';
import type { Clock } from '../platform/deps.ts';
import { zeroUsd } from '../platform/money.ts';
import type {
  Batch,
  BudgetLedger,
  EntryTotals,
  Reservation,
  ReservationAnswer,
  ReservationRequest,
} from '../spend/budget-ledger.ts';
import type { LedgerRow } from '../spend/ledger.ts';
import {
  createLedgerBacklog,
  createReservationQueue,
  createReservedSums,
  type LedgerEvent,
  type Settlement,
} from './ledger-pending.ts';

/** The gateway's access to the ledger. Concurrent operations are written in one transaction. */
export interface LedgerBatcher {
  /** Synchronous if the entry has a lease. Throws if the ledger fails or does not answer in time. */
  reserve(request: ReservationRequest): ReservationAnswer | Promise<ReservationAnswer>;
  /** Written with the next batch, before its reservations are decided; with a later batch if that one fails. */
  settle(row: LedgerRow, reservation: Reservation | null): void;
  /** Whether the last batch failed. */
  isFailing(): boolean;
  /** Resolves when everything is written. Rows that the ledger still rejects are dropped and reported. */
  finish(): Promise<void>;
}

export interface LedgerBatcherOptions {
  readonly ledger: Pick<BudgetLedger, 'commit'>;
  readonly clock: Clock;
  /** How long a reservation can last, in milliseconds. */
  readonly maxReservationMs: number;
  /** The number of requests that are waiting for an answer. */
  readonly inFlight: () => number;
  readonly report: (event: LedgerEvent) => void;
  /** Receives the totals of the entries in a batch after it was written. */
  readonly onTotals: (totals: ReadonlyMap<string, EntryTotals>, at: Date) => void;
}

const checkEveryMs = 100;
const lingerMs = 5;

/** The delay between batches while leases cover the reservations. */
const busyLingerMs = 10;

export function createLedgerBatcher(options: LedgerBatcherOptions): LedgerBatcher {
  const { ledger, clock, maxReservationMs, inFlight, onTotals } = options;
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
   * Waits so that more settlements, and requests covered by leases, share one batch: a large batch costs little more
   * than a small one. A lease that was not used in the meantime is returned.
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
    // Leases end until the batch is written, because its reserved sums do not include them.
    const wanted = leases.close((entry) => reserved.touch(entry));
    return {
      at,
      reservedUntil: new Date(at.getTime() + maxReservationMs),
      settled: backlog.rows(),
      reserved: reserved.unwritten(),
      requests,
      leases: isFinishing ? [] : wanted,
    };
  }

  /** One timer for all reservations is cheaper than one for each. */
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
 * Delays a batch while each round of the event loop adds to it, since a batch of twenty costs little more than a batch
 * of one. Stops once half of all requests are in it: the others are waiting for OpenRouter.
 */
async function gather(size: () => number, inFlight: () => number): Promise<void> {
  for (let before = 0; ; ) {
    const now = size();
    if (now === before || now * 2 >= inFlight()) return;
    before = now;
    await pendingEvents();
  }
}

/** Resolves after the pending events of this round of the event loop. */
function pendingEvents(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** An entry is busy if two of its requests arrive within this time, in milliseconds. */
const busyMs = 20;

/** A lease covers this many requests, each priced at the most expensive recent one. */
const requestsAhead = 64;

/**
 * How long a lease is used at most, in milliseconds. What its requests reserve counts as abandoned after the deadline
 * written with the lease, which is a minute later than any request can last.
 */
const maxLeaseMs = 5_000;

interface Lease {
  left: Big;
  readonly limits: ReservationRequest['limits'];
  readonly untilMs: number;
  isUsed: boolean;
}

interface Demand {
  lastMs: number;
  /** The most expensive request since the last batch; null if the entry is not busy. */
  most: ReservationRequest | null;
}

/**
 * Amounts reserved in the ledger ahead of time, by entry, so that a request within the lease need not wait for the
 * ledger. A lease is on disk before it is used, so the requests of a killed gateway are still counted.
 */
function createLeases(clock: Clock) {
  const leases = new Map<string, Lease>();
  const demands = new Map<string, Demand>();

  /** Whether the entry's lease covers the request. If so, deducts its amount. */
  function take(request: ReservationRequest): boolean {
    const nowMs = clock.monotonic();
    note(request, nowMs);
    const lease = leases.get(request.entry);
    if (lease === undefined || nowMs > lease.untilMs) return false;
    const { day, month } = request.limits;
    if (day !== lease.limits.day || month !== lease.limits.month) return false;
    const left = lease.left.minus(request.usd);
    if (left.lt(zeroUsd)) return false;
    lease.left = left;
    lease.isUsed = true;
    return true;
  }

  function note(request: ReservationRequest, nowMs: number): void {
    const demand = demands.get(request.entry);
    if (demand === undefined) {
      demands.set(request.entry, { lastMs: nowMs, most: null });
      return;
    }
    if (nowMs - demand.lastMs > busyMs) demand.most = null;
    else if (demand.most === null || Number(request.usd) > Number(demand.most.usd)) {
      demand.most = request;
    }
    demand.lastMs = nowMs;
  }

  return {
    take,
    areOpen: () => leases.size > 0,
    /** Whether no lease was used since the last call. */
    areIdle(): boolean {
      const used = [...leases.values()].filter(({ isUsed }) => isUsed);
      for (const lease of used) lease.isUsed = false;
      return leases.size > 0 && used.length === 0;
    },
    /** Ends all leases, calling `onClosed` for each, and returns the requests for new ones. */
    close(onClosed: (entry: string) => void): ReservationRequest[] {
      for (const entry of leases.keys()) onClosed(entry);
      leases.clear();
      const wanted: ReservationRequest[] = [];
      for (const demand of demands.values()) {
        const { most } = demand;
        demand.most = null;
        if (most === null) continue;
        onClosed(most.entry);
        wanted.push({ ...most, usd: new Big(most.usd).times(requestsAhead).toFixed() });
      }
      return wanted;
    },
    open(granted: readonly Reservation[], wanted: readonly ReservationRequest[]): void {
      const untilMs = clock.monotonic() + maxLeaseMs;
      for (const { entry, usd } of granted) {
        const limits = wanted.find((each) => each.entry === entry)?.limits;
        if (limits === undefined) continue;
        leases.set(entry, { left: new Big(usd), limits, untilMs, isUsed: false });
      }
    },
  };
}
