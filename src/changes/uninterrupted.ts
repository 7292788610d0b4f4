import type { Deps } from '../platform/deps.ts';

/**
 * Runs `body` to its end in a world that nobody interrupts. What is written goes in here, from the first byte to the
 * last: afterwards either all of it is there or none of it.
 */
export function uninterrupted<T>(deps: Deps, body: (deps: Deps) => Promise<T>): Promise<T> {
  const { signal } = new AbortController();
  const undisturbed: Deps = {
    ...deps,
    signal,
    exec: (file, args, options) => deps.exec(file, args, { ...options, signal }),
    clock: { ...deps.clock, sleep: (ms, until = signal) => deps.clock.sleep(ms, until) },
  };
  return deps.holdExit(() => body(undisturbed));
}
