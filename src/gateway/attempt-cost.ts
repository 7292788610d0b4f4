import Big from 'big.js';
import type { ChatReply } from '../openrouter/chat-reply.ts';
import { generation } from '../openrouter/generation.ts';
import type { Clock } from '../platform/deps.ts';
import type { WorstCase } from '../pricing/worst-case.ts';
import type { Link } from '../routing/choose.ts';
import type { OutcomeName } from '../routing/outcomes.ts';
import type { Reservation } from '../spend/budget-ledger.ts';
import type { LedgerRow } from '../spend/ledger.ts';
import type { Budgets } from './budget.ts';
import type { Credential } from './live-setup.ts';
import { type Upstream, upstreamClient } from './upstream.ts';

/** What is known of one attempt at a link, when it is over, besides what was answered. */
export interface Attempt {
  /** Null where there is no budget. */
  readonly reservation: Reservation | null;
  /** What it came to for so many tokens. Null where there is no budget. */
  readonly costOfTokens: WorstCase['costOfTokens'] | null;
  /** The whole request was handed to the connection: OpenRouter may have worked on it. */
  wasSent: boolean;
  /** The id under which `/generation` knows the attempt, from the headers or the answer. */
  generationId: string | null;
}

/**
 * What an attempt cost, in USD: `stated` by OpenRouter; `counted` from the tokens that it stated; `reserved`, what the
 * attempt may have cost at most, where it stated neither; `nothing` where none was charged, or no budget asks.
 */
export type AttemptCost =
  | { readonly from: 'stated' | 'counted' | 'reserved'; readonly usd: string }
  | { readonly from: 'nothing'; readonly usd: null };

const nothing: AttemptCost = { from: 'nothing', usd: null };

/** The reply is null where the attempt was cut off before there was one. */
export function costOf(attempt: Attempt, reply: ChatReply | null): AttemptCost {
  const { costOfTokens, reservation } = attempt;
  const stated = reply?.usage?.costUsd ?? null;
  if (stated !== null && isPlausible(stated, reservation)) return { from: 'stated', usd: stated };
  if (reservation === null || !attempt.wasSent || (reply !== null && isFree(reply))) {
    return nothing;
  }
  const { promptTokens, completionTokens } = reply?.usage ?? {};
  const usd =
    stated !== null || promptTokens == null || completionTokens == null
      ? null
      : (costOfTokens?.(promptTokens, completionTokens) ?? null);
  return usd === null || !isPlausible(usd, reservation)
    ? { from: 'reserved', usd: reservation.usd }
    : { from: 'counted', usd };
}

/**
 * A cost far beyond what the request can come to is taken for garbled as long as `/generation` does not confirm it: one
 * wrong digit must not use up a month's budget.
 */
function isPlausible(usd: string, reservation: Reservation | null): boolean {
  if (reservation === null) return true;
  const most = new Big(reservation.usd).times(10);
  return new Big(usd).lte(most.gt('0.01') ? most : '0.01');
}

/**
 * OpenRouter says that it failed and shows no output: it charges nothing for that (its page "Zero Completion
 * Insurance"), and nothing for what it refuses. "Took too long" and "trouble inside" do not say whether the model goes
 * on, and a bare 5xx may be that of a proxy on the way, which does not know what OpenRouter does meanwhile.
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

/** No reply: the client left before there was one. */
export function rowOf(
  at: Date,
  entry: string,
  link: Link,
  reply: ChatReply | null,
  outcome: OutcomeName,
  { from, usd }: AttemptCost,
): LedgerRow {
  return {
    at,
    entry,
    role: link.role,
    model: link.model,
    servedModel: reply?.model ?? null,
    provider: reply?.provider ?? null,
    promptTokens: reply?.usage?.promptTokens ?? null,
    completionTokens: reply?.usage?.completionTokens ?? null,
    costUsd: usd,
    estimated: from === 'counted' || from === 'reserved',
    outcome,
  };
}

/** An attempt whose cost was not stated. */
interface Unstated {
  readonly credential: Credential;
  readonly generationId: string;
  /** At its estimated cost. */
  readonly row: LedgerRow;
  readonly reservation: Reservation;
}

/**
 * Asks `/generation` what attempts cost whose answers did not state it: a stream that broke off, a client that left.
 * The reservation stands meanwhile; what OpenRouter does not state within a minute is settled as it was estimated.
 */
export interface LateCosts {
  /** Settles the row when OpenRouter has answered; at once where too many questions are under way. */
  settle(unstated: Unstated): void;
  /** Settles what still waits, as it was estimated. */
  finish(): Promise<void>;
}

/** OpenRouter knows a generation some seconds after it ended, and it may run on for long after a client left. */
const delaysMs = [2_000, 5_000, 15_000, 30_000];
const deadlineMs = 10_000;
const mostAtOnce = 64;

/** How long a row may wait here, in milliseconds. */
export const latestMs = delaysMs.reduce((sum, delayMs) => sum + delayMs + deadlineMs, 0);

export function createLateCosts(upstream: Upstream, budgets: Budgets, clock: Clock): LateCosts {
  const asking = new Set<Promise<void>>();
  const ending = new AbortController();

  async function ask(unstated: Unstated): Promise<void> {
    // Whatever stands in the way of a better figure, the estimate holds.
    const usd = await costOf(unstated).catch(() => null);
    settle(unstated, usd);
  }

  function settle({ row, reservation }: Unstated, usd: string | null): void {
    const known = usd === null ? row : { ...row, costUsd: usd, estimated: false };
    budgets.settle(known, reservation);
  }

  async function costOf({ credential, generationId }: Unstated): Promise<string | null> {
    for (const delayMs of delaysMs) {
      await clock.sleep(delayMs, ending.signal);
      const usd = await totalCost(credential, generationId);
      if (usd !== null) return usd;
    }
    return null;
  }

  /** USD; null where OpenRouter does not know it yet, or cannot be asked just now. */
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
      if (asking.size >= mostAtOnce || ending.signal.aborted) return settle(unstated, null);
      const asked = ask(unstated).finally(() => asking.delete(asked));
      asking.add(asked);
    },
    async finish() {
      ending.abort();
      await Promise.all(asking);
    },
  };
}
