import type { ChatReply } from '../openrouter/chat.ts';
import type { Link } from '../routing/choose.ts';
import { judge } from '../routing/outcomes.ts';
import type { LedgerRow } from '../spend/ledger.ts';
import type { Hold } from './cashier.ts';
import type { ChatBody } from './target.ts';
import { costOfTokens, estimatePromptTokens, type PricedModel } from './worst-case.ts';

/** What is known of one attempt at a link, when it is over, besides what was answered. */
export interface Attempt {
  /** As it was sent. */
  readonly body: ChatBody;
  readonly model: PricedModel | undefined;
  /** Null where there is no budget. */
  readonly hold: Hold | null;
  /** Tokens of a stream that have come so far, from above. */
  streamed: number;
}

/** USD. Where an answer does not say what it cost, a budget counts its tokens, or else all that was held. */
export function costOf({ body, model, hold, streamed }: Attempt, reply: ChatReply): string | null {
  if (reply.usage?.costUsd != null) return reply.usage.costUsd;
  if (hold === null || costsNothing(body, reply)) return null;
  const written = reply.usage?.completionTokens ?? (reply.afterFirstToken ? streamed : null);
  if (model === undefined || written === null) return hold.usd;
  const read = reply.usage?.promptTokens ?? estimatePromptTokens(body);
  return costOfTokens(model, read, written) ?? hold.usd;
}

/**
 * A refusal is free, and a stream that ends before its first token. An answer in one piece that could not be read to
 * its end was written, and is charged for.
 */
function costsNothing(body: ChatBody, { failure, afterFirstToken, status }: ChatReply): boolean {
  if (failure === null || afterFirstToken) return false;
  const wasWritten = failure.kind !== 'http' && status !== null && status < 300;
  return !wasWritten || body.stream === true;
}

/**
 * USD, for a client that left: nobody will say any more what it cost. What had come of a stream is counted, a whole
 * answer as if it had come.
 */
export function costCutOff({ body, model, hold, streamed }: Attempt): string | null {
  const began = streamed > 0 && model !== undefined;
  const usd = began ? costOfTokens(model, estimatePromptTokens(body), streamed) : null;
  return usd ?? hold?.usd ?? null;
}

/** No reply: the client left before there was one. */
export function rowOf(
  at: Date,
  entry: string,
  link: Link,
  reply: ChatReply | null,
  costUsd: string | null,
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
    costUsd,
    outcome: reply === null ? 'cut_off' : judge(reply).name,
  };
}
