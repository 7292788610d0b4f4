import type { Ledger, LedgerRow } from './ledger.ts';

/** A request for leave to spend at most so much. */
export interface HoldRequest {
  readonly entry: string;
  /** The worst case in USD, a decimal string. */
  readonly usd: string;
  /** USD per UTC day and UTC month; null for no limit. */
  readonly limits: BudgetLimits;
}

export interface BudgetLimits {
  readonly day: string | null;
  readonly month: string | null;
}

/** What an entry has come to, in USD as exact decimal strings. */
export interface EntryTotals {
  /** Settled in the UTC day and the UTC month of the turn. */
  readonly day: string;
  readonly month: string;
  /** Held for requests that are under way, those of other gateways too. */
  readonly held: string;
}

/** A granted amount is held: it has to be released, or lapses with the turn's `holdUntil`. */
export type HoldAnswer =
  | { readonly granted: true }
  | {
      readonly granted: false;
      /** As they stood when it did not fit. */
      readonly totals: EntryTotals;
    };

export interface TurnResult {
  /** In the order of `asked`. */
  readonly answers: readonly HoldAnswer[];
  /** Of every entry that asked or released something, as they stand after the turn. */
  readonly totals: ReadonlyMap<string, EntryTotals>;
}

/** What one gateway has to say at one moment: all of it happens, or nothing. */
export interface Turn {
  readonly at: Date;
  /** When the holds of a gateway that was killed stop counting: no request of it can still be under way. */
  readonly holdUntil: Date;
  readonly settled: readonly LedgerRow[];
  /** What was held and is no longer, by entry. Done before anything is held anew. */
  readonly released: readonly { readonly entry: string; readonly usd: string }[];
  readonly asked: readonly HoldRequest[];
}

/**
 * A ledger opened in the name of one gateway, which several may spend against at once: what is settled and what is
 * held never passes a limit together, however many ask at the same moment. All methods throw LedgerError.
 */
export interface BudgetLedger extends Ledger {
  /** A hold is granted whole or not at all. */
  turn(turn: Turn): Promise<TurnResult>;
  totals(entry: string, at: Date): Promise<EntryTotals>;
  /** True for the first who says so, whichever gateway it is: an alert goes out once in a window. */
  claim(what: string, at: Date): Promise<boolean>;
}
