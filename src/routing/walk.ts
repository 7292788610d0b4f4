import type { ChatReply } from '../openrouter/chat-reply.ts';
import type { Clock } from '../platform/deps.ts';
import { CancelError } from '../platform/errors.ts';
import { refusesFreeModels } from './advice.ts';
import { isFreeLink, type Link, type LinkRole } from './choose.ts';
import { judge, type OutcomeName, type OutcomeRow, walkOf } from './outcomes.ts';

/** Retries and delays of a walk. Times in milliseconds. */
export interface WalkPolicy {
  readonly retryOnFailure: boolean;
  /** Retries per link, in addition to the first attempt. */
  readonly maxRetries: number;
  readonly backoff: { readonly baseMs: number; readonly capMs: number };
  /** If a link asks for a longer wait than this, the walk moves on to the next link. */
  readonly retryAfterCapMs: number;
}

const defaultBackoff = { baseMs: 500, capMs: 8_000 } as const;
const defaultRetryAfterCapMs = 30_000;

/** The policy of an entry. An invalid `maxRetries` counts as the default, 2. */
export function policyOf(entry: {
  readonly retryOnFailure: boolean;
  readonly maxRetries: number;
}): WalkPolicy {
  const { retryOnFailure, maxRetries } = entry;
  return {
    retryOnFailure,
    maxRetries: Number.isSafeInteger(maxRetries) && maxRetries >= 0 ? maxRetries : 2,
    backoff: defaultBackoff,
    retryAfterCapMs: defaultRetryAfterCapMs,
  };
}

export interface WalkWorld {
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/**
 * What the walk did after an attempt: it ended (`done`, or `stop` if the key cannot be used), tried the same link again
 * (`retry`), or moved on to the next link because a retry would not help (`next`), the retries were used up
 * (`exhausted`), or the link asked for a wait longer than the cap (`asks_too_long`).
 */
type Onward = 'done' | 'stop' | 'retry' | 'next' | 'exhausted' | 'asks_too_long';

export interface WalkStepTaken {
  readonly role: LinkRole;
  readonly model: string;
  /** 1 is the first attempt at this link. */
  readonly attempt: number;
  readonly outcome: OutcomeName;
  /** Time waited before this attempt. */
  readonly waitedMs: number;
  readonly onward: Onward;
  readonly reply: ChatReply;
}

export interface WalkResult {
  readonly steps: readonly WalkStepTaken[];
  /** The link that answered. */
  readonly served: Link | null;
  /** The outcome that ended the walk early or limited it to free links. */
  readonly stoppedBy: OutcomeName | null;
  /** The reply to the last attempt; null only if there was no link. */
  readonly reply: ChatReply | null;
  readonly outcome: OutcomeName | null;
  readonly waitedMs: number;
}

export type WalkEvent =
  | { readonly type: 'attempt'; readonly link: Link; readonly attempt: number }
  | { readonly type: 'step'; readonly step: WalkStepTaken }
  | { readonly type: 'wait'; readonly link: Link; readonly ms: number };

/**
 * Tries the links in order until one answers. Throws CancelError if the signal is aborted, and whatever `send` throws.
 */
export async function walk(
  links: readonly Link[],
  policy: WalkPolicy,
  send: (link: Link, attempt: number) => Promise<ChatReply>,
  world: WalkWorld,
  onEvent: (event: WalkEvent) => void = () => undefined,
): Promise<WalkResult> {
  const steps: WalkStepTaken[] = [];
  let stoppedBy: OutcomeName | null = null;
  for (const link of links) {
    if (stoppedBy !== null && !isFreeLink(link)) continue;
    const last = await walkLink(link, policy, send, world, (event) => {
      if (event.type === 'step') steps.push(event.step);
      onEvent(event);
    });
    if (last.onward === 'done')
      return resultOf(steps, last.outcome === 'ok' ? link : null, stoppedBy);
    if (last.onward !== 'stop') continue;
    stoppedBy ??= last.outcome;
    // A free link may still answer when there is no credit, unless the balance is negative.
    const isOver =
      last.outcome !== 'billing' || refusesFreeModels(last.reply.failure?.message ?? null, link);
    if (isOver) return resultOf(steps, null, last.outcome);
  }
  return resultOf(steps, null, stoppedBy);
}

/** Makes all attempts at one link and returns the last one. */
async function walkLink(
  link: Link,
  policy: WalkPolicy,
  send: (link: Link, attempt: number) => Promise<ChatReply>,
  world: WalkWorld,
  onEvent: (event: WalkEvent) => void,
): Promise<WalkStepTaken> {
  let waitedMs = 0;
  for (let attempt = 1; ; attempt += 1) {
    assertNotCancelled(world.signal);
    onEvent({ type: 'attempt', link, attempt });
    const reply = await send(link, attempt);
    const outcome = judge(reply);
    const onward = onwardFrom(outcome, reply, attempt, policy);
    const { role, model } = link;
    const step = { role, model, attempt, outcome: outcome.name, waitedMs, onward, reply };
    onEvent({ type: 'step', step });
    if (onward !== 'retry') return step;
    waitedMs = reply.retryAfterMs ?? backoffMs(attempt, policy, world.random);
    onEvent({ type: 'wait', link, ms: waitedMs });
    await wait(waitedMs, world);
  }
}

function onwardFrom(
  outcome: OutcomeRow,
  reply: ChatReply,
  attempt: number,
  policy: WalkPolicy,
): Onward {
  const step = walkOf(outcome, reply);
  if (step !== 'retry') return step;
  const retries = policy.retryOnFailure ? policy.maxRetries : 0;
  if (!(attempt <= retries)) return 'exhausted';
  return (reply.retryAfterMs ?? 0) > policy.retryAfterCapMs ? 'asks_too_long' : 'retry';
}

/** Exponential backoff with full jitter (0 up to the whole delay), so that clients do not retry in step. */
function backoffMs(attempt: number, policy: WalkPolicy, random: () => number): number {
  const { baseMs, capMs } = policy.backoff;
  return Math.round(random() * Math.min(capMs, baseMs * 2 ** (attempt - 1)));
}

async function wait(ms: number, { clock, signal }: WalkWorld): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    assertNotCancelled(signal);
    throw error;
  }
}

function assertNotCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new CancelError();
}

function resultOf(
  steps: readonly WalkStepTaken[],
  served: Link | null,
  stoppedBy: OutcomeName | null,
): WalkResult {
  const last = steps.at(-1);
  return {
    steps,
    served,
    stoppedBy: served === null ? stoppedBy : null,
    reply: last?.reply ?? null,
    outcome: last?.outcome ?? null,
    waitedMs: steps.reduce((sum, step) => sum + step.waitedMs, 0),
  };
}
