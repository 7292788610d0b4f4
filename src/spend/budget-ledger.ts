import Big from 'big.js';
import type { Ledger, LedgerRow } from './ledger.ts';

/** A request for a reservation of the most that one request to OpenRouter can cost. */
export interface ReservationRequest {
  readonly entry: string;
  /** The worst case in USD, a decimal string. */
  readonly usd: string;
  /** USD per UTC day and UTC month; null for no limit. */
  readonly limits: BudgetLimits;
}

interface BudgetLimits {
  readonly day: string | null;
  readonly month: string | null;
}

/** An amount reserved for the requests of an entry. */
export interface Reservation {
  readonly entry: string;
  /** USD, a decimal string. */
  readonly usd: string;
}

/** What an entry has spent and reserved, in USD as exact decimal strings. */
export interface EntryTotals {
  /** Settled in the UTC day and the UTC month of the batch. */
  readonly day: string;
  readonly month: string;
  /** By all gateways, including those that died and whose requests may still be charged. */
  readonly reserved: string;
}

export type ReservationAnswer =
  | { readonly granted: true }
  | {
      readonly granted: false;
      /** The totals with which it did not fit. */
      readonly totals: EntryTotals;
    };

/** What one gateway writes and requests in one transaction. */
export interface Batch {
  readonly at: Date;
  /** No request of this gateway can run longer. What is still reserved then belongs to a gateway that died. */
  readonly reservedUntil: Date;
  readonly settled: readonly LedgerRow[];
  /**
   * What this gateway has reserved in all after `settled` and before `requests`, for each entry that occurs in either. An
   * absolute amount, so that the next batch corrects one whose result was lost.
   */
  readonly reserved: readonly Reservation[];
  readonly requests: readonly ReservationRequest[];
  /** What a busy gateway wants to have reserved in advance, at most once for each entry in `reserved`. */
  readonly leases?: readonly ReservationRequest[];
}

export interface BatchResult {
  /** In the order of `requests`. */
  readonly answers: readonly ReservationAnswer[];
  /** Of every entry in `reserved`, after the batch. */
  readonly totals: ReadonlyMap<string, EntryTotals>;
  /** What of `leases` was granted. Each replaces the entry's lease before it. */
  readonly leases?: readonly Reservation[];
}

/**
 * A ledger opened for one gateway, several of which may share it: settled and reserved amounts together never exceed a
 * limit, however many gateways reserve at the same time. A reservation is on disk before it is granted. Those of a
 * gateway that died become settled rows (`abandonedRow`) in the next batch after `reservedUntil`, since they may have
 * been charged. All methods throw LedgerError.
 */
export interface BudgetLedger extends Ledger {
  /** Grants each request in full or not at all. A gateway commits one batch at a time. */
  commit(batch: Batch): Promise<BatchResult>;
  totals(entry: string, at: Date): Promise<EntryTotals>;
  /** True for the first caller of all gateways, so that an alert is sent once per window. */
  claim(what: string, at: Date): Promise<boolean>;
}

/** `EntryTotals` while a batch is being processed. */
export interface Sums {
  day: Big;
  month: Big;
  reserved: Big;
}

/** Adds the amount to `sums.reserved` if it fits both limits, which may be reached exactly. */
export function answerRequest(sums: Sums, { usd, limits }: ReservationRequest): ReservationAnswer {
  const amount = new Big(usd);
  const granted =
    amount.eq(0) ||
    (fits(sums.day, sums.reserved, amount, limits.day) &&
      fits(sums.month, sums.reserved, amount, limits.month));
  if (!granted) return { granted, totals: totalsOf(sums) };
  sums.reserved = sums.reserved.plus(amount);
  return { granted };
}

/** A lease is at most this part of what is left of a limit, so that a gateway that is killed wastes little. */
const leaseShare = 32;

/** One that covers less than this part of what was asked for is not worth having. */
const leastPart = 8;

/**
 * Adds the part of a lease that is granted to `sums.reserved`. None of it is where half of a limit is used up: near the
 * limit each request counts by itself, and no gateway keeps from another what it does not need.
 */
export function answerLease(sums: Sums, { entry, usd, limits }: ReservationRequest): Reservation[] {
  const wanted = new Big(usd);
  const most = [share(sums.day, limits.day), share(sums.month, limits.month)];
  const granted = [wanted, ...most.filter((each) => each !== null)].reduce(lesser);
  if (granted.lte(0) || granted.times(leastPart).lt(wanted)) return [];
  sums.reserved = sums.reserved.plus(granted);
  return [{ entry, usd: granted.toFixed() }];

  function share(spent: Big, limit: string | null): Big | null {
    if (limit === null) return null;
    const left = new Big(limit).minus(spent).minus(sums.reserved);
    return left.times(2).lt(limit) ? new Big(0) : left.div(leaseShare).round(12, Big.roundDown);
  }
}

function lesser(a: Big, b: Big): Big {
  return a.lt(b) ? a : b;
}

/** What this gateway has reserved after these requests are granted, by entry. */
export function reservedAfter(
  reserved: readonly Reservation[],
  granted: readonly Reservation[],
): Map<string, Big> {
  const sums = new Map<string, Big>();
  for (const { entry, usd } of [...reserved, ...granted]) {
    sums.set(entry, (sums.get(entry) ?? new Big(0)).plus(usd));
  }
  return sums;
}

export function totalsOf({ day, month, reserved }: Sums): EntryTotals {
  return { day: day.toFixed(), month: month.toFixed(), reserved: reserved.toFixed() };
}

export interface Abandoned extends Reservation {
  /** When the last of its requests may have ended. */
  readonly until: Date;
}

/**
 * The settled row for a reservation of a gateway that died: the full amount, on the last day on which OpenRouter may
 * have charged for it. The models are unknown, because a gateway stores one sum for each entry.
 */
export function abandonedRow({ entry, usd, until }: Abandoned): LedgerRow {
  return {
    at: until,
    entry,
    role: 'unknown',
    model: 'unknown',
    servedModel: null,
    provider: null,
    promptTokens: null,
    completionTokens: null,
    costUsd: usd,
    estimated: true,
    outcome: 'abandoned',
  };
}

function fits(spent: Big, reserved: Big, amount: Big, limit: string | null): boolean {
  if (limit === null) return true;
  // Far below the limit, where rounding errors cannot matter, exact addition is not needed.
  if (Number(spent) + Number(reserved) + Number(amount) < Number(limit) * 0.999) return true;
  return spent.plus(reserved).plus(amount).lte(limit);
}
