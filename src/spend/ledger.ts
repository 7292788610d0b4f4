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
  /** USD, as the API said it (`usage.cost`); null where nothing is known, which counts as nothing. */
  readonly costUsd: string | null;
  /** `costUsd` is what the request may have cost at most: OpenRouter never said what it did cost. */
  readonly estimated: boolean;
  /** A name of routing's table of outcomes; `abandoned` for what a gateway had reserved when it died. */
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
  /** The part of `usd` that is estimated. */
  readonly estimatedUsd: string;
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
export interface Ledger extends LedgerReader {
  record(row: LedgerRow): Promise<void>;
  /** All of them or none. */
  recordAll(rows: readonly LedgerRow[]): Promise<void>;
}

/** A ledger for who only looks. */
export interface LedgerReader {
  /** Ordered by day, entry and model. */
  daily(range: DayRange): Promise<DailyRow[]>;
  /** What gateways had reserved that died before `now`, and no other gateway has settled yet. */
  abandoned(now: Date): Promise<LedgerRow[]>;
  close(): Promise<void>;
}
