import { UserError } from '../platform/errors.ts';

/** The ledger cannot be read or written. What depends on it alone stops; `spend` goes on without it and says so. */
export class LedgerError extends UserError {
  override readonly name = 'LedgerError';
  /** Without the place, for those who may not see it. */
  readonly reason: string;

  /** `place` is a path, or a URL without its password. */
  constructor(reason: string, place: string, hint: string, cause?: unknown) {
    super(`The ledger ${place} cannot be used: ${reason}`, { hint, cause });
    this.reason = reason;
  }
}
