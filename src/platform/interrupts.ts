import type { Deps } from './deps.ts';
import { CancelError } from './errors.ts';

/** The signals that end a command, and the exit codes that shells use for them: 128 plus the number. */
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
  /** Called if the command does not end by itself. */
  readonly forceEnd: (reason: CancelError) => void;
  /** Milliseconds that the command has for that. */
  readonly graceMs: () => number;
}

/** Combines all that ends a command into one AbortSignal. Nothing is forced while `holdExit` runs. */
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
  // Under the host every Ctrl-C arrives twice, from the terminal and from the host's launcher.
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
 * Runs `body` to its end, with a `Deps` that no signal aborts. Writes run in here from the first byte to the last, so that
 * all of them are done or none.
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
