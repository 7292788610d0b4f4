import Big from 'big.js';
import type { Ledger, LedgerRow } from './ledger.ts';

/** Asks to set aside what one request may cost at most. */
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

/** An amount in USD that is set aside for the requests of an entry. */
export interface Reservation {
  readonly entry: string;
  /** A decimal string. */
  readonly usd: string;
}

/** What an entry has come to, in USD as exact decimal strings. */
export interface EntryTotals {
  /** Settled in the UTC day and the UTC month of the batch. */
  readonly day: string;
  readonly month: string;
  /** Reserved by this gateway and all others: for requests under way, or by a gateway that died and may be charged. */
  readonly reserved: string;
}

export type ReservationAnswer =
  | { readonly granted: true }
  | {
      readonly granted: false;
      /** As they stood when it did not fit. */
      readonly totals: EntryTotals;
    };

/** What one gateway writes and asks at one moment: all of it happens, or nothing. */
export interface Batch {
  readonly at: Date;
  /** No request of this gateway can be under way for longer: what it still has reserved then, it died with. */
  readonly reservedUntil: Date;
  readonly settled: readonly LedgerRow[];
  /**
   * All that this gateway has reserved once `settled` is written and before `requests` are granted, for each entry that
   * is settled or asked for. An absolute amount, so that a batch whose outcome got lost is put right by the next one.
   */
  readonly reserved: readonly Reservation[];
  readonly requests: readonly ReservationRequest[];
}

export interface BatchResult {
  /** In the order of `requests`. */
  readonly answers: readonly ReservationAnswer[];
  /** Of every entry in `reserved`, as they stand after the batch. */
  readonly totals: ReadonlyMap<string, EntryTotals>;
}

/**
 * A ledger opened in the name of one gateway, which several may spend against at once: what is settled and what is
 * reserved never passes a limit together, however many ask at the same moment. A reservation is on disk before it is
 * granted. Those of a gateway that died become settled rows (`abandonedRow`) in the next batch after `reservedUntil`,
 * so that what may have been charged goes on counting. All methods throw LedgerError.
 */
export interface BudgetLedger extends Ledger {
  /** A reservation is granted whole or not at all. A gateway commits one batch after the other. */
  commit(batch: Batch): Promise<BatchResult>;
  totals(entry: string, at: Date): Promise<EntryTotals>;
  /** True for the first who says so, whichever gateway it is: an alert goes out once in a window. */
  claim(what: string, at: Date): Promise<boolean>;
}

/** The sums behind `EntryTotals`, while a batch is worked on. */
export interface Sums {
  day: Big;
  month: Big;
  reserved: Big;
}

/** Reserves the amount if it fits below both limits with all that is settled and reserved; a limit may be reached exactly. */
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

/** What this gateway has reserved once these requests are granted, by entry. */
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

/** Reservations of a gateway that died: nobody will say any more what its requests cost. */
export interface Abandoned extends Reservation {
  /** Until when its requests may have run. */
  readonly until: Date;
}

/**
 * The row that an abandoned reservation becomes, at its full amount and in the last day in which OpenRouter may have
 * charged for it. Which models it was for is not known: a gateway keeps one sum for each entry.
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
  // Far below the limit, where a float cannot be wrong by so much, nothing has to be added exactly.
  if (Number(spent) + Number(reserved) + Number(amount) < Number(limit) * 0.999) return true;
  return spent.plus(reserved).plus(amount).lte(limit);
}
