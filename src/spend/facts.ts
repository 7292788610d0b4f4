import type { ActivityRow, Credits } from '../openrouter/account.ts';
import type { KeyInfo } from '../openrouter/key.ts';
import type { BudgetLimits } from '../setup-file/entry.ts';
import type { DailyRow } from './ledger.ts';

/** A source that was read, or why it was not. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

/** One key and the entries that use it. What is spent with it is counted once, however many they are. */
export interface KeyUse {
  /** For people, e.g. `sk-or-v1-1a2b…`; null where the entries name a key that is nowhere. */
  readonly prefix: string | null;
  /** Where it comes from, e.g. the variable. */
  readonly where: string;
  readonly entries: readonly string[];
  /** What `/key` says of it. */
  readonly info: Read<KeyInfo>;
}

/** All that `spend` knows, as it was read. */
export interface SpendFacts {
  readonly now: Date;
  readonly entries: readonly { readonly name: string; readonly budget: BudgetLimits | null }[];
  readonly keys: readonly KeyUse[];
  /** The account's. */
  readonly credits: Read<Credits>;
  /** The account's last 30 completed UTC days. */
  readonly activity: Read<readonly ActivityRow[]>;
  /** From the first day that is asked about, or of this week or month, to today. */
  readonly ledger: Read<readonly DailyRow[]>;
  /** How many days the rows by day and by model cover, today among them. */
  readonly days: number;
}

export function readValue<T>(read: Read<T>): T | null {
  return read.ok ? read.value : null;
}
