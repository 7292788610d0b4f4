import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Deps, Io, Place, Prompter } from './deps.ts';
import { CancelError, type ErrorType, FoundProblems, UserError } from './errors.ts';
import { realFiles } from './platform/files.ts';
import { runOwnProgram } from './program.ts';
import { createIo } from './terminal/io.ts';

/**
 * The own bin: runs one command line against the real world and says how it ended (DESIGN section 2):
 * 0 fine, 1 problems found, 2 could not do its work, 130 cancelled. Never throws, never exits.
 */
export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<number> {
  const deps = outsideWorld(argv);
  try {
    await runOwnProgram(argv, deps);
    return 0;
  } catch (error) {
    return tellError(error, deps, argv);
  }
}

/** Everything outside, as the rest of the code sees it. Ctrl-C aborts `signal`; a second one, or a stuck command, ends us. */
export function outsideWorld(argv: readonly string[]): Deps {
  const interrupt = new AbortController();
  process.on('SIGINT', () => endSoon(interrupt));
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  const io = createIo({
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    noColor: argv.includes('--no-color'),
  });
  return {
    io,
    prompter: realPrompter(interrupt.signal, io.stderr.color, argv.includes('--plain-prompts')),
    env: process.env,
    place: realPlace(),
    files: realFiles,
    fetch: (input, init) => globalThis.fetch(input, init),
    async exec(file, args, options) {
      const { execute } = await import('./platform/exec.ts');
      return execute(file, args, options ?? {}, interrupt.signal);
    },
    clock: {
      now: () => new Date(),
      monotonic: () => performance.now(),
      sleep: async (ms, signal = interrupt.signal) => void (await sleep(ms, undefined, { signal })),
    },
    random: () => Math.random(),
    signal: interrupt.signal,
    onTerminate(callback) {
      process.on('SIGTERM', callback);
      return () => void process.off('SIGTERM', callback);
    },
  };
}

const graceMs = 900;

function endSoon(interrupt: AbortController): void {
  if (interrupt.signal.aborted) process.exit(130);
  interrupt.abort(new CancelError());
  setTimeout(() => process.exit(130), graceMs).unref();
}

// `models | head` closes our pipe early; that is the reader's right and no error of ours.
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
}

function realPlace(): Place {
  const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)));
  return {
    home: process.env.HOME || systemHome(),
    cwd: process.cwd(),
    platform: process.platform,
    pid: process.pid,
    uid: process.geteuid?.() ?? null,
    packageFolder,
    get version() {
      const manifest: unknown = JSON.parse(readFileSync(`${packageFolder}/package.json`, 'utf8'));
      return manifest instanceof Object && 'version' in manifest ? String(manifest.version) : '0';
    },
  };
}

// An empty HOME means that somebody took it away on purpose; an unset one is asked of the system.
function systemHome(): string | null {
  if (process.env.HOME === '') return null;
  try {
    return homedir() || null;
  } catch {
    return null;
  }
}

/** Loads @inquirer only when the first question is asked, and not where the cursor cannot or must not be moved. */
function realPrompter(signal: AbortSignal, color: boolean, plain: boolean): Prompter {
  const canPrompt = process.stdin.isTTY === true && process.stderr.isTTY === true;
  const load = async () => {
    const streams = { input: process.stdin, output: process.stderr };
    if (canPrompt && (plain || process.env.TERM === 'dumb')) {
      const { createPlainPrompter } = await import('./terminal/plain-prompter.ts');
      return createPlainPrompter(streams, signal);
    }
    const { createPrompter, noPrompter } = await import('./terminal/prompter.ts');
    return canPrompt ? createPrompter(streams, signal, { color }) : noPrompter;
  };
  return {
    canPrompt,
    confirm: async (question) => (await load()).confirm(question),
    input: async (question) => (await load()).input(question),
    secret: async (question) => (await load()).secret(question),
    select: async (question) => (await load()).select(question),
    checkbox: async (question) => (await load()).checkbox(question),
    search: async (question) => (await load()).search(question),
  };
}

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
  if (error instanceof UserError) {
    const { type, message, hint, place, detail } = error;
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
