import type { AnswerFormat } from '../../openrouter/formats/format.ts';
import type { RequestBody } from '../../pricing/measure.ts';

/** What is particular about one of the endpoints at which models are asked. */
export interface Format {
  readonly answers: AnswerFormat;
  /** Why the body is no request of this form; null where it is one. */
  problemOf(body: RequestBody): string | null;
  /** The conversation, with what persons wrote. */
  messagesOf(body: RequestBody): readonly unknown[];
  /** The models that OpenRouter would try itself after the first one. */
  otherModels(body: RequestBody): readonly unknown[];
  /** The body of an answer that is an error. */
  errorBody(error: ShownError): string;
  /** The last event of a stream that fails. */
  errorEvent(error: ShownError): string;
}

/** Why a request gets no answer, as `HttpError` has it. */
export interface ShownError {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
