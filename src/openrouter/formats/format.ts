import { type Reader, shaped } from '../answer.ts';
import { type ChatChunk, chatAnswer, chatChunk, choiceError } from '../chat-shapes.ts';
import { isErrorBody } from '../error-body.ts';

export type FormatName = 'chat' | 'responses' | 'messages';

/** One of the forms in which models of OpenRouter answer: OpenAI's two and Anthropic's. */
export interface AnswerFormat {
  readonly name: FormatName;
  /** Of OpenRouter's API. */
  readonly path: `/${string}`;
  /** Reads an answer that is not a stream. Throws WireError where it is none. */
  readAnswer(reader: Reader, body: unknown): AnswerPart;
  /** Reads one event of a stream. Throws WireError where it is none. */
  readEvent(reader: Reader, body: unknown): AnswerPart;
}

/** A part of an answer, or all of it. */
export interface AnswerPart {
  readonly chunk: ChatChunk;
  /** The error body for `failureFromBody`; null where nothing has failed. */
  readonly error: unknown;
  /** Nothing comes after it. */
  readonly isLast: boolean;
}

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
