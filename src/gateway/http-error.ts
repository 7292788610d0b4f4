/** Why a request gets no answer of a model: what is said, in the shape of OpenAI's and OpenRouter's errors. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  /** A word for programs, e.g. `budget_exceeded`. */
  readonly type: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Seconds, for `Retry-After`. */
  readonly retryAfterS: number | null;

  constructor(
    status: number,
    type: string,
    message: string,
    more: {
      readonly metadata?: Readonly<Record<string, unknown>>;
      readonly retryAfterS?: number;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.type = type;
    this.metadata = more.metadata ?? {};
    this.retryAfterS = more.retryAfterS ?? null;
  }
}

/**
 * The body of a problem. `code` is a number, as OpenRouter's official client demands; OpenAI's takes any. The word
 * stands in `type` for the one and in `metadata.error_type` for the other.
 */
export function errorBody({ status, type, message, metadata }: HttpError): string {
  return JSON.stringify({
    error: {
      message,
      type,
      param: null,
      code: status,
      metadata: { error_type: type, ...metadata },
    },
  });
}
