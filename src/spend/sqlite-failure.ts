import type { Hint } from '../platform/errors.ts';
import { errorCode } from '../platform/files.ts';
import { shellWord } from '../text/shell.ts';
import { LedgerError } from './ledger-error.ts';

/** Words an error of SQLite or of the file system, which names neither the file nor a way out. */
export function ledgerErrorOf(error: unknown, path: string): LedgerError {
  if (error instanceof LedgerError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = errorCode(error) ?? (cannotOpen.test(message) ? 'SQLITE_CANTOPEN' : '');
  const { reason, hint } = failures.find(({ codes }) => codes.test(code)) ?? unknown;
  return new LedgerError(reason ?? message, path, { hint: hint(path), cause: error });
}

/** Another connection is writing: worth another try. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(errorCode(error) ?? '');
}

/** libsql's own words for SQLite's result code 14. */
const cannotOpen = /^ConnectionFailed\(.*: 14"\)$/s;

interface Failure {
  /** In words that follow "the ledger cannot be used"; the error's own where there is none. */
  readonly reason?: string;
  readonly hint: (path: string) => Hint;
}

/** By codes of SQLite (its page "Result and Error Codes") and of the file system; the first match wins. */
const failures: readonly (Failure & { readonly codes: RegExp })[] = [
  {
    codes: /^SQLITE_(BUSY|LOCKED)/,
    reason: 'another program keeps it locked',
    hint: (path) => `Find out which one: fuser ${path}`,
  },
  {
    codes: /^SQLITE_(CORRUPT|NOTADB)/,
    reason: 'the file is damaged',
    hint: moveAside,
  },
  {
    codes: /^(SQLITE_(FULL|IOERR_WRITE)|ENOSPC|EDQUOT|EFBIG)/,
    reason: 'the disk is full',
    hint: (path) => `Free some space: df -h ${path}`,
  },
  {
    codes: /^(SQLITE_(READONLY|PERM|CANTOPEN)|EACCES|EPERM|EROFS|ENOTDIR|EISDIR)/,
    reason: 'it cannot be opened for writing',
    hint: (path) => `Check who may write to the file and its folder: ls -la ${path} ${path}/..`,
  },
];

const unknown: Failure = {
  hint: moveAside,
};

// SQLite would put what the other two files hold into the new one.
function moveAside(path: string): Hint {
  const [file, old, ...others] = ['', '.old', '-wal', '-shm'].map((end) => shellWord(path + end));
  return (program) =>
    [
      `Begin a new one: mv ${file} ${old}; rm -f ${others.join(' ')}`,
      `Budgets then start from zero; ${program} spend shows what the key was charged`,
    ].join('\n');
}
