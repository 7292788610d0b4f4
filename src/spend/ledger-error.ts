import { type Hint, UserError } from '../platform/errors.ts';

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
