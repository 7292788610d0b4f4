import Big from 'big.js';
import { zeroUsd } from '../platform/money.ts';
import type { Ledger, LedgerRow } from './ledger.ts';

/** Asks to reserve the most that one request to OpenRouter can cost. */
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
  /** By all gateways, including dead ones, whose requests may still be charged. */
  readonly reserved: string;
}

export type ReservationAnswer =
  | { readonly granted: true }
  | {
      readonly granted: false;
      /** The totals that left no room for it. */
      readonly totals: EntryTotals;
    };

/** What one gateway writes and requests in one transaction. */
export interface Batch {
  readonly at: Date;
  /** No request of this gateway can run longer. Reservations that still exist then belong to a gateway that died. */
  readonly reservedUntil: Date;
  readonly settled: readonly LedgerRow[];
  /**
   * The total that this gateway has reserved after `settled` and before `requests`, for each entry that is in either.
   * It is absolute, so that the next batch corrects one whose result was lost.
   */
  readonly reserved: readonly Reservation[];
  readonly requests: readonly ReservationRequest[];
  /** Amounts that a busy gateway wants to reserve in advance, at most one for each entry in `reserved`. */
  readonly leases?: readonly ReservationRequest[];
}

export interface BatchResult {
  /** In the order of `requests`. */
  readonly answers: readonly ReservationAnswer[];
  /** The totals of every entry in `reserved` after the batch. */
  readonly totals: ReadonlyMap<string, EntryTotals>;
  /** The granted part of `leases`. Each replaces the entry's previous lease. */
  readonly leases?: readonly Reservation[];
}

/**
 * A ledger opened for one gateway. Several gateways may share it: settled and reserved amounts together never exceed a
 * limit, however many of them reserve at the same time. A reservation is on disk before it is granted. Reservations of
 * a gateway that died become settled rows (`abandonedRow`) in the next batch after `reservedUntil`, because they may
 * have been charged. All methods throw LedgerError.
 */
export interface BudgetLedger extends Ledger {
  /** Grants each request in full or not at all. A gateway commits one batch at a time. */
  commit(batch: Batch): Promise<BatchResult>;
  totals(entry: string, at: Date): Promise<EntryTotals>;
  /** True for the first caller among all gateways, so that an alert is sent once per window. */
  claim(what: string, at: Date): Promise<boolean>;
}

/** `EntryTotals` while a batch is being processed. */
export interface Sums {
  day: Big;
  month: Big;
  reserved: Big;
}

/** Adds the amount to `sums.reserved` if it fits within both limits. Reaching a limit exactly is allowed. */
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

/** A lease is at most 1/32 of the rest of a limit, so that a gateway that is killed wastes little. */
const leaseShare = 32;

/** A lease of less than 1/8 of the requested amount is not worth granting. */
const leastPart = 8;

/**
 * Adds the granted part of a lease to `sums.reserved`. Nothing is granted once more than half of a limit is used up:
 * near the limit each request is reserved on its own, so that no gateway withholds what it does not need from others.
 */
export function answerLease(sums: Sums, { entry, usd, limits }: ReservationRequest): Reservation[] {
  const wanted = new Big(usd);
  const caps = [share(sums.day, limits.day), share(sums.month, limits.month)];
  const granted = [wanted, ...caps.filter((each) => each !== null)].reduce(lesser);
  if (granted.lte(0) || granted.times(leastPart).lt(wanted)) return [];
  sums.reserved = sums.reserved.plus(granted);
  return [{ entry, usd: granted.toFixed() }];

  function share(spent: Big, limit: string | null): Big | null {
    if (limit === null) return null;
    const left = new Big(limit).minus(spent).minus(sums.reserved);
    return left.times(2).lt(limit) ? zeroUsd : left.div(leaseShare).round(12, Big.roundDown);
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
    sums.set(entry, (sums.get(entry) ?? zeroUsd).plus(usd));
  }
  return sums;
}

export function totalsOf({ day, month, reserved }: Sums): EntryTotals {
  return { day: day.toFixed(), month: month.toFixed(), reserved: reserved.toFixed() };
}

export interface Abandoned extends Reservation {
  /** The latest time at which its last request may have ended. */
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
  // Far below the limit, rounding errors cannot matter, so exact addition is not needed.
  if (Number(spent) + Number(reserved) + Number(amount) < Number(limit) * 0.999) return true;
  return spent.plus(reserved).plus(amount).lte(limit);
}
