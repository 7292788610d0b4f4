import type { ChatReply } from '../openrouter/chat.ts';
import type { Link } from '../routing/choose.ts';
import { judge } from '../routing/outcomes.ts';
import type { LedgerRow } from '../spend/ledger.ts';
import type { Hold } from './cashier.ts';
import type { ChatBody } from './target.ts';
import { costOfTokens, estimatePromptTokens, type PricedModel } from './worst-case.ts';

/** What is known of one attempt at a link, when it is over, besides what was answered. */
export interface Attempt {
  readonly body: ChatBody;
  readonly model: PricedModel | undefined;
  /** Null where there is no budget. */
  readonly hold: Hold | null;
  /** Chunks of a stream that came. */
  readonly chunks: number;
}

/** USD. Where an answer does not say what it cost, a budget counts its tokens, or else all that was held. */
export function costOf({ body, model, hold, chunks }: Attempt, reply: ChatReply): string | null {
  if (reply.usage?.costUsd != null) return reply.usage.costUsd;
  if (hold === null || (reply.failure !== null && !reply.afterFirstToken)) return null;
  const written = reply.usage?.completionTokens ?? (reply.afterFirstToken ? chunks : null);
  if (model === undefined || written === null) return hold.usd;
  const read = reply.usage?.promptTokens ?? estimatePromptTokens(body);
  return costOfTokens(model, read, written) ?? hold.usd;
}

/**
 * USD, for a client that left: nobody will say any more what it cost. What had come of a stream is counted, a whole
 * answer as if it had come.
 */
export function costCutOff({ body, model, hold, chunks }: Attempt): string | null {
  const began = chunks > 0 && model !== undefined;
  const usd = began ? costOfTokens(model, estimatePromptTokens(body), chunks) : null;
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
