import type { Deps } from './deps.ts';
import { CancelError } from './errors.ts';

/** The signals that ask a command to end, and the exit code that shells give for each: 128 and its number. */
const exitCodes = { SIGINT: 130, SIGHUP: 129, SIGQUIT: 131, SIGTERM: 143 } as const;

export type EndingSignal = keyof typeof exitCodes;

export const endingSignals = Object.keys(exitCodes) as readonly EndingSignal[];

export interface Interrupts {
  /** Aborted once, by whatever came first; its reason is a CancelError. */
  readonly signal: AbortSignal;
  receive(name: EndingSignal): void;
  interrupt(reason: CancelError): void;
  /** See `Deps.holdExit`. */
  holdExit<T>(body: () => Promise<T>): Promise<T>;
  /** See `Deps.onTerminate`. */
  onTerminate(callback: () => void): () => void;
}

export interface InterruptOptions {
  /** Called where the command does not end by itself. */
  readonly forceEnd: (reason: CancelError) => void;
  /** How long it may take to, in milliseconds. */
  readonly graceMs: () => number;
}

/** Makes one AbortSignal of all that asks a command to end. Nothing is forced while `holdExit` runs. */
export function createInterrupts({ forceEnd, graceMs }: InterruptOptions): Interrupts {
  const controller = new AbortController();
  const { signal } = controller;
  let held = 0;
  let timer: NodeJS.Timeout | undefined;
  let terminate: (() => void) | undefined;

  const endSoon = () => {
    clearTimeout(timer);
    if (held === 0) timer = setTimeout(() => forceEnd(signal.reason), graceMs()).unref();
  };
  // Under the host every Ctrl-C arrives twice: the terminal brings it, and the host's launcher passes it on.
  const interrupt = (reason: CancelError) => {
    if (signal.aborted) return;
    controller.abort(reason);
    endSoon();
  };
  return {
    signal,
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
        if (signal.aborted) endSoon();
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
 * Runs `body` to its end with a `Deps` that no signal reaches. Writes run in here from the first byte to the last, so
 * that all of them are done or none.
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
