import { readFileSync, writeSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commands } from './commands/index.ts';
import type { Deps, Place, Prompter } from './deps.ts';
import { CancelError } from './errors.ts';
import { answerAtOnce } from './front-page.ts';
import { errorCode, realFiles } from './platform/files.ts';
import { createOutlet } from './platform/outlet.ts';
import { calledAs } from './terminal/called-as.ts';
import { createIo } from './terminal/io.ts';

/**
 * The own bin: runs one command line against the real world and says how it ended (DESIGN section 2):
 * 0 fine, 1 problems found, 2 could not do its work, 130 cancelled. Never throws, never exits. `name` is what a person
 * typed to get here, where that is not the own bin.
 */
export async function main(
  argv: readonly string[] = process.argv.slice(2),
  name: string | null = null,
): Promise<number> {
  const world = outsideWorld(argv);
  const deps = name === null ? world : { ...world, io: calledAs(world.io, name, commandNames) };
  try {
    if (answerAtOnce(argv, deps)) return 0;
    const { runOwnProgram } = await import('./program.ts');
    await runOwnProgram(argv, deps);
    return 0;
  } catch (error) {
    const { tellError } = await import('./telling.ts');
    return tellError(error, deps, argv);
  }
}

const commandNames = [...commands.map(({ name }) => name), 'help'];

/** Everything outside, as the rest of the code sees it. Ctrl-C aborts `signal`, and ends a command that is stuck. */
export function outsideWorld(argv: readonly string[]): Deps {
  const interrupt = new AbortController();
  process.on('SIGINT', () => endSoon(interrupt));
  const io = createIo({
    stdout: createOutlet(1, () => process.stdout, endUnread),
    stderr: createOutlet(2, () => process.stderr, endUnread),
    stdin: { [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator]() },
    env: process.env,
    noColor: argv.includes('--no-color'),
  });
  return {
    io,
    prompter: realPrompter(
      interrupt.signal,
      () => io.stderr.color,
      argv.includes('--plain-prompts'),
    ),
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

// Under the host every Ctrl-C arrives twice: the terminal brings it, and the host's launcher passes it on.
function endSoon(interrupt: AbortController): void {
  if (interrupt.signal.aborted) return;
  interrupt.abort(new CancelError());
  setTimeout(() => process.exit(process.exitCode ?? 130), graceMs).unref();
}

function endUnread(error: unknown): void {
  // `models | head` closes our pipe early; that is the reader's right and no error of ours.
  if (errorCode(error) === 'EPIPE') process.exit(process.exitCode ?? 0);
  const words = error instanceof Error ? error.message : String(error);
  writeSync(2, `  The output cannot be written: ${words}\n`);
  process.exit(2);
}

function realPlace(): Place {
  const packageFolder = dirname(import.meta.dirname);
  return {
    home: process.env.HOME || systemHome(),
    cwd: process.cwd(),
    platform: process.platform,
    pid: process.pid,
    uid: process.geteuid?.() ?? null,
    temporaryFolder: tmpdir(),
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
function realPrompter(signal: AbortSignal, color: () => boolean, plain: boolean): Prompter {
  const canAsk = () => process.stdin.isTTY === true && process.stderr.isTTY === true;
  const load = async () => {
    const canPrompt = canAsk();
    const streams = { input: process.stdin, output: process.stderr };
    if (canPrompt && (plain || process.env.TERM === 'dumb')) {
      const { createPlainPrompter } = await import('./terminal/plain-prompter.ts');
      return createPlainPrompter(streams, signal);
    }
    const { createPrompter, noPrompter } = await import('./terminal/prompter.ts');
    return canPrompt ? createPrompter(streams, signal, { color: color() }) : noPrompter;
  };
  return {
    get canPrompt() {
      return canAsk();
    },
    confirm: async (question) => (await load()).confirm(question),
    input: async (question) => (await load()).input(question),
    secret: async (question) => (await load()).secret(question),
    select: async (question) => (await load()).select(question),
    checkbox: async (question) => (await load()).checkbox(question),
    search: async (question) => (await load()).search(question),
  };
}
