import { uncaughtFileError } from './config/file-error.ts';
import type { Deps, Io } from './deps.ts';
import { CancelError, type ErrorType, FoundProblems, UserError } from './errors.ts';

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
  if (argv.includes('--json')) deps.io.out(`${JSON.stringify(asJson(telling), null, 2)}\n`);
  else deps.io.err(asText(telling, deps.io));
  return telling.exitCode;
}

function explain(error: unknown, deps: Deps): Telling {
  if (error instanceof CancelError || deps.signal.aborted) {
    const message = error instanceof CancelError ? error.message : new CancelError().message;
    return { exitCode: 130, type: 'cancelled', message };
  }
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

function asText({ exitCode, message, hint, place, detail }: Telling, io: Io): string {
  if (exitCode === 130) return `\n  ${message}\n`;
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
