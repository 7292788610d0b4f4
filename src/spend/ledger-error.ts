import { UserError } from '../errors.ts';

/** The ledger cannot be read or written. What depends on it alone stops; `spend` goes on without it and says so. */
export class LedgerError extends UserError {
  override readonly name = 'LedgerError';
  /** Without the path. */
  readonly reason: string;

  constructor(reason: string, path: string, cause?: unknown, hint = fileHint(path)) {
    super(`The ledger ${path} cannot be used: ${reason}`, { hint, cause });
    this.reason = reason;
  }
}

function fileHint(path: string): string {
  return `Another process may hold it; else move the file aside and a new ledger is begun: mv ${path} ${path}.old`;
}
