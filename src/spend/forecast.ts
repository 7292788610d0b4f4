import Big from 'big.js';
import { dayMs } from '../platform/days.ts';
import type { Window } from '../routing/budget.ts';
import { elapsedDays, remainingDays } from './periods.ts';

/** What was spent so far in a window. */
export interface Spent {
  /** A decimal string. */
  readonly usd: string;
  readonly window: Window;
}

export interface Rate {
  readonly usdPerDay: string;
  /** The time it is based on, in days. */
  readonly days: number;
}

/** With less time, one request right after midnight would forecast a fortune a day. */
const minimumDays = 1 / 24;

/** Forecasts are estimates; more digits would suggest a precision that they lack. */
const decimals = 6;

/** The rate of one window so far; null in its first hour. */
export function rateOf({ usd, window }: Spent, now: Date): Rate | null {
  const days = elapsedDays(window, now);
  if (days < minimumDays) return null;
  return { usdPerDay: new Big(usd).div(days).round(12).toFixed(), days };
}

/** What the window will have cost at its end at this rate; USD, a decimal string. */
export function usdAtEnd({ usd, window }: Spent, rate: Rate, now: Date): string {
  const rest = new Big(rate.usdPerDay).times(remainingDays(window, now));
  return rest.plus(usd).round(decimals).toFixed();
}

/** When the limit is reached at this rate; null if it is already, or not before the window ends. */
export function reachedAt(
  { usd, window }: Spent,
  limit: string,
  rate: Rate | null,
  now: Date,
): Date | null {
  const days = rate === null ? null : daysUntil(new Big(limit).minus(usd), rate);
  if (days === null || days === 0) return null;
  const at = new Date(now.getTime() + days * dayMs);
  return at < window.end ? at : null;
}

/** How many days an amount lasts at this rate, rounded down to one decimal; null if nothing is being spent. */
export function daysLeft(usd: string, rate: Rate): number | null {
  const days = daysUntil(new Big(usd), rate);
  return days === null ? null : Math.floor(days * 10) / 10;
}

function daysUntil(left: Big, { usdPerDay }: Rate): number | null {
  const perDay = new Big(usdPerDay);
  if (perDay.lte(0)) return null;
  return left.lte(0) ? 0 : left.div(perDay).toNumber();
}
