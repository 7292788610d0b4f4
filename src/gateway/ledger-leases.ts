import Big from 'big.js';
import type { Clock } from '../platform/deps.ts';
import type { Reservation, ReservationRequest } from '../spend/budget-ledger.ts';

/** An entry is busy if two of its requests arrive within this time, in milliseconds. */
const busyMs = 20;

/** A lease covers this many requests, each priced at the most expensive recent one. */
const requestsAhead = 64;

/**
 * The longest a lease is used, in milliseconds. What its requests reserve counts as abandoned after the deadline
 * written with the lease, which is a minute later than any request can last.
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
  /** The most expensive request since the last batch; null if the entry is not busy. */
  most: ReservationRequest | null;
}

/**
 * Amounts reserved in the ledger ahead of time, by entry, so that a request within the lease need not wait for the
 * ledger. A lease is on disk before it is used, so the requests of a killed gateway are still counted.
 */
export function createLeases(clock: Clock) {
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
      const untilMs = clock.monotonic() + longestMs;
      for (const { entry, usd } of granted) {
        const limits = wanted.find((each) => each.entry === entry)?.limits;
        if (limits === undefined) continue;
        leases.set(entry, { left: new Big(usd), limits, untilMs, isUsed: false });
      }
    },
  };
}
