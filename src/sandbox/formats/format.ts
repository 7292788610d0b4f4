import {
  chunk,
  contentChunks,
  head,
  plainAnswer,
  processing,
  type Served,
  streamedAnswer,
  withServedHeaders,
} from '../chat/answer.ts';
import {
  type Answer,
  type ApiError,
  errorAnswer,
  errorBody,
  eventStream,
  type Json,
  json,
} from '../http.ts';

/** A format of requests and answers. */
export interface Format {
  readonly path: string;
  /** Converts the body to that of `/chat/completions`. */
  toChat(body: Json): Json;
  plain(served: Served): Answer;
  streamed(served: Served): Answer;
  /** An answer that ends with an error after its first tokens. */
  broken(served: Served, error: ApiError, stream: boolean): Answer;
  error(error: ApiError, status?: number): Answer;
}

/** An SSE event named by its type. */
export function named(event: Json): string {
  return `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}`;
}

/** `POST /chat/completions` */
export const chatFormat: Format = {
  path: '/chat/completions',
  toChat: (body) => body,
  plain: plainAnswer,
  streamed: streamedAnswer,
  broken(served, failure, stream) {
    const error = errorBody(failure);
    const options = withServedHeaders(served);
    if (stream) {
      const last = { ...chunk(served, { role: 'assistant', content: '' }, 'error'), error };
      return eventStream([processing, ...contentChunks(served), last], options);
    }
    const message = { role: 'assistant', content: served.answer.tokens.join('') };
    const choice = { index: 0, finish_reason: 'error', message, error };
    return json(
      { ...head(served, 'chat.completion'), system_fingerprint: null, choices: [choice] },
      options,
    );
  },
  error: errorAnswer,
};
