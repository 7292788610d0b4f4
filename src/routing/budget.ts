import { Big } from 'big.js';
import type { BudgetLimits } from '../setup-file/entry.ts';

/** From `start` (inclusive) to `end` (exclusive). */
export interface Window {
  readonly start: Date;
  readonly end: Date;
}

/** OpenRouter counts usage in UTC days. */
export function utcDay(now: Date): Window {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  return { start: utcDate(year, month, day), end: utcDate(year, month, day + 1) };
}

/** OpenRouter counts usage in UTC calendar months. */
export function utcMonth(now: Date): Window {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return { start: utcDate(year, month, 1), end: utcDate(year, month + 1, 1) };
}

/** OpenRouter counts usage in UTC weeks, which start on Monday. */
export function utcWeek(now: Date): Window {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const monday = day - ((now.getUTCDay() + 6) % 7);
  return { start: utcDate(year, month, monday), end: utcDate(year, month, monday + 7) };
}

function utcDate(year: number, month: number, day: number): Date {
  return new Date(Date.UTC(year, month, day));
}

export type BudgetStatus = 'ok' | 'alert' | 'exceeded' | 'unlimited';

export interface WindowStatus {
  readonly status: BudgetStatus;
  /** USD. */
  readonly spent: Big;
  /** USD; null if there is none. */
  readonly limit: Big | null;
  /** `spent / limit`; null if there is no limit or it is 0. */
  readonly ratio: Big | null;
}

export interface BudgetReport {
  /** The worse of `day` and `month`. */
  readonly status: BudgetStatus;
  readonly day: WindowStatus;
  readonly month: WindowStatus;
  /** The fraction of a limit at which `alert` begins; 1 if the setup file sets none. */
  readonly alertThreshold: Big;
}

/** Compares spending (USD) with a budget: `alert` at `alertThreshold` of a limit, `exceeded` at the limit itself. */
export function budgetStatus(
  spentDay: Big | string,
  spentMonth: Big | string,
  budget: BudgetLimits | null,
): BudgetReport {
  const alertThreshold = new Big(budget?.alertThreshold ?? 1);
  const day = windowStatus(new Big(spentDay), budget?.dailyLimit ?? null, alertThreshold);
  const month = windowStatus(new Big(spentMonth), budget?.monthlyLimit ?? null, alertThreshold);
  return { status: worse(day.status, month.status), day, month, alertThreshold };
}

function windowStatus(spent: Big, limitText: string | null, alertThreshold: Big): WindowStatus {
  if (limitText === null) return { status: 'unlimited', spent, limit: null, ratio: null };
  const limit = new Big(limitText);
  const ratio = limit.eq(0) ? null : spent.div(limit);
  return { status: statusAt(spent, limit, alertThreshold), spent, limit, ratio };
}

// Multiplying is exact; a division would be rounded, and the status must not depend on the last digit.
function statusAt(spent: Big, limit: Big, alertThreshold: Big): BudgetStatus {
  if (spent.gte(limit)) return 'exceeded';
  return spent.gte(limit.times(alertThreshold)) ? 'alert' : 'ok';
}

const severity = { unlimited: 0, ok: 1, alert: 2, exceeded: 3 } as const;

/** The more severe of the two. */
export function worse(one: BudgetStatus, other: BudgetStatus): BudgetStatus {
  return severity[one] >= severity[other] ? one : other;
}
