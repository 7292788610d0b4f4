import { Big } from 'big.js';
import type { BudgetLimits } from '../setup-file/entry.ts';

/** From `start` up to, and without, `end`. */
export interface Window {
  readonly start: Date;
  readonly end: Date;
}

/** OpenRouter's own day. */
export function utcDay(now: Date): Window {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  return { start: utcDate(year, month, day), end: utcDate(year, month, day + 1) };
}

/** OpenRouter's own month. */
export function utcMonth(now: Date): Window {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return { start: utcDate(year, month, 1), end: utcDate(year, month + 1, 1) };
}

/** OpenRouter's own week: from Monday. */
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
  /** USD; null where there is none. */
  readonly limit: Big | null;
  /** Spent of limit; null without a limit, and where the limit is 0. */
  readonly ratio: Big | null;
}

export interface BudgetReport {
  /** The worse of the two. */
  readonly status: BudgetStatus;
  readonly day: WindowStatus;
  readonly month: WindowStatus;
  /** The share of a limit at which `alert` begins; 1 where the setup file has none. */
  readonly alertThreshold: Big;
}

/** Spending against a budget: `alert` at `alertThreshold` of a limit, `exceeded` at the limit itself. USD throughout. */
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

// Multiplied, not divided: a third of a limit has no end, and a cent must not turn on the last digit.
function statusAt(spent: Big, limit: Big, alertThreshold: Big): BudgetStatus {
  if (spent.gte(limit)) return 'exceeded';
  return spent.gte(limit.times(alertThreshold)) ? 'alert' : 'ok';
}

const severity = { unlimited: 0, ok: 1, alert: 2, exceeded: 3 } as const;

/** The graver of two. */
export function worse(one: BudgetStatus, other: BudgetStatus): BudgetStatus {
  return severity[one] >= severity[other] ? one : other;
}
