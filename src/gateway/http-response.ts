import type { ServerResponse } from 'node:http';
import type { Advice } from '../routing/advice.ts';
import { chatMessage, chatStatus, isForChat, isFromHost } from './chat-error.ts';
import { formatFor } from './formats.ts';

/** Why a request gets no answer from a model; sent in the endpoint's own error format. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  /** A machine-readable code, e.g. `budget_exceeded`. */
  readonly type: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Seconds, for `Retry-After`. */
  readonly retryAfterS: number | null;
  /** More specific advice than that of the outcome. */
  readonly advice: Advice | null;

  constructor(
    status: number,
    type: string,
    message: string,
    more: {
      readonly metadata?: Readonly<Record<string, unknown>>;
      readonly retryAfterS?: number;
      readonly advice?: Advice | null;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.type = type;
    this.metadata = more.metadata ?? {};
    this.retryAfterS = more.retryAfterS ?? null;
    this.advice = more.advice ?? null;
  }
}

export function write(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** Returns the status that the client saw. */
export function writeError(response: ServerResponse, error: HttpError): number {
  const shown = isFromHost(response.req.headers) && isForChat(error.type) ? inChat(error) : error;
  if (shown.retryAfterS !== null) response.setHeader('retry-after', shown.retryAfterS);
  if (!isWorthRepeating(error)) response.setHeader('x-should-retry', 'false');
  const body = formatFor(response.req.url).errorBody(shown);
  write(response, shown.status, 'application/json', body);
  return shown.status;
}

function inChat(error: HttpError): HttpError {
  return new HttpError(chatStatus, error.type, chatMessage(error));
}

/** OpenAI's client retries 429 and 5xx by default, unless the answer says that it should not. */
function isWorthRepeating({ type }: HttpError): boolean {
  return type === 'overloaded' || type === 'ledger_unavailable';
}

/** How long a client may leave data unread, in milliseconds. */
const stuckMs = 120_000;

/** Disconnects a client that stops reading, since its answer would stay in memory. */
export function cutOffWhenStuck(response: ServerResponse): void {
  if (response.listenerCount('timeout') === 0) response.once('timeout', () => response.destroy());
  response.setTimeout(stuckMs);
}

export function stopWaitingForClient(response: ServerResponse): void {
  response.setTimeout(0);
}
