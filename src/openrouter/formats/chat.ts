import { type Reader, shaped } from '../answer.ts';
import { type ChatChunk, chatAnswer, chatChunk, choiceError } from '../chat-shapes.ts';
import { isErrorBody } from '../error-body.ts';
import type { AnswerFormat, AnswerPart } from './format.ts';

/** `POST /chat/completions`. The last event of a stream is `[DONE]`, which is no JSON. */
export const chatFormat: AnswerFormat = {
  name: 'chat',
  path: '/chat/completions',
  readAnswer: (reader: Reader, body) => partOf(shaped(reader, chatAnswer, body), body),
  readEvent: (reader: Reader, body) => partOf(shaped(reader, chatChunk, body), body),
};

function partOf(chunk: ChatChunk, body: unknown): AnswerPart {
  if (isErrorBody(body)) return { chunk, error: body, isLast: false };
  const error = choiceError(chunk);
  return { chunk, error: error === null ? null : { error }, isLast: false };
}
