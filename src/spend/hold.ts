import Big from 'big.js';
import type { EntryTotals, HoldAnswer, HoldRequest } from './budget-ledger.ts';

/** The sums behind `EntryTotals`, while a turn works on them. */
export interface Sums {
  day: Big;
  month: Big;
  held: Big;
}

/** Holds the amount if it fits below both limits with all that is settled and held; a limit may be reached exactly. */
export function answerHold(sums: Sums, { usd, limits }: HoldRequest): HoldAnswer {
  const wanted = new Big(usd);
  const granted =
    wanted.eq(0) ||
    (fits(sums.day, sums.held, wanted, limits.day) &&
      fits(sums.month, sums.held, wanted, limits.month));
  if (!granted) return { granted, totals: totalsOf(sums) };
  sums.held = sums.held.plus(wanted);
  return { granted };
}

/** What is released or granted in one turn, added up for each entry. */
export function sumsByEntry(
  items: readonly { readonly entry: string; readonly usd: string }[],
): Map<string, Big> {
  const sums = new Map<string, Big>();
  for (const { entry, usd } of items) sums.set(entry, (sums.get(entry) ?? new Big(0)).plus(usd));
  return sums;
}

export function totalsOf({ day, month, held }: Sums): EntryTotals {
  return { day: day.toFixed(), month: month.toFixed(), held: held.toFixed() };
}

function fits(spent: Big, held: Big, wanted: Big, limit: string | null): boolean {
  if (limit === null) return true;
  // Far below the limit, where a float cannot be wrong by so much, nothing has to be added exactly.
  if (Number(spent) + Number(held) + Number(wanted) < Number(limit) * 0.999) return true;
  return spent.plus(held).plus(wanted).lte(limit);
}
