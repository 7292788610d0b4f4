import Big from 'big.js';
import type { ChatReply } from '../openrouter/chat-reply.ts';
import type { Clock, Deps } from '../platform/deps.ts';
import { type WalkStepTaken, walk } from '../routing/walk.ts';
import type { Probe } from './plan.ts';

export interface ProbeWorld extends Pick<Deps, 'clock' | 'random' | 'signal'> {
  /** Sends the probe's request; the reply must be there within `timeoutMs`. */
  send(probe: Probe, timeoutMs: number): Promise<ChatReply>;
  /** Called after every attempt. */
  onStep?(probe: Probe, step: WalkStepTaken): void;
  /** For one link with its retries, in milliseconds. */
  readonly timeoutMs: number;
}

/** What came of asking one link. */
export interface Proof {
  /** The last attempt. */
  readonly step: WalkStepTaken;
  readonly attempts: number;
  /** USD of all attempts, a decimal string. */
  readonly costUsd: string;
}

/**
 * Asks one link, as the walk would: a passing failure is asked again as the entry says, as long as the deadline
 * leaves time for it. Throws CancelError when the signal is aborted.
 */
export async function probeLink(probe: Probe, world: ProbeWorld): Promise<Proof> {
  const { clock, random, signal } = world;
  const endMs = clock.monotonic() + world.timeoutMs;
  const steps: WalkStepTaken[] = [];
  try {
    await walk(
      [probe],
      probe.policy,
      () => world.send(probe, Math.max(1, Math.ceil(endMs - clock.monotonic()))),
      { clock: endingAt(clock, endMs), random, signal },
      (event) => {
        if (event.type !== 'step') return;
        steps.push(event.step);
        world.onStep?.(probe, event.step);
      },
    );
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
  }
  const last = steps.at(-1);
  if (last === undefined) throw new Error('A walk over one link took no step');
  return { step: last, attempts: steps.length, costUsd: sumOf(steps) };
}

class OutOfTime extends Error {}

/** A clock that refuses to wait for what would come too late. */
function endingAt(clock: Clock, endMs: number): Clock {
  return {
    ...clock,
    async sleep(ms, signal) {
      if (clock.monotonic() + ms >= endMs) throw new OutOfTime();
      await clock.sleep(ms, signal);
    },
  };
}

/** USD of all replies together, a decimal string. */
export function sumOf(steps: readonly { readonly reply: ChatReply }[]): string {
  return steps
    .reduce((sum, { reply }) => sum.plus(reply.usage?.costUsd ?? 0), new Big(0))
    .toFixed();
}
