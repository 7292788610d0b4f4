import { failedReply } from '../../src/openrouter/chat.ts';
import type { ChatReply } from '../../src/openrouter/chat-reply.ts';
import { failureFromBody } from '../../src/openrouter/error-body.ts';
import { plainFailure, type WireFailure } from '../../src/openrouter/wire-error.ts';

/** The failure of an HTTP answer with this error. */
export function httpFailure(status: number, error: object = {}): WireFailure {
  const body = { error: { code: status, message: 'Sorry', ...error } };
  return failureFromBody(body, { kind: 'http', status, retryAfterMs: null });
}

/** A reply with this HTTP error. */
export function refused(status: number, error: object = {}): ChatReply {
  return failedReply(httpFailure(status, error));
}

/** A reply that never came. */
export function broken(kind: 'network' | 'timeout' | 'garbled'): ChatReply {
  return failedReply(plainFailure(kind, 'Sorry'));
}

/** A reply under 200. */
export function replied(more: Partial<ChatReply> = {}): ChatReply {
  return { ...broken('network'), status: 200, failure: null, ...more };
}

export const answered = replied({ content: 'yes', finishReason: 'stop' });
