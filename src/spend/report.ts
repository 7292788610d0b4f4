import Big from 'big.js';
import type { CacheUse } from '../openrouter/chat-reply.ts';
import { formatUsd, sumUsd } from '../platform/money.ts';
import { plural, thousands } from '../platform/wording.ts';
import type { BudgetStatus } from '../routing/budget.ts';
import {
  type ChannelSpend,
  type DaySpend,
  type EntrySpend,
  type ModelSpan,
  type ModelSpend,
  spendByChannel,
  spendByDay,
  spendByEntry,
  spendByModel,
} from './breakdown.ts';
import { sumOfCaches } from './ledger.ts';
import {
  type BudgetUse,
  budgetUse,
  daysLeft,
  type EntryUse,
  entryUses,
  keyStatus,
  overallBudget,
  type Rate,
  rateOf,
  type Spent,
  usdAtEnd,
  worst,
} from './limits.ts';
import { elapsedDays } from './time.ts';
import {
  byokRead,
  readValue,
  rowsIn,
  type SpendFacts,
  usageOf,
  type WindowUsage,
} from './usage.ts';

/** Spending, budgets and forecast; USD as exact decimal strings. */
export interface SpendReport {
  readonly facts: SpendFacts;
  /** The worst status of the overall budget, all entries, and keys whose own limit is used up. */
  readonly status: BudgetStatus;
  readonly usage: Readonly<Record<'day' | 'week' | 'month', WindowUsage>>;
  /** The sum of all entries; null if the spending is unknown. */
  readonly overall: BudgetUse | null;
  readonly entries: readonly EntryUse[];
  /** The account's remaining credits; null if unknown. */
  readonly creditsLeft: string | null;
  readonly forecast: Forecast;
  /** This month's, from the ledger; null if it could not be read. */
  readonly cache: CacheSpend | null;
  /** This month's charges of providers to keys of the user's own (BYOK), over all keys; null if unknown. */
  readonly byok: { readonly usd: string } | null;
  readonly byDay: readonly DaySpend[] | null;
  readonly byModel: readonly ModelSpend[] | null;
  readonly byChannel: readonly ChannelSpend[] | null;
  readonly byEntry: readonly EntrySpend[] | null;
}

/** How many prompt tokens were cached, and how much that saved. */
interface CacheSpend extends CacheUse {
  readonly promptTokens: number;
}

interface Forecast {
  /** Null in the first hour of the day. */
  readonly dayEndUsd: string | null;
  readonly monthEndUsd: string | null;
  /** How many days the credits last or, if they are unknown, the rest of the keys' limits that never reset. */
  readonly daysLeft: number | null;
  /** The rate that both are based on; null in the first hour of a month that begins on a Monday. */
  readonly basis: (Rate & { readonly of: 'month' | 'week' }) | null;
}

/** Pure: the same facts give the same report. */
export function spendReport(facts: SpendFacts): SpendReport {
  const usage = {
    day: usageOf(facts, 'day'),
    week: usageOf(facts, 'week'),
    month: usageOf(facts, 'month'),
  };
  const overall = overallUse(facts, usage);
  const entries = entryUses(facts);
  const creditsLeft = leftOfCredits(facts);
  return {
    facts,
    status: worst([
      overall?.status ?? 'unlimited',
      ...entries.map(({ status }) => status),
      ...facts.keys.map(keyStatus),
    ]),
    usage,
    overall,
    entries,
    creditsLeft,
    forecast: forecastOf(facts, usage, creditsLeft),
    cache: cacheOf(facts, usage.month),
    byok: byokOf(facts),
    byDay: spendByDay(facts),
    byModel: spendByModel(facts),
    byChannel: spendByChannel(facts),
    byEntry: spendByEntry(facts),
  };
}

function cacheOf(facts: SpendFacts, { window }: WindowUsage): CacheSpend | null {
  const rows = readValue(facts.ledger);
  if (rows === null) return null;
  const recorded = rowsIn(rows, window);
  const uses = recorded.flatMap(({ cache }) => cache ?? []);
  const promptTokens = recorded.reduce((sum, row) => sum + row.promptTokens, 0);
  return { ...sumOfCaches(uses), promptTokens };
}

function byokOf({ keys }: SpendFacts): SpendReport['byok'] {
  const amounts = keys.flatMap((key) => readValue(byokRead(key)) ?? []);
  return amounts.length === 0 ? null : { usd: sumUsd(amounts) };
}

function overallUse(facts: SpendFacts, { day, month }: SpendReport['usage']): BudgetUse | null {
  if (day.usd === null || month.usd === null) return null;
  const spent = { day: day.usd, month: month.usd };
  return budgetUse(spent, overallBudget(facts.entries), facts.now);
}

function leftOfCredits(facts: SpendFacts): string | null {
  const credits = readValue(facts.credits);
  if (credits === null) return null;
  return new Big(credits.totalCredits).minus(credits.totalUsage).toFixed();
}

function forecastOf(
  facts: SpendFacts,
  { day, week, month }: SpendReport['usage'],
  creditsLeft: string | null,
): Forecast {
  const none = { dayEndUsd: null, monthEndUsd: null, daysLeft: null, basis: null };
  if (day.usd === null || week.usd === null || month.usd === null) return none;
  const today = { usd: day.usd, window: day.window };
  const todayRate = rateOf(today, facts.now);
  const spent = { usd: month.usd, window: month.window };
  const basis = currentRate(spent, { usd: week.usd, window: week.window }, facts.now);
  if (basis === null) return none;
  const left = creditsLeft ?? leftOfKeys(facts);
  return {
    dayEndUsd: todayRate === null ? null : usdAtEnd(today, todayRate, facts.now),
    monthEndUsd: usdAtEnd(spent, basis, facts.now),
    daysLeft: left === null ? null : daysLeft(left, basis),
    basis,
  };
}

// Early in a month, the week so far may be longer than the month so far, and a better basis.
function currentRate(month: Spent, week: Spent, now: Date): Forecast['basis'] {
  const longer = elapsedDays(week.window, now) > elapsedDays(month.window, now);
  const rate = rateOf(longer ? week : month, now);
  return rate === null ? null : { ...rate, of: longer ? 'week' : 'month' };
}

/** The sum of the keys' remaining limits; null unless every key has a limit that never resets. */
function leftOfKeys({ keys }: SpendFacts): string | null {
  const left = keys.flatMap(({ info }) =>
    info.ok && info.value.limitReset === null ? (info.value.limitRemaining ?? []) : [],
  );
  return left.length === keys.length && left.length > 0 ? sumUsd(left) : null;
}

// Texts for both the terminal and the HTML pages.

/** What prompt caching saved through `serve`; empty if no cache was used. */
export function cacheLines({ cache }: SpendReport): string[] {
  if (cache === null || cache.cachedTokens + cache.writtenTokens === 0) return [];
  const share = Math.round((cache.cachedTokens / Math.max(1, cache.promptTokens)) * 100);
  const read = `Prompt caching this month: ${thousands(cache.cachedTokens)} of ${thousands(cache.promptTokens)} prompt tokens (${share} %) came from a cache`;
  return cache.savedUsd.startsWith('-')
    ? [`${read}; writing it has cost ${formatUsd(cache.savedUsd.slice(1))} more than that saved`]
    : [`${read}, which saved ${formatUsd(cache.savedUsd)}`];
}

/** `of the account, 31 days`: the source and number of the days shown, including today. */
export function daySpanText(byDay: readonly DaySpend[]): string {
  return `${sourceText(byDay[0]?.source === 'ledger')}, ${daysText(byDay.length)}`;
}

/** `of the account, 6 completed days`: the same for models. The account has no data per model for today. */
export function modelSpanText({ source, days }: ModelSpan): string {
  const completed = plural(days.length, 'completed day');
  return source === 'ledger' ? recordedSpanText(days.length) : `${sourceText(false)}, ${completed}`;
}

/** `recorded by this tool, 30 days`: for breakdowns that only the ledger has. */
export function recordedSpanText(days: number): string {
  return `${sourceText(true)}, ${daysText(days)}`;
}

function sourceText(isLedger: boolean): string {
  return isLedger ? 'recorded by this tool' : 'of the account';
}

function daysText(days: number): string {
  return days === 1 ? 'today' : `${days} days`;
}
