import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { Exec, ExecResult } from './deps.ts';

export interface ExecWorld {
  /** For calls that pass no signal of their own. */
  readonly signal: AbortSignal;
  readonly platform: NodeJS.Platform;
  /** Sends a signal to a process, or to a process group if the id is negative. Throws if it does not exist. */
  readonly kill: (pid: number, signal: NodeJS.Signals) => void;
  /** Prints a line of output. */
  readonly show: (line: string) => void;
}

/** Time to exit after SIGTERM, before SIGKILL. */
const graceMs = 500;
/** How long to wait for remaining output after a program exits. */
const drainMs = 1_000;

/**
 * Runs a program with exactly the given environment, in its own process group, so that Ctrl-C reaches only us and
 * killing the program also kills its child processes.
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
    // On Windows, `detached` would open another console.
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

/** Kills the program on timeout or abort, and stops reading its output soon after it exits. */
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
      // The process has already exited.
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
  // A background service that it started may keep the output open for days.
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

// `EACCES` occurs if a PATH folder cannot be read, e.g. after `su`.
const neverRan: ReadonlySet<string> = new Set(['ENOENT', 'EACCES', 'ENOTDIR']);
