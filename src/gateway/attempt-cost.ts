import Big from 'big.js';
import type { ChatReply } from '../openrouter/chat-reply.ts';
import type { WorstCase } from '../pricing/worst-case.ts';
import type { Link } from '../routing/choose.ts';
import type { OutcomeName } from '../routing/outcomes.ts';
import type { Reservation } from '../spend/budget-ledger.ts';
import type { LedgerRow } from '../spend/ledger.ts';

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
