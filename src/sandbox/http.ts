import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Clock } from '../platform/deps.ts';
import { isRecord } from '../platform/record.ts';
import { jsonOrUndefined } from '../text/parse-json.ts';

/** A request with its whole body. `path` does not include `/api/v1`. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The reply as data: `hang` never answers, `reset` closes the connection immediately. */
export type Reply = Answer | 'hang' | 'reset';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunks: readonly string[];
  /** Whether the connection closes after the last chunk, in the middle of the body. */
  readonly cut: boolean;
  readonly delayMs: number;
}

interface Availability {
  readonly code: string;
  readonly retryable: boolean;
  readonly retry_after?: number;
  readonly requested_models?: readonly string[];
  readonly fallback_models?: readonly string[];
  readonly excluded_by?: readonly string[];
  readonly constraint?: string;
  readonly docs_url?: string;
}

export interface ApiErrorDetails {
  readonly errorType?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly availability?: Availability;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error response of the API. Endpoints throw it, and the router sends it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly details: ApiErrorDetails;

  constructor(status: number, message: string, details: ApiErrorDetails = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

interface AnswerOptions {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export function json(body: unknown, options: AnswerOptions = {}): Answer {
  return text(JSON.stringify(body), 'application/json', options);
}

export function text(
  body: string,
  contentType: string,
  { status = 200, headers = {} }: AnswerOptions = {},
): Answer {
  return {
    status,
    headers: {
      'content-type': contentType,
      'content-length': String(Buffer.byteLength(body)),
      ...headers,
    },
    chunks: [body],
    cut: false,
    delayMs: 0,
  };
}

/** `events` are JSON values, or strings that are sent verbatim (a comment, `[DONE]`). */
export function eventStream(
  events: readonly unknown[],
  { headers = {} }: Pick<AnswerOptions, 'headers'> = {},
): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', ...headers },
    chunks: events.map((event) =>
      typeof event === 'string' ? `${event}\n\n` : `data: ${JSON.stringify(event)}\n\n`,
    ),
    cut: false,
    delayMs: 0,
  };
}

/** The error in OpenRouter's format: `{error: {code, message, metadata?, availability?}}`. */
export function errorAnswer(error: ApiError, status = error.status): Answer {
  return json({ error: errorBody(error) }, { status, headers: error.details.headers ?? {} });
}

export function errorBody({ status, message, details }: ApiError): Record<string, unknown> {
  const { errorType, metadata, availability } = details;
  const all = { ...metadata, ...(errorType === undefined ? {} : { error_type: errorType }) };
  return {
    code: status,
    message,
    ...(Object.keys(all).length === 0 ? {} : { metadata: all }),
    ...(availability === undefined ? {} : { availability }),
  };
}

export type Json = Readonly<Record<string, unknown>>;

export function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Parses the body as an object; throws OpenRouter's 400 for anything else. */
export function parseObject(body: string): Json {
  const value = jsonOrUndefined(body);
  if (isRecord(value)) return value;
  throw invalid('the body is not a JSON object');
}

export function invalid(detail: string): ApiError {
  return badRequest(`Invalid request parameters: ${detail}`);
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, message, { errorType: 'invalid_request' });
}

/** Writes a reply. Stops early, without an error, if the client disconnects or the sandbox closes. */
export async function send(
  response: ServerResponse,
  reply: Reply,
  clock: Clock,
  signal: AbortSignal,
  noteStatus: (status: number) => void,
): Promise<void> {
  if (reply === 'hang') return;
  if (reply === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (reply.delayMs > 0 && !(await slept(reply.delayMs, clock, signal))) return;
  if (response.destroyed) return;
  noteStatus(reply.status);
  // Node would use the system clock for the date.
  response.sendDate = false;
  response.writeHead(reply.status, { date: clock.now().toUTCString(), ...reply.headers });
  for (const chunk of reply.chunks) {
    if (response.destroyed) return;
    await written(response, chunk);
  }
  if (reply.cut) response.destroy();
  else response.end();
}

async function slept(ms: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch {
    return false;
  }
}

function written(response: ServerResponse, chunk: string): Promise<void> {
  return new Promise((resolve) => {
    response.write(chunk, () => resolve());
  });
}
