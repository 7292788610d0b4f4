import Big from 'big.js';
import type { CacheUse, ChatReply } from '../openrouter/chat-reply.ts';
import { generation } from '../openrouter/generation.ts';
import type { Clock } from '../platform/deps.ts';
import type { WorstCase } from '../pricing/worst-case.ts';
import type { Link } from '../routing/choose.ts';
import type { OutcomeName } from '../routing/outcomes.ts';
import type { Reservation } from '../spend/budget-ledger.ts';
import type { LedgerRow } from '../spend/ledger.ts';
import type { Budgets } from './budget.ts';
import type { Credential } from './live-setup.ts';
import type { Target } from './target.ts';
import { type Upstream, upstreamClient } from './upstream.ts';

/** One attempt at a link, apart from its reply. */
export interface Attempt {
  /** Null if there is no budget. */
  readonly reservation: Reservation | null;
  /** Its cost by tokens. Null if there is no budget. */
  readonly costOfTokens: WorstCase['costOfTokens'] | null;
  /** Whether the whole request was sent, so OpenRouter may have worked on it. */
  wasSent: boolean;
  /** For `/generation`, from the headers or the answer. */
  generationId: string | null;
}

/**
 * What an attempt cost, in USD: `stated` by OpenRouter; `counted` from the token counts it reported; `reserved`, the
 * most it can have cost, if neither is known; `nothing` if nothing was charged or there is no budget.
 */
type AttemptCost =
  | { readonly from: 'stated' | 'counted' | 'reserved'; readonly usd: string }
  | { readonly from: 'nothing'; readonly usd: null };

const nothing: AttemptCost = { from: 'nothing', usd: null };

/** `reply` is null if the attempt was cut off before one arrived. */
export function costOf(attempt: Attempt, reply: ChatReply | null): AttemptCost {
  const { costOfTokens, reservation } = attempt;
  const stated = reply?.usage?.costUsd ?? null;
  if (stated !== null && isPlausible(stated, reservation)) return { from: 'stated', usd: stated };
  if (reservation === null || !mayBeCharged(attempt, reply)) return nothing;
  const { promptTokens, completionTokens } = reply?.usage ?? {};
  // A stream in Anthropic's format starts with token counts that do not cover the whole answer.
  const isCut = reply === null || reply.failure !== null;
  const usd =
    isCut || promptTokens == null || completionTokens == null
      ? null
      : (costOfTokens?.(promptTokens, completionTokens) ?? null);
  const reserved: AttemptCost = { from: 'reserved', usd: reservation.usd };
  if (usd === null) return reserved;
  if (stated === null) return isPlausible(usd, reservation) ? { from: 'counted', usd } : reserved;
  return isPlausible(stated, { ...reservation, usd }) ? { from: 'stated', usd: stated } : reserved;
}

/** Whether `/generation` may report the cost later, with or without a budget. */
export function isUnstated(
  attempt: Attempt,
  { from }: AttemptCost,
  reply: ChatReply | null,
): boolean {
  if (from === 'stated' || !mayBeCharged(attempt, reply)) return false;
  const isWhole = reply !== null && reply.failure === null;
  return from === 'reserved' || !isWhole || attempt.generationId !== null;
}

function mayBeCharged({ wasSent }: Attempt, reply: ChatReply | null): boolean {
  return wasSent && (reply === null || !isFree(reply));
}

/**
 * A cost far above the worst case counts as garbled unless the answer's tokens or `/generation` confirm it: one wrong
 * digit must not use up a month's budget.
 */
export function isPlausible(usd: string, reservation: Reservation | null): boolean {
  // The common case, without exact arithmetic.
  if (reservation === null || Number(usd) <= Number(reservation.usd)) return true;
  const most = new Big(reservation.usd).times(10);
  return new Big(usd).lte(most.gt('0.01') ? most : '0.01');
}

/**
 * OpenRouter does not charge for requests it rejects, nor when its own error shows that there was no output (its page
 * "Zero Completion Insurance"). After a timeout or an internal error the model may keep running, and a bare 5xx may
 * come from a proxy that cannot know what OpenRouter is doing.
 */
function isFree(reply: ChatReply): boolean {
  const { status, failure } = reply;
  if (failure === null || status === null) return false;
  if (unclear.has(status) || unclear.has(failure.status ?? status)) return false;
  if (status >= 300 && status < 500) return true;
  return failure.isExplained && !hasOutput(reply);
}

const unclear = new Set([408, 500, 504, 524]);

function hasOutput(reply: ChatReply): boolean {
  return reply.content !== '' || reply.hasToolCalls || reply.hasReasoning || reply.hasMedia;
}

/** `reply` is null if the client left before one arrived. */
export function rowOf(
  at: Date,
  { entry, channel }: Pick<Target, 'entry' | 'channel'>,
  link: Link,
  reply: ChatReply | null,
  outcome: OutcomeName,
  { from, usd }: AttemptCost,
  cache: CacheUse | null,
): LedgerRow {
  return {
    at,
    entry: entry.name,
    channel,
    role: link.role,
    model: link.model,
    servedModel: reply?.model ?? null,
    provider: reply?.provider ?? null,
    promptTokens: reply?.usage?.promptTokens ?? null,
    completionTokens: reply?.usage?.completionTokens ?? null,
    costUsd: usd,
    cache,
    estimated: from === 'counted' || from === 'reserved',
    outcome,
  };
}

/** An attempt whose cost was not in the answer. */
interface Unstated {
  readonly credential: Credential;
  readonly generationId: string;
  /** With its estimated cost. */
  readonly row: LedgerRow;
  readonly reservation: Reservation | null;
}

/**
 * Asks `/generation` for costs that were not in the answer, because the stream broke off or the client left. The
 * reservation is kept meanwhile; if OpenRouter does not report a cost within a minute, the estimate is settled.
 */
export interface LateCosts {
  /** Settles the row once OpenRouter has answered, or at once if too many of these lookups are in flight. */
  settle(unstated: Unstated): void;
  /** Settles all pending rows with their estimates. */
  finish(): Promise<void>;
}

/** OpenRouter knows a generation only some seconds after it ended, which may be long after the client left. */
const delaysMs = [2_000, 5_000, 15_000, 30_000];
const deadlineMs = 10_000;
const maxAtOnce = 64;

/** The longest time until a row is settled, in milliseconds. */
export const latestMs = delaysMs.reduce((sum, delayMs) => sum + delayMs + deadlineMs, 0);

export function createLateCosts(upstream: Upstream, budgets: Budgets, clock: Clock): LateCosts {
  const requests = new Set<Promise<void>>();
  const ending = new AbortController();

  async function askAndSettle(unstated: Unstated): Promise<void> {
    // If the lookup fails, the estimate stands.
    const usd = await statedLater(unstated).catch(() => null);
    settle(unstated, usd);
  }

  function settle({ row, reservation }: Unstated, usd: string | null): void {
    const known = usd === null ? row : { ...row, costUsd: usd, estimated: false };
    budgets.settle(known, reservation);
  }

  async function statedLater({ credential, generationId }: Unstated): Promise<string | null> {
    for (const delayMs of delaysMs) {
      await clock.sleep(delayMs, ending.signal);
      const usd = await totalCost(credential, generationId);
      if (usd !== null) return usd;
    }
    return null;
  }

  /** In USD; null if OpenRouter does not know it yet or cannot be reached. */
  async function totalCost(credential: Credential, id: string): Promise<string | null> {
    const { reader, authorization } = credential;
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(deadlineMs)]);
    const client = upstreamClient(upstream, reader, authorization, signal);
    const found = await generation(client, id).catch(() => null);
    const usd = found?.totalCost ?? null;
    return usd?.startsWith('-') === true ? null : usd;
  }

  return {
    settle(unstated) {
      if (requests.size >= maxAtOnce || ending.signal.aborted) return settle(unstated, null);
      const request = askAndSettle(unstated).finally(() => requests.delete(request));
      requests.add(request);
    },
    async finish() {
      ending.abort();
      await Promise.all(requests);
    },
  };
}
