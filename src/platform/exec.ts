import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { Exec, ExecResult } from './deps.ts';

export interface ExecWorld {
  /** For calls without one. */
  readonly signal: AbortSignal;
  readonly platform: NodeJS.Platform;
  /** Sends a signal to a process, or to a process group if the id is negative; throws if there is none. */
  readonly kill: (pid: number, signal: NodeJS.Signals) => void;
  /** Prints a line of output. */
  readonly show: (line: string) => void;
}

/** How long a program may take to end after SIGTERM. */
const graceMs = 500;
/** How long to wait for the last output of a program. */
const drainMs = 1_000;

/**
 * Runs a program with exactly the given environment, in a process group of its own: only we get Ctrl-C, and ending the
 * program ends what it has started too.
 */
export async function execute(
  world: ExecWorld,
  file: string,
  args: readonly string[],
  options: NonNullable<Parameters<Exec>[2]> = {},
): Promise<ExecResult> {
  const { signal = world.signal } = options;
  signal.throwIfAborted();
  if (options.background === true) return leaveRunning(file, args, options);
  const child = start(world, file, args, options);
  const running = watch(world, child, signal, options.timeoutMs);
  try {
    const result = await child;
    signal.throwIfAborted();
    return {
      exitCode: result.exitCode ?? null,
      stdout: String(result.stdout ?? ''),
      stderr: String(result.stderr ?? ''),
      notFound: result.code !== undefined && neverRan.has(result.code),
      timedOut: running.timedOut(),
    };
  } finally {
    running.forget();
  }
}

function start(
  { platform, show: print }: ExecWorld,
  file: string,
  args: readonly string[],
  { env = {}, cwd, show, input }: NonNullable<Parameters<Exec>[2]>,
) {
  const child = execa(file, args, {
    reject: false,
    extendEnv: false,
    env,
    // On Windows this would open another console.
    detached: platform !== 'win32',
    stdin: input === undefined ? 'ignore' : 'pipe',
    ...(input === undefined ? {} : { input }),
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (show === true) {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', print);
    }
  }
  return child;
}

function leaveRunning(
  file: string,
  args: readonly string[],
  { env = {} }: NonNullable<Parameters<Exec>[2]>,
): ExecResult {
  const rest = { reject: false, extendEnv: false, detached: true, cleanup: false } as const;
  execa(file, args, { ...rest, env, stdio: 'ignore' }).unref();
  return { exitCode: null, stdout: '', stderr: '', notFound: false, timedOut: false };
}

/** Ends the program after the timeout or when the signal is aborted, and does not wait for what outlives it. */
function watch(
  { platform, kill }: ExecWorld,
  child: ReturnType<typeof start>,
  signal: AbortSignal,
  timeoutMs: number | undefined,
) {
  const timers: NodeJS.Timeout[] = [];
  const after = (ms: number, run: () => void) => void timers.push(setTimeout(run, ms));
  let timedOut = false;
  const send = (name: NodeJS.Signals) => {
    if (child.pid === undefined) return;
    try {
      kill(platform === 'win32' ? child.pid : -child.pid, name);
    } catch {
      // It has ended by itself.
    }
  };
  const end = () => {
    send('SIGTERM');
    after(graceMs, () => send('SIGKILL'));
  };
  if (timeoutMs !== undefined) {
    after(timeoutMs, () => {
      timedOut = true;
      end();
    });
  }
  signal.addEventListener('abort', end, { once: true });
  // A service that it left running may keep its output open for days.
  child.once('exit', () => {
    after(drainMs, () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    });
  });
  return {
    timedOut: () => timedOut,
    forget() {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', end);
    },
  };
}

// `EACCES` is the error for a folder of PATH that cannot be read, as after `su`.
const neverRan: ReadonlySet<string> = new Set(['ENOENT', 'EACCES', 'ENOTDIR']);
