/** One request that this tool sent, and what became of it: no content, no key. */
export interface LedgerRow {
  /** When the answer was complete. */
  readonly at: Date;
  readonly entry: string;
  /** `primary`, `fallback1` …, `complex`. */
  readonly role: string;
  /** The id that was asked for. */
  readonly model: string;
  /** The id that the answer names; null where none answered. */
  readonly servedModel: string | null;
  readonly provider: string | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** USD, as the API said it (`usage.cost`); null where it said nothing, which counts as nothing. */
  readonly costUsd: string | null;
  /** A name of routing's table of outcomes. */
  readonly outcome: string;
}

/** What was recorded of one UTC day, entry and model (the one that served, else the one that was asked). */
export interface DailyRow {
  /** `2026-11-22`, UTC. */
  readonly day: string;
  readonly entry: string;
  readonly model: string;
  readonly requests: number;
  /** How many of them have the outcome `ok`. */
  readonly answered: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** The exact sum, a decimal string. */
  readonly usd: string;
}

/** UTC days by name, both included. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/**
 * Our own record of requests and what they cost. An engine has to write and to add up by day, entry and model;
 * every other total is made of those rows (`totals.ts`). All throw LedgerError.
 */
export interface Ledger {
  record(row: LedgerRow): Promise<void>;
  /** All of them or none. */
  recordAll(rows: readonly LedgerRow[]): Promise<void>;
  /** Ordered by day, entry and model. */
  daily(range: DayRange): Promise<DailyRow[]>;
  close(): Promise<void>;
}
