import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { Deps, Io, Place, Prompter } from '../platform/deps.ts';
import { type CancelError, OutputError } from '../platform/errors.ts';
import { errorCode, filesOf } from '../platform/files.ts';
import { createInterrupts, endingSignals, type Interrupts } from '../platform/interrupts.ts';
import type { Network } from '../platform/network.ts';
import { createOutlet, isTerminalGone } from '../platform/outlet.ts';
import { givenOptions } from '../platform/own-command.ts';
import { cleanPrompter } from '../terminal/clean-prompter.ts';
import { createIo } from '../terminal/io.ts';
import { answerAtOnce } from './help.ts';

/**
 * Runs one command line against the real world and returns the exit code: 0 success, 1 problems found, 2 failed, 130
 * cancelled, 128 plus the signal number for other signals. Never throws, and exits the process only if a command does
 * not end when told to. `program` is what users type before the command name.
 */
export async function main(
  argv: readonly string[] = process.argv.slice(2),
  program = ownProgram,
): Promise<number> {
  const interrupts = createInterrupts({
    forceEnd: (reason) => void forceEnd(reason, deps, argv),
    // A command that has already written files gets time to finish.
    graceMs: () => (deps.written.size === 0 ? 900 : 10_000),
  });
  for (const signal of endingSignals) process.on(signal, () => interrupts.receive(signal));
  const deps = outsideWorld(argv, interrupts, program);
  if (program === ownProgram) {
    process.on('uncaughtException', async (error) => {
      // readline throws EIO if the terminal hangs up during a prompt.
      if (errorCode(error) === 'EIO') interrupts.receive('SIGHUP');
      else process.exit(await report(error, deps, argv));
    });
  }
  const exitCode = await run(argv, deps);
  await deps.close();
  const { reason } = interrupts;
  hangUp(exitCode, reason);
  return reason instanceof OutputError && reason.exitCode === unwritable ? unwritable : exitCode;
}

async function run(argv: readonly string[], deps: Deps): Promise<number> {
  try {
    if (answerAtOnce(argv, deps)) return 0;
    const { runProgram } = await import('./program.ts');
    await runProgram(argv, deps);
    return 0;
  } catch (error) {
    return report(error, deps, argv);
  }
}

async function report(error: unknown, deps: Deps, argv: readonly string[]): Promise<number> {
  const { reportError } = await import('./report-error.ts');
  return reportError(error, deps, argv);
}

async function forceEnd(reason: CancelError, deps: Deps, argv: readonly string[]): Promise<never> {
  const exitCode = Number(process.exitCode ?? (await report(reason, deps, argv)));
  hangUp(exitCode, reason);
  process.exit(exitCode);
}

/**
 * Node restores the terminal on exit, and crashes if the terminal has hung up (EIO from tcsetattr). So the process ends
 * with the signal that a closing terminal sends.
 */
function hangUp(exitCode: number, reason: CancelError | undefined): void {
  if ((exitCode < 128 && reason === undefined) || !isTerminalGone()) return;
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
}

const ownProgram = 'openclaw-openrouter';

export interface OutsideWorld extends Deps {
  /** Closes connections and lookups that a command abandoned, which would keep the process alive. */
  close(): Promise<void>;
}

/** Deps of the real world. Without `interrupts`, signals are left to the host. */
export function outsideWorld(
  argv: readonly string[],
  interrupts: Interrupts = createInterrupts({ forceEnd: () => {}, graceMs: () => 0 }),
  program = ownProgram,
): OutsideWorld {
  const network = lazyNetwork();
  const io = realIo(argv, interrupts);
  const place = realPlace(argv, program);
  return {
    io,
    prompter: cleanPrompter(
      realPrompter(interrupts, () => io.stderr.color, argv.includes('--plain-prompts')),
      io.mask,
    ),
    env: process.env,
    place,
    files: filesOf(place),
    fetch: async (url, init) => (await network.open()).fetch(url, init),
    agentFor: async (url, options) => (await network.open()).agentFor(url, options),
    async exec(file, args, options) {
      const { execute } = await import('../platform/exec.ts');
      const world = {
        signal: interrupts.signal,
        platform: process.platform,
        kill: (pid: number, name: NodeJS.Signals) => void process.kill(pid, name),
        show: (line: string) => io.err(`${line}\n`),
      };
      return execute(world, file, args, options);
    },
    clock: {
      now: () => new Date(),
      monotonic: () => performance.now(),
      async sleep(ms, until = interrupts.signal) {
        const { setTimeout: sleep } = process.getBuiltinModule('node:timers/promises');
        await sleep(ms, undefined, { signal: until });
      },
    },
    random: () => Math.random(),
    get signal() {
      return interrupts.signal;
    },
    holdExit: interrupts.holdExit,
    written: new Set(),
    onTerminate: interrupts.onTerminate,
    close: network.close,
  };
}

function realIo(argv: readonly string[], interrupts: Interrupts): Io {
  const onStdoutGone = (error: unknown) => {
    const reason = outputError(error);
    if (reason.exitCode === unwritable) io.err(`  ${reason.message}\n`);
    interrupts.interrupt(reason);
  };
  // The command continues even if nobody reads stderr.
  const onStderrGone = () => {};
  const io = createIo({
    stdout: createOutlet(1, () => process.stdout, onStdoutGone),
    stderr: createOutlet(2, () => process.stderr, onStderrGone),
    stdin: { [Symbol.asyncIterator]: () => standardInput(interrupts.signal) },
    env: process.env,
    noColor: argv.includes('--no-color'),
    github: argv.includes('--github'),
  });
  return io;
}

/** Loads the network code on the first request. */
function lazyNetwork() {
  let opened: Promise<Network> | undefined;
  return {
    open() {
      opened ??= import('../platform/network.ts').then(({ createNetwork }) =>
        createNetwork({ env: process.env, execPath: process.execPath }),
      );
      return opened;
    },
    async close() {
      (await opened)?.close();
    },
  };
}

async function* standardInput(signal: AbortSignal) {
  const { addAbortSignal } = await import('node:stream');
  yield* addAbortSignal(signal, process.stdin);
}

/**
 * `models | head` closes our pipe early. That is not an error, and work already done keeps its exit code. Remaining
 * work, whose output nobody will read, is stopped, as SIGPIPE stops other programs (128 + 13).
 */
function outputError(error: unknown): OutputError {
  const words = error instanceof Error ? error.message : String(error);
  const isReaderGone = ['EPIPE', 'EIO'].includes(errorCode(error) ?? '');
  return new OutputError(`The output cannot be written: ${words}`, isReaderGone ? 141 : unwritable);
}

const unwritable = 2;

/** The nearest folder with a package.json: this file runs from `dist/`, and in tests from `src/cli/`. */
function findPackageFolder(folder: string): string {
  return existsSync(`${folder}/package.json`) ? folder : findPackageFolder(dirname(folder));
}

function realPlace(argv: readonly string[], program: string): Place {
  const packageFolder = findPackageFolder(import.meta.dirname);
  return {
    home: absoluteHome(),
    cwd: currentFolder(),
    platform: process.platform,
    pid: process.pid,
    uid: process.geteuid?.() ?? null,
    // Not imported: few commands need it, and it would slow down every start.
    get temporaryFolder() {
      return resolve(process.getBuiltinModule('node:os').tmpdir());
    },
    get host() {
      return process.getBuiltinModule('node:os').hostname();
    },
    packageFolder,
    program,
    given: givenOptions(argv),
    get version() {
      const manifest: unknown = JSON.parse(readFileSync(`${packageFolder}/package.json`, 'utf8'));
      return manifest instanceof Object && 'version' in manifest ? String(manifest.version) : '0';
    },
  };
}

/** Null for a relative HOME: the key would be written below the current folder. */
function absoluteHome(): string | null {
  const home = process.env.HOME ?? systemHome();
  return home !== null && isAbsolute(home) ? home : null;
}

/**
 * The current folder, or its former path if it was removed: nothing is found or can be written there. In that case the
 * process changes to another folder, because libraries and other programs fail in a removed one.
 */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    process.chdir('/');
    const { PWD = '' } = process.env;
    return isAbsolute(PWD) ? PWD : '/';
  }
}

function systemHome(): string | null {
  try {
    return process.getBuiltinModule('node:os').homedir() || null;
  } catch {
    return null;
  }
}

/** Loads @inquirer when the first question is asked, unless the terminal cannot or must not move the cursor. */
function realPrompter(interrupts: Interrupts, color: () => boolean, plain: boolean): Prompter {
  const canAsk = () => process.stdin.isTTY === true && process.stderr.isTTY === true;
  const load = async () => {
    const canPrompt = canAsk();
    const streams = { input: process.stdin, output: process.stderr };
    if (canPrompt && (plain || process.env.TERM === 'dumb')) {
      const { createPlainPrompter } = await import('../terminal/plain-prompter.ts');
      return createPlainPrompter(streams, interrupts.signal);
    }
    const { createPrompter, noPrompter } = await import('../terminal/prompter.ts');
    return canPrompt ? createPrompter(streams, interrupts.signal, { color: color() }) : noPrompter;
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
