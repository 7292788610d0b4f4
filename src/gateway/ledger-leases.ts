import Big from 'big.js';
import type { Clock } from '../platform/deps.ts';
import type { Reservation, ReservationRequest } from '../spend/budget-ledger.ts';

/** An entry is busy when two of its requests come within this time, in milliseconds. */
const busyMs = 20;

/** A lease covers so many requests as expensive as the most expensive one lately. */
const requestsAhead = 64;

/**
 * A lease is used for so long at most, in milliseconds. What its requests reserve counts as abandoned from the time that
 * was written with it, which is a minute later than any request can last.
 */
const longestMs = 5_000;

interface Lease {
  left: Big;
  readonly limits: ReservationRequest['limits'];
  readonly untilMs: number;
  isUsed: boolean;
}

interface Demand {
  lastMs: number;
  /** The most expensive request since the last batch; null where the entry is not busy. */
  most: ReservationRequest | null;
}

/**
 * What is reserved in the ledger for requests to come, by entry: a request that fits into it need not wait for the
 * ledger. It is on disk before it is used, so that a gateway that is killed has counted what it let through.
 */
export function createLeases(clock: Clock) {
  const leases = new Map<string, Lease>();
  const demands = new Map<string, Demand>();

  /** Whether the entry's lease covers the request, which then has its part of it. */
  function take(request: ReservationRequest): boolean {
    const nowMs = clock.monotonic();
    note(request, nowMs);
    const lease = leases.get(request.entry);
    if (lease === undefined || nowMs > lease.untilMs) return false;
    const { day, month } = request.limits;
    if (day !== lease.limits.day || month !== lease.limits.month) return false;
    const left = lease.left.minus(request.usd);
    if (left.lt(0)) return false;
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
    /** Whether none was used since this was asked the last time. */
    areIdle(): boolean {
      const used = [...leases.values()].filter(({ isUsed }) => isUsed);
      for (const lease of used) lease.isUsed = false;
      return leases.size > 0 && used.length === 0;
    },
    /** Ends all leases, each by `onClosed`, and gives those that are wanted in their place. */
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
      const untilMs = clock.monotonic() + longestMs;
      for (const { entry, usd } of granted) {
        const limits = wanted.find((each) => each.entry === entry)?.limits;
        if (limits === undefined) continue;
        leases.set(entry, { left: new Big(usd), limits, untilMs, isUsed: false });
      }
    },
  };
}
