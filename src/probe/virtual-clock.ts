import { setTimeout as turn } from 'node:timers/promises';
import type { Clock } from '../platform/deps.ts';

/**
 * A clock for rehearsals: its time passes only when everybody waits, and then at once, so that a deadline of a minute
 * or a `Retry-After` of an hour takes no time and every figure is the same on every machine.
 */
export interface VirtualClock {
  /** For both ends of a socket: a sleeper wakes when there is nothing left on the wire to be done before it. */
  readonly shared: Clock;
  /** For who waits with nothing on the wire: sleeping takes no turn at all. */
  readonly alone: Clock;
}

// Both ends of a loopback socket live in this process, so progress is made in turns of the event loop, however slow
// the machine is. One request with its answer takes about ten.
const idleTurns = 60;

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Starts at `start`; its time is in milliseconds from there. */
export function createVirtualClock(start: Date): VirtualClock {
  const sleepers = new Set<Sleeper>();
  let nowMs = 0;
  let changes = 0;
  let watching = false;

  const passTo = (atMs: number) => {
    nowMs = Math.max(nowMs, atMs);
  };
  const wakeNext = () => {
    const [next] = [...sleepers].sort((a, b) => a.atMs - b.atMs);
    if (next === undefined) return;
    sleepers.delete(next);
    passTo(next.atMs);
    next.wake();
  };
  const watch = async () => {
    watching = true;
    while (sleepers.size > 0) {
      const before = changes;
      for (let turns = 0; turns < idleTurns && before === changes; turns += 1) await turn(1);
      if (before === changes) wakeNext();
    }
    watching = false;
  };
  const shared = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      signal?.throwIfAborted();
      const done = () => {
        changes += 1;
        signal?.removeEventListener('abort', abort);
      };
      const sleeper: Sleeper = {
        atMs: nowMs + ms,
        wake: () => {
          done();
          resolve();
        },
      };
      const abort = () => {
        sleepers.delete(sleeper);
        done();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      sleepers.add(sleeper);
      changes += 1;
      if (!watching) void watch();
    });
  const alone = async (ms: number, signal?: AbortSignal) => {
    signal?.throwIfAborted();
    passTo(nowMs + ms);
  };
  const times = { now: () => new Date(start.getTime() + nowMs), monotonic: () => nowMs };
  return { shared: { ...times, sleep: shared }, alone: { ...times, sleep: alone } };
}
