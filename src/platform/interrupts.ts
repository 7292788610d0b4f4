import type { Deps } from './deps.ts';
import { CancelError } from './errors.ts';

/** Terminating signals and the exit codes that shells use for them (128 plus the signal number). */
const exitCodes = { SIGINT: 130, SIGHUP: 129, SIGQUIT: 131, SIGTERM: 143 } as const;

export type EndingSignal = keyof typeof exitCodes;

export const endingSignals = Object.keys(exitCodes) as readonly EndingSignal[];

export interface Interrupts {
  /** Aborted once, with the first reason. */
  readonly signal: AbortSignal;
  /** Undefined until aborted. */
  readonly reason: CancelError | undefined;
  receive(name: EndingSignal): void;
  interrupt(reason: CancelError): void;
  /** See `Deps.holdExit`. */
  holdExit<T>(body: () => Promise<T>): Promise<T>;
  /** See `Deps.onTerminate`. */
  onTerminate(callback: () => void): () => void;
}

export interface InterruptOptions {
  /** Called if the command does not end by itself. */
  readonly forceEnd: (reason: CancelError) => void;
  /** Milliseconds that the command has to end by itself. */
  readonly graceMs: () => number;
}

/** Combines everything that can end a command into one AbortSignal. Never forces an exit while `holdExit` runs. */
export function createInterrupts({ forceEnd, graceMs }: InterruptOptions): Interrupts {
  let controller: AbortController | undefined;
  let reason: CancelError | undefined;
  let held = 0;
  let timer: NodeJS.Timeout | undefined;
  let terminate: (() => void) | undefined;

  const endSoon = () => {
    clearTimeout(timer);
    if (held > 0 || reason === undefined) return;
    timer = setTimeout(forceEnd, graceMs(), reason).unref();
  };
  // Under the host every Ctrl-C arrives twice: from the terminal and from the host's launcher.
  const interrupt = (why: CancelError) => {
    if (reason !== undefined) return;
    reason = why;
    controller?.abort(reason);
    endSoon();
  };
  return {
    // Created on demand, because Node loads AbortController lazily and help and version never need it.
    get signal() {
      controller ??= new AbortController();
      if (reason !== undefined) controller.abort(reason);
      return controller.signal;
    },
    get reason() {
      return reason;
    },
    interrupt,
    receive(name) {
      if (name === 'SIGTERM' && terminate !== undefined) terminate();
      else interrupt(new CancelError(undefined, exitCodes[name]));
    },
    async holdExit(body) {
      held += 1;
      clearTimeout(timer);
      try {
        return await body();
      } finally {
        held -= 1;
        endSoon();
      }
    },
    onTerminate(callback) {
      terminate = callback;
      return () => {
        terminate = undefined;
      };
    },
  };
}

/**
 * Runs `body` to completion with a `Deps` whose signal is never aborted. Writes run in here, so that either all of them
 * are done or none.
 */
export function uninterrupted<T>(deps: Deps, body: (deps: Deps) => Promise<T>): Promise<T> {
  const { signal } = new AbortController();
  const shielded: Deps = {
    ...deps,
    signal,
    exec: (file, args, options) => deps.exec(file, args, { ...options, signal }),
    clock: { ...deps.clock, sleep: (ms, until = signal) => deps.clock.sleep(ms, until) },
  };
  return deps.holdExit(() => body(shielded));
}
