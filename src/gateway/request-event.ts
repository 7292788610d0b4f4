import type { WireFailure } from '../openrouter/wire-error.ts';
import type { CallResult } from './call.ts';
import type { RequestEvent } from './event.ts';
import type { ChatBody, Target } from './target.ts';

/** What is known of a request when it ends, however it ends. */
export interface Known {
  body: ChatBody | null;
  target: Target | null;
}

/** Of a request that was walked. */
export function eventOf(
  known: Known,
  result: CallResult,
  status: number,
  totalMs: number,
): RequestEvent {
  const { walk, attempts, costUsd, reason } = result;
  const last = walk.steps.at(-1);
  const reply = last?.reply;
  return {
    ...shortEvent(
      known,
      last?.outcome ?? 'not_found',
      status,
      totalMs,
      reply?.failure == null ? null : ownWords(reply.failure),
    ),
    role: last?.role ?? null,
    model: last?.model ?? null,
    reason,
    attempts,
    waitedMs: walk.waitedMs,
    ttftMs: reply?.ttftMs == null ? null : Math.round(reply.ttftMs),
    promptTokens: reply?.usage?.promptTokens ?? null,
    completionTokens: reply?.usage?.completionTokens ?? null,
    costUsd,
  };
}

/** What OpenRouter or a provider says may quote the request: that goes to the client and to nobody else. */
function ownWords({ kind, message }: WireFailure): string | null {
  return kind === 'http' || kind === 'stream' ? null : message;
}

/** Of a request for which no model was asked, or that nobody waited for. */
export function shortEvent(
  { body, target }: Known,
  outcome: string,
  status: number,
  totalMs: number,
  message: string | null,
): RequestEvent {
  return {
    type: 'request',
    entry: target?.entry.name ?? null,
    channel: target?.channel ?? null,
    role: null,
    model: null,
    reason: target?.reason ?? null,
    outcome,
    status,
    stream: body?.stream === true,
    attempts: 0,
    waitedMs: 0,
    ttftMs: null,
    totalMs,
    promptTokens: null,
    completionTokens: null,
    costUsd: null,
    message,
  };
}
