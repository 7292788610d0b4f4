import {
  chunk,
  contentChunks,
  head,
  plainAnswer,
  processing,
  servedHeaders,
  streamedAnswer,
} from '../chat/served.ts';
import { errorAnswer, errorBody, eventStream, json } from '../http.ts';
import type { Format } from './format.ts';

/** `POST /chat/completions` */
export const chatFormat: Format = {
  path: '/chat/completions',
  toChat: (body) => body,
  plain: plainAnswer,
  streamed: streamedAnswer,
  broken(served, failure, stream) {
    const error = errorBody(failure);
    const headers = servedHeaders(served);
    if (stream) {
      const last = { ...chunk(served, { role: 'assistant', content: '' }, 'error'), error };
      return eventStream([processing, ...contentChunks(served), last], { headers });
    }
    const message = { role: 'assistant', content: served.answer.tokens.join('') };
    const choice = { index: 0, finish_reason: 'error', message, error };
    return json(
      { ...head(served, 'chat.completion'), system_fingerprint: null, choices: [choice] },
      { headers },
    );
  },
  error: errorAnswer,
};
