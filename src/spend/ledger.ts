import { type Hint, UserError } from '../platform/errors.ts';

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

/** The ledger cannot be read or written. What depends on it alone stops; `spend` goes on without it and says so. */
export class LedgerError extends UserError {
  override readonly name = 'LedgerError';
  /** Without the place and without details: what a client of the gateway may know. */
  readonly reason: string;

  /** `place` is a path, or a URL without its password. */
  constructor(reason: string, place: string, more: LedgerErrorDetails) {
    const words = more.detail === undefined ? reason : `${reason}: ${more.detail}`;
    super(`The ledger ${place} cannot be used: ${words}`, { hint: more.hint, cause: more.cause });
    this.reason = reason;
  }
}

export interface LedgerErrorDetails {
  /** The way out, one or more lines. */
  readonly hint: Hint;
  /** What the engine says. */
  readonly detail?: string;
  readonly cause?: unknown;
}
