import Big from 'big.js';
import { dayMs } from '../platform/durations.ts';
import { shareOf, sumUsd } from '../platform/money.ts';
import {
  type BudgetStatus,
  budgetStatus,
  type Window,
  type WindowStatus,
  worse,
} from '../routing/budget.ts';
import type { BudgetLimits } from '../setup-file/entry.ts';
import { elapsedDays, remainingDays } from './time.ts';
import { entryUsd, type SpendFacts, type WindowName, windowOf } from './usage.ts';

/** An amount and its limit; USD as exact decimal strings. */
export interface LimitUse {
  readonly usd: string;
  readonly limit: string | null;
  /** `usd` as a fraction of `limit`, from `shareOf`. */
  readonly ratio: string | null;
  readonly status: BudgetStatus;
  /** When the limit will be reached at the current rate, if that is before the window ends. */
  readonly reachedAt: Date | null;
}

export interface BudgetUse {
  /** The worse of day and month. */
  readonly status: BudgetStatus;
  /** The fraction of a limit at which `alert` begins. */
  readonly alertThreshold: string;
  readonly day: LimitUse;
  readonly month: LimitUse;
}

export interface EntryUse extends BudgetUse {
  readonly entry: string;
  /** Other entries with the same key. Spending that the ledger did not record counts for each of them. */
  readonly sharesKeyWith: readonly string[];
}

/** The worst of several; `unlimited` for none. */
export function worst(statuses: readonly BudgetStatus[]): BudgetStatus {
  return statuses.reduce((a, b) => worse(a, b), 'unlimited');
}

export function budgetUse(
  spent: { readonly day: string; readonly month: string },
  budget: BudgetLimits | null,
  now: Date,
): BudgetUse {
  const { status, day, month, alertThreshold } = budgetStatus(spent.day, spent.month, budget);
  return {
    status,
    alertThreshold: alertThreshold.toFixed(),
    day: limitUse(day, 'day', now),
    month: limitUse(month, 'month', now),
  };
}

/** Compares each entry with its own budget. Entries whose spending is unknown are omitted. */
export function entryUses(facts: SpendFacts): EntryUse[] {
  return facts.entries.flatMap(({ name, budget }) => {
    const [day, month] = [entryUsd(facts, name, 'day'), entryUsd(facts, name, 'month')];
    if (day === null || month === null) return [];
    const key = facts.keys.find(({ entries }) => entries.includes(name));
    return {
      entry: name,
      sharesKeyWith: (key?.entries ?? []).filter((other) => other !== name),
      ...budgetUse({ day, month }, budget, facts.now),
    };
  });
}

/**
 * The budget over all entries: the sum of their limits, or none if an entry is unlimited, and the lowest of their
 * thresholds.
 */
export function overallBudget(entries: SpendFacts['entries']): BudgetLimits | null {
  if (entries.length === 0) return null;
  const thresholds = entries.flatMap(({ budget }) => budget?.alertThreshold ?? []);
  return {
    dailyLimit: sumOrNull(entries.map(({ budget }) => budget?.dailyLimit ?? null)),
    monthlyLimit: sumOrNull(entries.map(({ budget }) => budget?.monthlyLimit ?? null)),
    alertThreshold: lowest(thresholds),
  };
}

function limitUse(status: WindowStatus, name: WindowName, now: Date): LimitUse {
  const window = windowOf(name, now);
  const usd = status.spent.toFixed();
  const limit = status.limit?.toFixed() ?? null;
  return {
    usd,
    limit,
    ratio: limit === null ? null : shareOf(usd, limit),
    status: status.status,
    reachedAt: limit === null ? null : reached(usd, limit, window, now),
  };
}

function reached(usd: string, limit: string, window: Window, now: Date): Date | null {
  const spent = { usd, window };
  return reachedAt(spent, limit, rateOf(spent, now), now);
}

function sumOrNull(limits: readonly (string | null)[]): string | null {
  const known = limits.filter((limit) => limit !== null);
  return known.length === limits.length ? sumUsd(known) : null;
}

function lowest(amounts: readonly string[]): string | null {
  const [first = null] = [...amounts].sort((a, b) => new Big(a).cmp(b));
  return first;
}

/** A key's own limit at OpenRouter; USD as decimal strings. */
export interface KeyLimit {
  readonly prefix: string;
  /** How often it resets: `daily`, `weekly`, `monthly`; `total` for never. */
  readonly window: string;
  readonly used: string;
  readonly limit: string;
  readonly ratio: string | null;
  readonly status: BudgetStatus;
}

export function keyLimits({ keys }: SpendFacts): KeyLimit[] {
  return keys.flatMap((key) => {
    const info = key.info.ok ? key.info.value : null;
    if (info === null || info.limit === null || info.limitRemaining === null) return [];
    const used = new Big(info.limit).minus(info.limitRemaining).toFixed();
    return {
      prefix: key.prefix ?? '',
      window: info.limitReset ?? 'total',
      used,
      limit: info.limit,
      ratio: shareOf(used, info.limit),
      status: keyStatus(key) === 'exceeded' ? 'exceeded' : 'ok',
    };
  });
}

/** `exceeded` if the key's own limit is used up, so that OpenRouter refuses every request. */
export function keyStatus({ info }: SpendFacts['keys'][number]): BudgetStatus {
  const remaining = info.ok ? info.value.limitRemaining : null;
  return remaining !== null && new Big(remaining).lte(0) ? 'exceeded' : 'unlimited';
}

/** The amount spent so far in a window. */
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

/** With less time, a single request right after midnight would forecast a huge amount per day. */
const minimumDays = 1 / 24;

/** Forecasts are estimates; more digits would suggest false precision. */
const decimals = 6;

/** The rate of one window so far; null in its first hour. */
export function rateOf({ usd, window }: Spent, now: Date): Rate | null {
  const days = elapsedDays(window, now);
  if (days < minimumDays) return null;
  return { usdPerDay: new Big(usd).div(days).round(12).toFixed(), days };
}

/** The cost of the whole window at this rate; USD, a decimal string. */
export function usdAtEnd({ usd, window }: Spent, rate: Rate, now: Date): string {
  const rest = new Big(rate.usdPerDay).times(remainingDays(window, now));
  return rest.plus(usd).round(decimals).toFixed();
}

/** When the limit will be reached at this rate; null if it already is, or will not be before the window ends. */
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
