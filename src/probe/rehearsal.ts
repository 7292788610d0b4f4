import { setTimeout as turn } from 'node:timers/promises';
import type { ChatReply } from '../openrouter/chat-reply.ts';
import type { Clock, Deps } from '../platform/deps.ts';
import { plural } from '../platform/wording.ts';
import { adviceOn } from '../routing/advice.ts';
import { chainOf, type Link, linksOf } from '../routing/choose.ts';
import { outcomeNamed } from '../routing/outcomes.ts';
import type { BuiltRequest } from '../routing/request.ts';
import {
  policyOf,
  type WalkEvent,
  type WalkResult,
  type WalkStepTaken,
  walk,
} from '../routing/walk.ts';
import type { Entry } from '../setup-file/entry.ts';
import { type EntryReport, type LinkReport, reportOf, unasked, type WalkedStep } from './report.ts';
import { list } from './verdict.ts';

/**
 * The result of a walk over an entry's chain; links that it did not reach have no outcome. `unlisted` are models in no
 * list: the sandbox answers for them, but OpenRouter may not.
 */
export function rehearsalReport(
  entry: Entry,
  walked: WalkResult,
  tookMs: number,
  unlisted: readonly string[] = [],
): EntryReport {
  const { served, steps } = walked;
  return {
    entry: entry.name,
    ok: served !== null,
    verdict: [verdictOn(walked), ...verdictOnHost(walked), ...doubts(unlisted)],
    served: served?.model ?? null,
    links: linksOf(entry).map((link) => linkReport(link, steps)),
    walk: steps.map(walkedStep),
    tookMs: Math.round(tookMs),
  };
}

/** The reported part of a step. */
export function walkedStep(step: WalkStepTaken): WalkedStep {
  const { role, model, attempt, outcome, waitedMs, onward, reply } = step;
  return { role, model, attempt, outcome, waitedMs, onward, retryAfterMs: reply.retryAfterMs };
}

function linkReport(link: Link, steps: readonly WalkStepTaken[]): LinkReport {
  const own = steps.filter(({ role }) => role === link.role);
  const last = own.at(-1);
  return last === undefined ? unasked(link) : reportOf(link, last, own.length);
}

/**
 * How often OpenClaw itself retries a request before it uses one of its own fallbacks (its page "Retry policy",
 * 2026.9.6; observed: 8 requests in 100 s). It cannot be configured.
 */
export const hostRetries = { rateLimit: 9, others: 8, othersForS: 90 } as const;

function verdictOnHost({ steps: [first] }: WalkResult): string[] {
  if (first === undefined || outcomeNamed(first.outcome).walk !== 'retry') return [];
  const { rateLimit, others, othersForS } = hostRetries;
  const repeats =
    first.outcome === 'rate_limit'
      ? `up to ${rateLimit} times`
      : `up to ${others} times, for ${othersForS} s`;
  return [
    `OpenClaw without serve asks ${first.model} again ${repeats}, and then its own fallbacks`,
  ];
}

function doubts(models: readonly string[]): string[] {
  if (models.length === 0) return [];
  const [exist, them] = models.length === 1 ? ['exists', 'it'] : ['exist', 'them'];
  return [`whether ${list(models)} ${exist} was not rehearsed: no list of models here has ${them}`];
}

function verdictOn({ served, steps, stoppedBy, waitedMs, outcome }: WalkResult): string {
  const requests = plural(steps.length, 'request');
  if (served !== null) {
    const wait = waitedMs === 0 ? '' : ` and ${(waitedMs / 1000).toFixed(1)} s of waiting`;
    return steps.length === 1
      ? `answers at once through ${served.model}`
      : `answers through ${served.model} after ${requests}${wait}`;
  }
  const last = steps.at(-1);
  if (last === undefined) return 'nothing answers: the entry names no model (set defaultModel)';
  if (stoppedBy !== null) {
    const at = steps.find((step) => step.outcome === stoppedBy) ?? last;
    const { headline } = adviceOn(outcomeNamed(at.outcome), at.reply.failure, at);
    return `nothing answers: the walk stops at ${at.model} (${headline})`;
  }
  if (outcome === 'cut_off') {
    return `the answer of ${last.model} breaks off: no other model can continue it`;
  }
  return `nothing answers: every model was tried, with ${requests}`;
}

export interface WalkerWorld extends Pick<Deps, 'clock' | 'random' | 'signal'> {
  send(request: BuiltRequest): Promise<ChatReply>;
  onEvent?(event: WalkEvent): void;
}

/**
 * Sends one request along the chain of an entry, starting with the complex link if it was chosen. `requestFor` builds
 * the request for a model. Throws CancelError if the signal is aborted.
 */
export function walkEntry(
  entry: Entry,
  role: 'primary' | 'complex',
  requestFor: (model: string) => BuiltRequest,
  world: WalkerWorld,
): Promise<WalkResult> {
  return walk(
    chainOf(entry, role),
    policyOf(entry),
    ({ model }) => world.send(requestFor(model)),
    world,
    world.onEvent,
  );
}

/**
 * A clock for rehearsals. Time advances only when everything waits, and then immediately, so that a one-minute deadline
 * or a one-hour `Retry-After` takes no time and all figures are the same on every machine.
 */
export interface VirtualClock {
  /** For client and server of a socket: a sleeper wakes only after all pending network I/O. */
  readonly shared: Clock;
  /** For code without pending network I/O: sleeping returns immediately. */
  readonly alone: Clock;
}

// Client and server share this process, so progress can be measured in turns of the event loop, however slow the
// machine is. One request with its answer takes about ten.
const idleTurns = 60;

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** A clock that starts at `start`; `monotonic` counts milliseconds from there. */
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
