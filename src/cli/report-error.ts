import { uncaughtFileError } from '../config/file-error.ts';
import type { Deps } from '../platform/deps.ts';
import {
  CancelError,
  type ErrorType,
  FoundProblems,
  type Hint,
  hintText,
  IncompleteReport,
  OutputError,
  UserError,
} from '../platform/errors.ts';
import { jsonText } from '../text/github.ts';

interface ErrorReport {
  readonly exitCode: number;
  readonly type: ErrorType;
  readonly message: string;
  readonly hint?: Hint | undefined;
  readonly place?: UserError['place'];
  readonly detail?: string | undefined;
}

/** Prints the error, as text or JSON, and returns the exit code. */
export function reportError(error: unknown, deps: Deps, argv: readonly string[]): number {
  if (error instanceof FoundProblems) return 1;
  const commander = commanderError(error);
  if (commander?.exitCode === 0) return 0;
  const report = commander ?? explain(error, deps);
  // The reader of the pipe is gone, or the write error was already printed.
  if (report.type === 'cancelled' && deps.signal.reason instanceof OutputError) {
    return report.exitCode;
  }
  const hasDocument = error instanceof IncompleteReport;
  if (argv.includes('--json') && !hasDocument) deps.io.out(`${jsonText(asJson(report, deps))}\n`);
  else deps.io.err(asText(report, deps));
  return report.exitCode;
}

function explain(error: unknown, deps: Deps): ErrorReport {
  if (isCancelled(error, deps)) return cancelled(error, deps);
  const userError = error instanceof UserError ? error : uncaughtFileError(error);
  if (userError !== null) {
    const { type, message, hint, place, detail } = userError;
    return { exitCode: 2, type, message, hint, place, detail };
  }
  const known = error instanceof Error ? error : new Error(String(error));
  const debug = deps.env.OPENCLAW_OPENROUTER_DEBUG;
  return {
    exitCode: 2,
    type: 'internal',
    message: `Unexpected: ${known.message}`,
    hint: 'This is a bug in openclaw-openrouter; run again with OPENCLAW_OPENROUTER_DEBUG=1 and report what it prints',
    detail: debug === undefined || debug === '' ? undefined : known.stack,
  };
}

/**
 * Any failure after a command was told to stop counts as cancelled, with two exceptions: a UserError if only the reader
 * of stdout went away, and a UserError after files were written.
 */
function isCancelled(error: unknown, { signal, written }: Deps): boolean {
  if (error instanceof CancelError || !signal.aborted) return error instanceof CancelError;
  if (!(error instanceof UserError)) return true;
  return written.size === 0 && !(signal.reason instanceof OutputError);
}

/** Exit code 130 guarantees that nothing was written. */
function cancelled(error: unknown, { signal, written }: Deps): ErrorReport {
  const known = error instanceof CancelError ? error : new CancelError();
  const { exitCode } = signal.reason instanceof CancelError ? signal.reason : known;
  if (written.size === 0) return { exitCode, type: 'cancelled', message: known.message };
  return {
    exitCode: 2,
    type: 'cancelled',
    message: `Interrupted too late: ${[...written].join(' and ')} had been written already`,
    hint: (command) => `Undo it with: ${command('undo')}`,
  };
}

/** Commander's errors, recognized by shape. */
function commanderError(error: unknown): ErrorReport | null {
  if (!(error instanceof Error) || !('code' in error) || !('exitCode' in error)) return null;
  if (typeof error.code !== 'string' || !error.code.startsWith('commander.')) return null;
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const [message = '', choices] = first.replace(/\.$/, '').split('. ');
  const suggestion = /Did you mean (?:one of )?(.+?)\?/.exec(rest.join(' '))?.[1];
  return {
    exitCode: error.exitCode === 0 ? 0 : 2,
    type: 'usage',
    message: message.charAt(0).toUpperCase() + message.slice(1),
    hint: suggestion === undefined ? (choices ?? 'See --help') : `Did you mean ${suggestion}?`,
  };
}

function asJson({ type, message, hint, place }: ErrorReport, deps: Deps) {
  return {
    schemaVersion: 1,
    ok: false,
    error: {
      type,
      message,
      hint: hint === undefined ? null : hintText(hint, deps.place),
      ...(place === undefined ? {} : place),
    },
  };
}

function asText({ type, message, hint, place, detail }: ErrorReport, deps: Deps): string {
  if (type === 'cancelled' && hint === undefined) return `\n  ${message}\n`;
  const { unicode, color } = deps.io.stderr;
  const cross = unicode ? '✗' : 'x';
  const where = place === undefined ? [] : [`    ${place.file}:${place.line}:${place.column}`];
  const details = detail === undefined ? [] : detail.split('\n').map((line) => `    ${line}`);
  const hints = hintText(hint ?? '', deps.place)
    .split('\n')
    .filter((line) => line !== '');
  const lines = [
    `  ${color ? `\u001b[31m${cross}\u001b[39m` : cross} ${message.split('\n').join('\n    ')}`,
    ...where,
    ...details,
    ...hints.map((line) => `    ${unicode ? '→' : '->'} ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}
