import type { ActivityRow } from '../openrouter/activity.ts';
import type { SpendFacts } from './facts.ts';
import type { DailyRow } from './ledger.ts';
import { dayName, lastDays } from './periods.ts';
import { dearestFirst, type Total, totalOf, totalsBy } from './totals.ts';
import { usageOf } from './usage.ts';

/** `key`: what `/key` says of today, which `/activity` does not hold. */
type BreakdownSource = 'activity' | 'ledger' | 'key';

export interface DaySpend {
  /** `2026-11-22`, UTC. */
  readonly day: string;
  readonly usd: string;
  /** Null where the source does not count them. */
  readonly requests: number | null;
  readonly source: BreakdownSource;
}

export interface ModelSpend extends Total {
  readonly model: string;
  readonly source: BreakdownSource;
}

/**
 * What each of the last days cost, the oldest first: the account's activity where it can be read, with today's usage
 * of the keys; else what the ledger saw. Null where neither knows anything.
 */
export function spendByDay(facts: SpendFacts): DaySpend[] | null {
  const days = lastDays(facts.now, facts.days);
  if (facts.activity.ok) return activityDays(facts, facts.activity.value, days);
  if (!facts.ledger.ok) return null;
  return countedDays(facts.ledger.value, days, (row) => row.day, 'ledger');
}

/** What each model cost in the days of `modelSpan`, the dearest first; null where there is none. */
export function spendByModel(facts: SpendFacts): ModelSpend[] | null {
  const span = modelSpan(facts);
  if (span?.source === 'activity' && facts.activity.ok)
    return modelsOf(facts.activity.value, span.days, (row) => row.date.slice(0, 10), span.source);
  if (span?.source === 'ledger' && facts.ledger.ok)
    return modelsOf(facts.ledger.value, span.days, (row) => row.day, span.source);
  return null;
}

/** Who says what each model cost, and the UTC days that this covers. */
export interface ModelSpan {
  readonly source: 'activity' | 'ledger';
  readonly days: readonly string[];
}

/**
 * The account's activity, which has no models of today; else, and where today alone is asked about, the ledger. Null
 * where neither can say.
 */
export function modelSpan(facts: SpendFacts): ModelSpan | null {
  const days = lastDays(facts.now, facts.days);
  const completed = completedOf(days);
  if (facts.activity.ok && completed.length > 0) return { source: 'activity', days: completed };
  return facts.ledger.ok ? { source: 'ledger', days } : null;
}

/** `/activity` holds the last 30 completed UTC days (OpenRouter's API description). */
const activityDayCount = 30;

/** Those of the days, today last, that `/activity` holds. */
function completedOf(days: readonly string[]): readonly string[] {
  return days.slice(0, -1).slice(-activityDayCount);
}

function activityDays(
  facts: SpendFacts,
  rows: readonly ActivityRow[],
  days: readonly string[],
): DaySpend[] {
  const completed = completedOf(days);
  const today = usageOf(facts, 'day');
  return [
    ...countedDays(rows, completed, (row) => row.date.slice(0, 10), 'activity'),
    {
      day: dayName(facts.now),
      usd: today.usd ?? '0',
      requests: null,
      source: today.keysUsd === null ? 'ledger' : 'key',
    },
  ];
}

type Counted = ActivityRow | DailyRow;

function countedDays<Row extends Counted>(
  rows: readonly Row[],
  days: readonly string[],
  dayOf: (row: Row) => string,
  source: BreakdownSource,
): DaySpend[] {
  const totals = new Map(totalsBy(rows, dayOf).map((total) => [total.name, total]));
  return days.map((day) => {
    const { usd, requests } = totals.get(day) ?? totalOf([]);
    return { day, usd, requests, source };
  });
}

function modelsOf<Row extends Counted>(
  rows: readonly Row[],
  days: readonly string[],
  dayOf: (row: Row) => string,
  source: BreakdownSource,
): ModelSpend[] {
  const wanted = new Set(days);
  const totals = totalsBy(
    rows.filter((row) => wanted.has(dayOf(row))),
    (row) => row.model,
  );
  return dearestFirst(totals).map(({ name, ...total }) => ({ model: name, ...total, source }));
}
