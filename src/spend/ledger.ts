import type { CacheUse } from '../openrouter/chat-reply.ts';
import { type Hint, UserError } from '../platform/errors.ts';

/** One request that this tool sent and its outcome, without content or key. */
export interface LedgerRow {
  /** When the answer was complete. */
  readonly at: Date;
  readonly entry: string;
  /** `primary`, `fallback1` …, `complex`. */
  readonly role: string;
  /** The id that was requested. */
  readonly model: string;
  /** The id that the answer names; null if none answered. */
  readonly servedModel: string | null;
  readonly provider: string | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** USD, as in `usage.cost`; null if it is unknown, which counts as 0. */
  readonly costUsd: string | null;
  /** `costUsd` is the most that the request can have cost, because OpenRouter never said what it did cost. */
  readonly estimated: boolean;
  /** Left out where no cache was used. */
  readonly cache?: CacheUse | null;
  /** A name from the table of outcomes, or `abandoned` for the reservations of a gateway that died. */
  readonly outcome: string;
}

/** The sum of one UTC day, entry and model (the one that served, else the one requested). */
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
  /** The sums over all requests; left out where no cache was used. */
  readonly cache?: CacheUse;
}

/** UTC days by name, both included. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/**
 * Our own record of requests and what they cost. An engine writes rows and adds them up by day, entry and model; every
 * other total is made from those sums. All methods throw LedgerError.
 */
export interface Ledger extends LedgerReader {
  record(row: LedgerRow): Promise<void>;
  /** Records all of them or none. */
  recordAll(rows: readonly LedgerRow[]): Promise<void>;
}

/** A ledger that is only read. */
export interface LedgerReader {
  /** Ordered by day, entry and model. */
  daily(range: DayRange): Promise<DailyRow[]>;
  /** Reservations of gateways that died before `now`, not yet settled by another gateway. */
  abandoned(now: Date): Promise<LedgerRow[]>;
  close(): Promise<void>;
}

/** The ledger cannot be read or written. `spend` continues without it where it can. */
export class LedgerError extends UserError {
  override readonly name = 'LedgerError';
  /** The message without the place and details, which clients of the gateway must not see. */
  readonly reason: string;

  /** `place` is a path, or a URL without its password. */
  constructor(reason: string, place: string, more: LedgerErrorDetails) {
    const words = more.detail === undefined ? reason : `${reason}: ${more.detail}`;
    super(`The ledger ${place} cannot be used: ${words}`, { hint: more.hint, cause: more.cause });
    this.reason = reason;
  }
}

export interface LedgerErrorDetails {
  readonly hint: Hint;
  /** The message of the database engine. */
  readonly detail?: string;
  readonly cause?: unknown;
}
