import type { ServerResponse } from 'node:http';

/** Why a request gets no answer from a model; sent in the shape of OpenAI's and OpenRouter's errors. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  /** A code for programs, e.g. `budget_exceeded`. */
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
 * `code` is a number because OpenRouter's official client demands one; OpenAI's takes any. OpenAI's client reads `type`,
 * OpenRouter's `metadata.error_type`.
 */
function errorBody({ status, type, message, metadata }: HttpError): string {
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

export function write(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

export function writeError(response: ServerResponse, error: HttpError): void {
  if (error.retryAfterS !== null) response.setHeader('retry-after', error.retryAfterS);
  write(response, error.status, 'application/json', errorBody(error));
}

/** How long a client may read nothing while there is something to read, in milliseconds. */
const stuckMs = 120_000;

/** From now on a client that reads nothing is cut off: its answer would stay in memory. */
export function cutOffWhenStuck(response: ServerResponse): void {
  if (response.listenerCount('timeout') === 0) response.once('timeout', () => response.destroy());
  response.setTimeout(stuckMs);
}

export function stopWaitingForClient(response: ServerResponse): void {
  response.setTimeout(0);
}
