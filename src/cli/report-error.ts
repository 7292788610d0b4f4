import { uncaughtFileError } from '../config/file-error.ts';
import type { Deps, Io } from '../platform/deps.ts';
import {
  CancelError,
  type ErrorType,
  FoundProblems,
  OutputError,
  UserError,
} from '../platform/errors.ts';
import { jsonText } from '../text/github.ts';

interface Telling {
  readonly exitCode: number;
  readonly type: ErrorType;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly place?: UserError['place'];
  readonly detail?: string | undefined;
}

/** The one ladder from error to words and exit code. */
export function tellError(error: unknown, deps: Deps, argv: readonly string[]): number {
  if (error instanceof FoundProblems) return 1;
  const commander = commanderError(error);
  if (commander?.exitCode === 0) return 0;
  const telling = commander ?? explain(error, deps);
  // Nobody reads any more, or was told already why it cannot be read.
  if (telling.type === 'cancelled' && deps.signal.reason instanceof OutputError) {
    return telling.exitCode;
  }
  if (argv.includes('--json')) deps.io.out(`${jsonText(asJson(telling))}\n`);
  else deps.io.err(asText(telling, deps.io));
  return telling.exitCode;
}

function explain(error: unknown, deps: Deps): Telling {
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
 * What fails once a command was asked to end failed because of it, with two exceptions: an error of a person's making
 * that a reader who went away has nothing to do with, and one that comes from files that were written.
 */
function isCancelled(error: unknown, { signal, written }: Deps): boolean {
  if (error instanceof CancelError || !signal.aborted) return error instanceof CancelError;
  if (!(error instanceof UserError)) return true;
  return written.size === 0 && !(signal.reason instanceof OutputError);
}

/** The last words of a cancelled run, by what it has written. Exit code 130 says that this is nothing. */
function cancelled(error: unknown, { signal, written }: Deps): Telling {
  const known = error instanceof CancelError ? error : new CancelError();
  const { exitCode } = signal.reason instanceof CancelError ? signal.reason : known;
  if (written.size === 0) return { exitCode, type: 'cancelled', message: known.message };
  return {
    exitCode: 2,
    type: 'cancelled',
    message: `Interrupted too late: ${[...written].join(' and ')} had been written already`,
    hint: 'Take it back with: openclaw-openrouter undo',
  };
}

/** Commander's own complaints about a command line; recognised by shape, since the host brings its own commander. */
function commanderError(error: unknown): Telling | null {
  if (!(error instanceof Error) || !('code' in error) || !('exitCode' in error)) return null;
  if (typeof error.code !== 'string' || !error.code.startsWith('commander.')) return null;
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = /Did you mean (?:one of )?(.+?)\?/.exec(rest.join(' '))?.[1];
  return {
    exitCode: error.exitCode === 0 ? 0 : 2,
    type: 'usage',
    message: first.charAt(0).toUpperCase() + first.slice(1),
    hint: suggestion === undefined ? 'See --help' : `Did you mean ${suggestion}?`,
  };
}

function asJson({ type, message, hint, place }: Telling) {
  return {
    schemaVersion: 1,
    ok: false,
    error: { type, message, hint: hint ?? null, ...(place === undefined ? {} : place) },
  };
}

function asText({ type, message, hint, place, detail }: Telling, io: Io): string {
  if (type === 'cancelled' && hint === undefined) return `\n  ${message}\n`;
  const { unicode, color } = io.stderr;
  const cross = unicode ? '✗' : 'x';
  const where = place === undefined ? [] : [`    ${place.file}:${place.line}:${place.column}`];
  const details = detail === undefined ? [] : detail.split('\n').map((line) => `    ${line}`);
  const hints = (hint ?? '').split('\n').filter((line) => line !== '');
  const lines = [
    `  ${color ? `\u001b[31m${cross}\u001b[39m` : cross} ${message.split('\n').join('\n    ')}`,
    ...where,
    ...details,
    ...hints.map((line) => `    ${unicode ? '→' : '->'} ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}
