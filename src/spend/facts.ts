import type { ActivityRow, Credits, KeyInfo } from '../openrouter/account.ts';
import type { BudgetLimits } from '../setup-file/entry.ts';
import type { DailyRow } from './ledger.ts';

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
  /** How many days the breakdowns cover, including today. */
  readonly days: number;
}

export function readValue<T>(read: Read<T>): T | null {
  return read.ok ? read.value : null;
}
