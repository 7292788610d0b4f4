import Big from 'big.js';
import type {
  EntryTotals,
  Reservation,
  ReservationAnswer,
  ReservationRequest,
} from './budget-ledger.ts';
import type { LedgerRow } from './ledger.ts';

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
