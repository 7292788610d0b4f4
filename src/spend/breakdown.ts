import Big from 'big.js';
import type { ActivityRow } from '../openrouter/account.ts';
import type { DailyRow } from './ledger.ts';
import { dayName, lastDays } from './time.ts';
import { readValue, type SpendFacts, usageOf } from './usage.ts';

/** `key` is today's usage from `/key`, because `/activity` does not cover today. */
type BreakdownSource = 'activity' | 'ledger' | 'key';

export interface DaySpend {
  /** `2026-11-22`, UTC. */
  readonly day: string;
  readonly usd: string;
  /** Null if the source does not count requests. */
  readonly requests: number | null;
  readonly source: BreakdownSource;
}

export interface ModelSpend extends Total {
  readonly model: string;
  readonly source: BreakdownSource;
}

/**
 * The cost of each of the last days, oldest first: from the account's activity plus today's usage of the keys if the
 * activity can be read, else from the ledger. Null if neither is known.
 */
export function spendByDay(facts: SpendFacts): DaySpend[] | null {
  const days = lastDays(facts.now, facts.days);
  if (facts.activity.ok) return activityDays(facts, facts.activity.value, days);
  return facts.ledger.ok ? countedDays(facts.ledger.value, days, 'ledger') : null;
}

/** The cost of each model in the days of `modelSpan`, most expensive first; null if it is unknown. */
export function spendByModel(facts: SpendFacts): ModelSpend[] | null {
  const span = modelSpan(facts);
  if (span === null) return null;
  const { source, days } = span;
  const rows = source === 'ledger' ? facts.ledger : facts.activity;
  const counted = rows.ok ? rows.value.filter((row) => days.includes(dayOf(row))) : [];
  const totals = totalsBy<Counted>(counted, ({ model }) => model);
  return mostExpensiveFirst(totals).map(({ name, ...total }) => ({
    model: name,
    ...total,
    source,
  }));
}

export interface EntrySpend extends Total {
  readonly entry: string;
  readonly source: 'ledger';
}

/** The recorded cost of each entry in the last days, most expensive first; null without the ledger. */
export function spendByEntry(facts: SpendFacts): EntrySpend[] | null {
  if (!facts.ledger.ok) return null;
  const totals = totalsBy(inLastDays(facts, facts.ledger.value), ({ entry }) => entry);
  return mostExpensiveFirst(totals).map(({ name, ...total }) => ({
    entry: name,
    ...total,
    source: 'ledger',
  }));
}

export interface ChannelSpend extends Total {
  /** Null for all requests that came from no channel, or were recorded before channels were. */
  readonly channel: string | null;
  readonly source: 'ledger';
}

/** The recorded cost of each channel in the last days, most expensive first; null without the ledger. */
export function spendByChannel(facts: SpendFacts): ChannelSpend[] | null {
  if (!facts.ledger.ok || !facts.channels.ok) return null;
  const named = inLastDays(facts, facts.channels.value);
  const totals = totalsBy(named, ({ channel }) => channel).map((total) => ({
    ...total,
    channel: total.name,
  }));
  const rest = difference(totalOf(inLastDays(facts, facts.ledger.value)), totalOf(named));
  const all = rest.requests === 0 ? totals : [...totals, { ...rest, name: '', channel: null }];
  return mostExpensiveFirst(all).map(({ name: _, channel, ...total }) => ({
    channel,
    ...total,
    source: 'ledger',
  }));
}

function inLastDays<Row extends { readonly day: string }>(
  { now, days }: SpendFacts,
  rows: readonly Row[],
): Row[] {
  const last = lastDays(now, days);
  return rows.filter(({ day }) => last.includes(day));
}

export interface DayPart {
  readonly name: string;
  /** USD, a decimal string. */
  readonly usd: string;
}

/**
 * The days of `spendByDay`, in the same order, split by model, or with a single part if the source does not distinguish
 * models.
 */
export function partsByDay(facts: SpendFacts): (DaySpend & { readonly parts: DayPart[] })[] {
  const rows: readonly Counted[] =
    readValue<readonly Counted[]>(facts.activity) ?? readValue(facts.ledger) ?? [];
  return (spendByDay(facts) ?? []).map((day) => {
    const ofDay = rows.filter((row) => dayOf(row) === day.day);
    const isSplit = day.source !== 'key' && ofDay.length > 0;
    const parts = isSplit
      ? totalsBy<Counted>(ofDay, ({ model }) => model)
      : [{ name: 'not split by model yet', usd: day.usd }];
    return { ...day, parts: parts.filter(({ usd }) => Number(usd) > 0) };
  });
}

/** The source of the costs per model, and the UTC days that it covers. */
export interface ModelSpan {
  readonly source: 'activity' | 'ledger';
  readonly days: readonly string[];
}

/** The account's activity, or the ledger if only today is requested, which the activity lacks. Null without either. */
export function modelSpan(facts: SpendFacts): ModelSpan | null {
  const days = lastDays(facts.now, facts.days);
  const completed = completedOf(days);
  if (facts.activity.ok && completed.length > 0) return { source: 'activity', days: completed };
  return facts.ledger.ok ? { source: 'ledger', days } : null;
}

/** `/activity` covers the last 30 completed UTC days (OpenRouter's API description). */
const activityDayCount = 30;

function completedOf(days: readonly string[]): readonly string[] {
  return days.slice(0, -1).slice(-activityDayCount);
}

function activityDays(
  facts: SpendFacts,
  rows: readonly ActivityRow[],
  days: readonly string[],
): DaySpend[] {
  const today = usageOf(facts, 'day');
  return [
    ...countedDays(rows, completedOf(days), 'activity'),
    {
      day: dayName(facts.now),
      usd: today.usd ?? '0',
      requests: null,
      source: today.keysUsd === null ? 'ledger' : 'key',
    },
  ];
}

function countedDays(
  rows: readonly Counted[],
  days: readonly string[],
  source: BreakdownSource,
): DaySpend[] {
  const totals = new Map(totalsBy(rows, dayOf).map((total) => [total.name, total]));
  return days.map((day) => {
    const { usd, requests } = totals.get(day) ?? totalOf([]);
    return { day, usd, requests, source };
  });
}

type Counted = ActivityRow | DailyRow;

function dayOf(row: Counted): string {
  return 'day' in row ? row.day : row.date;
}

/** The exact sum of several requests. */
interface Total {
  /** USD, a decimal string. */
  readonly usd: string;
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

interface NamedTotal extends Total {
  readonly name: string;
}

export function totalOf(rows: Iterable<Total>): Total {
  let usd = new Big(0);
  const counts = { requests: 0, promptTokens: 0, completionTokens: 0 };
  for (const row of rows) {
    usd = usd.plus(row.usd);
    counts.requests += row.requests;
    counts.promptTokens += row.promptTokens;
    counts.completionTokens += row.completionTokens;
  }
  return { usd: usd.toFixed(), ...counts };
}

function difference(all: Total, part: Total): Total {
  return {
    usd: new Big(all.usd).minus(part.usd).toFixed(),
    requests: all.requests - part.requests,
    promptTokens: all.promptTokens - part.promptTokens,
    completionTokens: all.completionTokens - part.completionTokens,
  };
}

/** One total for each name that `nameOf` gives, in order of first appearance. */
export function totalsBy<Row extends Total>(
  rows: Iterable<Row>,
  nameOf: (row: Row) => string,
): NamedTotal[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = nameOf(row);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return [...groups].map(([name, group]) => ({ name, ...totalOf(group) }));
}

/** Sorts by amount, then by name. */
export function mostExpensiveFirst<Row extends Pick<NamedTotal, 'usd' | 'name'>>(
  rows: readonly Row[],
): Row[] {
  return [...rows].sort((a, b) => new Big(b.usd).cmp(a.usd) || (a.name < b.name ? -1 : 1));
}
