import { greaterUsd, lessUsd, sumUsd } from '../platform/money.ts';
import { utcDay, utcMonth, utcWeek, type Window } from '../routing/budget.ts';
import { readValue, type SpendFacts } from './facts.ts';
import type { DailyRow } from './ledger.ts';
import { dayName } from './periods.ts';

export type WindowName = 'day' | 'week' | 'month';

export function windowOf(name: WindowName, now: Date): Window {
  return { day: utcDay, week: utcWeek, month: utcMonth }[name](now);
}

/** What was spent in one window, USD as exact decimal strings; null where nobody knows. */
export interface WindowUsage {
  readonly window: Window;
  /** What the keys were charged; what the ledger saw where no key could be read. */
  readonly usd: string | null;
  /** What `/key` says, all keys together. */
  readonly keysUsd: string | null;
  /** What this tool recorded. */
  readonly ledgerUsd: string | null;
  /** The part of it that is estimated. */
  readonly estimatedUsd: string | null;
}

/**
 * What all keys together were charged. Two keys never count the same request, so that their sums may be added; the
 * ledger saw some of the same requests, so that its sum stands beside and is never added.
 */
export function usageOf(facts: SpendFacts, name: WindowName): WindowUsage {
  const window = windowOf(name, facts.now);
  const amounts = facts.keys.flatMap((key) => keyUsd(key, name) ?? []);
  const keysUsd = amounts.length === 0 ? null : sumUsd(amounts);
  const seen = facts.ledger.ok ? seenIn(facts.ledger.value, window) : null;
  const ledgerUsd = seen?.usd ?? null;
  const estimatedUsd = seen?.estimatedUsd ?? null;
  return { window, usd: keysUsd ?? ledgerUsd, keysUsd, ledgerUsd, estimatedUsd };
}

/**
 * What an entry may have cost at most: its key's usage less what OpenRouter stated for the other entries with that key,
 * and never less than what the ledger counts for this one. Requests that went past this tool, and what is only
 * estimated of the others, may be anybody's with the key: a budget that overlooks them is none. Null where nobody knows.
 */
export function entryUsd(facts: SpendFacts, entry: string, name: WindowName): string | null {
  const window = windowOf(name, facts.now);
  const rows = readValue(facts.ledger) ?? [];
  const seen = (names: readonly string[]) =>
    seenIn(
      rows.filter((row) => names.includes(row.entry)),
      window,
    );
  const key = facts.keys.find(({ entries }) => entries.includes(entry));
  const charged = key === undefined ? null : keyUsd(key, name);
  if (key === undefined || charged === null) return facts.ledger.ok ? seen([entry]).usd : null;
  const others = seen(key.entries.filter((other) => other !== entry));
  const ofOthers = lessUsd(others.usd, others.estimatedUsd);
  return greaterUsd(seen([entry]).usd, lessUsd(charged, ofOthers));
}

function keyUsd({ info }: SpendFacts['keys'][number], name: WindowName): string | null {
  if (!info.ok) return null;
  const { usageDaily, usageWeekly, usageMonthly } = info.value;
  return { day: usageDaily, week: usageWeekly, month: usageMonthly }[name];
}

function seenIn(rows: readonly DailyRow[], { start, end }: Window) {
  const [from, to] = [dayName(start), dayName(end)];
  const seen = rows.filter(({ day }) => day >= from && day < to);
  return {
    usd: sumUsd(seen.map(({ usd }) => usd)),
    estimatedUsd: sumUsd(seen.map(({ estimatedUsd }) => estimatedUsd)),
  };
}
