import type { AnswerFormat } from '../../openrouter/formats/format.ts';
import type { RequestBody } from '../../pricing/measure.ts';

/** The parts that differ between the endpoints that ask a model. */
export interface Format {
  readonly answers: AnswerFormat;
  /** Why the body is not a valid request of this format; null if it is. */
  problemOf(body: RequestBody): string | null;
  /** The conversation, including the user's messages. */
  messagesOf(body: RequestBody): readonly unknown[];
  /** Further models that OpenRouter would try itself. */
  otherModels(body: RequestBody): readonly unknown[];
  /** The response body for an error. */
  errorBody(error: ShownError): string;
  /** The last event of a stream that fails. */
  errorEvent(error: ShownError): string;
}

/** Why a request gets no answer; the same fields as in `HttpError`. */
export interface ShownError {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
