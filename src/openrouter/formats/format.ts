import { type Reader, shaped } from '../answer.ts';
import { type ChatChunk, chatAnswer, chatChunk, choiceError } from '../chat-shapes.ts';
import { isErrorBody } from '../error-body.ts';

export type FormatName = 'chat' | 'responses' | 'messages';

/** One of OpenRouter's answer formats: two of OpenAI's, and Anthropic's. */
export interface AnswerFormat {
  readonly name: FormatName;
  /** The path in OpenRouter's API. */
  readonly path: `/${string}`;
  /** Reads an answer that is not a stream. Throws WireError if it is invalid. */
  readAnswer(reader: Reader, body: unknown): AnswerPart;
  /** Reads one event of a stream. Throws WireError if it is invalid. */
  readEvent(reader: Reader, body: unknown): AnswerPart;
}

/** A part of an answer, or all of it. */
export interface AnswerPart {
  readonly chunk: ChatChunk;
  /** The error body for `failureFromBody`; null if nothing has failed. */
  readonly error: unknown;
  /** Whether nothing follows it. */
  readonly isLast: boolean;
}

/** `POST /chat/completions`. The last event of a stream is `[DONE]`, which is not JSON. */
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
