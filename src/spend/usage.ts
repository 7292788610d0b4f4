import type { ActivityRow, Credits, KeyInfo } from '../openrouter/account.ts';
import { greaterUsd, lessUsd, sumUsd } from '../platform/money.ts';
import { utcDay, utcMonth, utcWeek, type Window } from '../routing/budget.ts';
import type { BudgetLimits } from '../setup-file/entry.ts';
import type { ChannelRow, DailyRow } from './ledger.ts';
import { dayName } from './time.ts';

/** A value that was read, or the reason why it could not be. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

/** One key and the entries that use it. Its spending counts once, however many entries share it. */
export interface KeyUse {
  /** For people, e.g. `sk-or-v1-1a2b…`; null if the key is missing. */
  readonly prefix: string | null;
  /** Its source, e.g. the variable. */
  readonly where: string;
  readonly entries: readonly string[];
  /** The answer of `/key`. */
  readonly info: Read<KeyInfo>;
}

/** Everything that `spend` read, unprocessed. */
export interface SpendFacts {
  readonly now: Date;
  readonly entries: readonly { readonly name: string; readonly budget: BudgetLimits | null }[];
  readonly keys: readonly KeyUse[];
  readonly credits: Read<Credits>;
  /** The account's last 30 completed UTC days. */
  readonly activity: Read<readonly ActivityRow[]>;
  /** From the first requested day, or the first of this week or month, to today. */
  readonly ledger: Read<readonly DailyRow[]>;
  /** From the ledger too, of the same days. */
  readonly channels: Read<readonly ChannelRow[]>;
  /** How many days the breakdowns cover, including today. */
  readonly days: number;
}

export function readValue<T>(read: Read<T>): T | null {
  return read.ok ? read.value : null;
}

export type WindowName = 'day' | 'week' | 'month';

export function windowOf(name: WindowName, now: Date): Window {
  return { day: utcDay, week: utcWeek, month: utcMonth }[name](now);
}

/** Spending in one window, USD as exact decimal strings; null if unknown. */
export interface WindowUsage {
  readonly window: Window;
  /** What the keys were charged, or what the ledger recorded if no key could be read. */
  readonly usd: string | null;
  /** The sum over all keys, from `/key`. */
  readonly keysUsd: string | null;
  /** From the ledger. */
  readonly ledgerUsd: string | null;
  /** The part of `ledgerUsd` that is estimated. */
  readonly estimatedUsd: string | null;
}

/**
 * The total charged to all keys. No request counts for two keys, so their amounts can be added. The ledger recorded
 * some of the same requests, so its sum is never added.
 */
export function usageOf(facts: SpendFacts, name: WindowName): WindowUsage {
  const window = windowOf(name, facts.now);
  const amounts = facts.keys.flatMap((key) => keyUsd(key, name) ?? []);
  const keysUsd = amounts.length === 0 ? null : sumUsd(amounts);
  const recorded = facts.ledger.ok ? recordedIn(facts.ledger.value, window) : null;
  const ledgerUsd = recorded?.usd ?? null;
  const estimatedUsd = recorded?.estimatedUsd ?? null;
  return { window, usd: keysUsd ?? ledgerUsd, keysUsd, ledgerUsd, estimatedUsd };
}

/** The facts needed for the sums of an entry, in both `spend` and `doctor`. */
export type SumFacts = Pick<SpendFacts, 'now' | 'ledger'> & {
  readonly keys: readonly Pick<SpendFacts['keys'][number], 'entries' | 'info'>[];
};

/**
 * The most that an entry can have cost: the usage of its key minus what OpenRouter stated for other entries with that
 * key, but at least what the ledger recorded for this one. Requests of other programs and estimates of other entries
 * may belong to any entry with the key, so they count for each. Null if unknown.
 */
export function entryUsd(facts: SumFacts, entry: string, name: WindowName): string | null {
  const recorded = (names: readonly string[]) => recordedOf(facts, names, name);
  const key = facts.keys.find(({ entries }) => entries.includes(entry));
  const charged = key === undefined ? null : keyUsd(key, name);
  if (key === undefined || charged === null) return facts.ledger.ok ? recorded([entry]).usd : null;
  const others = recorded(key.entries.filter((other) => other !== entry));
  const ofOthers = lessUsd(others.usd, others.estimatedUsd);
  return greaterUsd(recorded([entry]).usd, lessUsd(charged, ofOthers));
}

/** The ledger's sum for one entry, which `serve` compares with its limits. Null if the ledger cannot be read. */
export function recordedUsd(facts: SumFacts, entry: string, name: WindowName): string | null {
  return facts.ledger.ok ? recordedOf(facts, [entry], name).usd : null;
}

function recordedOf(facts: SumFacts, entries: readonly string[], name: WindowName) {
  const rows = (readValue(facts.ledger) ?? []).filter(({ entry }) => entries.includes(entry));
  return recordedIn(rows, windowOf(name, facts.now));
}

function keyUsd({ info }: SumFacts['keys'][number], name: WindowName): string | null {
  if (!info.ok) return null;
  const { usageDaily, usageWeekly, usageMonthly } = info.value;
  return { day: usageDaily, week: usageWeekly, month: usageMonthly }[name];
}

/** What providers charged for requests with this key that used a key of the user's own (BYOK), this UTC month. */
export function byokRead({ info }: KeyUse): Read<string> {
  if (!info.ok) return info;
  const usd = info.value.byokUsageMonthly;
  return usd === null
    ? { ok: false, reason: 'OpenRouter did not report it' }
    : { ok: true, value: usd };
}

export function rowsIn(rows: readonly DailyRow[], { start, end }: Window): DailyRow[] {
  const [from, to] = [dayName(start), dayName(end)];
  return rows.filter(({ day }) => day >= from && day < to);
}

function recordedIn(rows: readonly DailyRow[], window: Window) {
  const recorded = rowsIn(rows, window);
  return {
    usd: sumUsd(recorded.map(({ usd }) => usd)),
    estimatedUsd: sumUsd(recorded.map(({ estimatedUsd }) => estimatedUsd)),
  };
}
