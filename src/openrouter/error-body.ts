import * as v from 'valibot';
import { isRecord } from '../platform/record.ts';
import { jsonOrUndefined } from '../text/parse-json.ts';
import type { Redactor } from '../text/redact.ts';
import * as shape from './shapes.ts';
import { type Availability, cleanMessage, type WireFailure } from './wire-error.ts';

export interface ErrorContext {
  readonly kind: 'http' | 'stream';
  /** The HTTP status; `error.code` in the body takes precedence. */
  readonly status: number;
  /** From the headers, in milliseconds. */
  readonly retryAfterMs: number | null;
  /** Hides the key that was sent. */
  readonly redactor?: Redactor;
  /** Whether we made up the body, because the answer had none. */
  readonly isBare?: boolean;
  /** The reference for a time that the body states. */
  readonly now?: Date;
}

/** Whether a body contains an error, whatever its status. */
export function isErrorBody(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'error' in body && isError(body.error);
}

function isError(error: unknown): boolean {
  return (
    (typeof error === 'object' && error !== null) || (typeof error === 'string' && error !== '')
  );
}

/**
 * The failure that an error body describes: `{error:{code,message,metadata?,availability?}}`. Accepts any JSON and never
 * throws. Source: OpenRouter's page "Errors" and its API description.
 */
export function failureFromBody(body: unknown, context: ErrorContext): WireFailure {
  const { error, limit_remaining: outerRemaining } = v.parse(errorBody, body);
  const clean = (words: string) => cleanMessage(words, context.redactor);
  const availability = availabilityOf(error.availability, clean);
  const { metadata } = error;
  const errorType = metadata.error_type ?? error.error_type;
  return {
    kind: context.kind,
    status: httpStatus(error.code) ?? statusOf(error, context.status),
    message: messageOf(error.message, metadata, context.status, clean),
    code:
      typeof error.code === 'string' && httpStatus(error.code) === null ? clean(error.code) : null,
    errorType: errorType === null ? null : clean(errorType),
    availability,
    limitRemaining: metadata.limit_remaining ?? error.limit_remaining ?? outerRemaining,
    retryAfterMs:
      context.retryAfterMs ?? availability?.retryAfterMs ?? statedRetryMs(metadata, context),
    provider: metadata.provider_name === null ? null : clean(metadata.provider_name),
    isExplained: context.isBare !== true && isErrorBody(body),
  };
}

const emptyMetadata = {
  error_type: null,
  provider_name: null,
  raw: null,
  limit_remaining: null,
  headers: null,
  retry_after_seconds: null,
  retry_after: null,
};

const metadata = v.fallback(
  v.object({
    headers: shape.record,
    retry_after_seconds: shape.number,
    retry_after: shape.number,
    error_type: shape.rawText,
    provider_name: shape.rawText,
    raw: v.optional(v.unknown()),
    limit_remaining: shape.money,
  }),
  emptyMetadata,
);

const errorObject = v.object({
  code: v.optional(v.unknown()),
  type: shape.text,
  error_type: shape.rawText,
  message: shape.rawText,
  metadata,
  availability: shape.record,
  limit_remaining: shape.money,
});

const emptyError = {
  type: null,
  error_type: null,
  message: null,
  metadata: emptyMetadata,
  availability: null,
  limit_remaining: null,
};

const errorBody = v.fallback(
  v.object({
    error: v.pipe(
      v.unknown(),
      v.transform((error) => (typeof error === 'string' ? { message: error } : error)),
      v.fallback(errorObject, emptyError),
    ),
    limit_remaining: shape.money,
  }),
  { error: emptyError, limit_remaining: null },
);

function httpStatus(code: unknown): number | null {
  const status = typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : code;
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599
    ? status
    : null;
}

/** The meaning of errors under status 200: Anthropic's error types and OpenAI's error codes. */
const statuses: ReadonlyMap<unknown, number> = new Map([
  ['invalid_request_error', 400],
  ['invalid_prompt', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['rate_limit_error', 429],
  ['rate_limit_exceeded', 429],
  ['api_error', 500],
  ['server_error', 500],
  ['timeout_error', 504],
  ['overloaded_error', 529],
]);

function statusOf(
  { code, type }: Pick<v.InferOutput<typeof errorObject>, 'code' | 'type'>,
  status: number,
): number {
  return status >= 400 ? status : (statuses.get(type) ?? statuses.get(code) ?? status);
}

type Clean = (words: string) => string;

// "Provider returned error" alone does not help; `metadata.raw` has the provider's own message.
function messageOf(
  message: string | null,
  details: v.InferOutput<typeof metadata>,
  status: number,
  clean: Clean,
): string {
  const words = clean(message ?? '') || `HTTP ${status} without a message`;
  if (!/^(?:provider|upstream)(?: returned)?(?: an)? error\b[.:]?$/i.test(words)) return words;
  const upstream = upstreamMessage(details.raw, 0);
  return upstream === null ? words : clean(`${details.provider_name ?? 'Provider'}: ${upstream}`);
}

const maxRawDepth = 6;

/** Providers send text, JSON as text, an object or a list of objects (Google), and may nest errors. */
function upstreamMessage(raw: unknown, depth: number): string | null {
  if (depth > maxRawDepth) return null;
  const parsed = typeof raw === 'string' ? jsonOrUndefined(raw) : raw;
  const body = parsed === undefined ? raw : parsed;
  if (typeof body === 'string') return body.trim() === '' ? null : body;
  if (Array.isArray(body)) {
    const messages = body.slice(0, 10).map((each) => upstreamMessage(each, depth + 1));
    return messages.find((each) => each !== null) ?? null;
  }
  if (!isRecord(body)) return null;
  const names = ['error', 'errors', 'message', 'detail', 'details', 'error_description', 'raw'];
  for (const name of [...names, 'metadata']) {
    const found = upstreamMessage(body[name], depth + 1);
    if (found !== null) return found;
  }
  return null;
}

/** For free models, OpenRouter puts the rate limit headers into the error body. */
function statedRetryMs(
  { headers, retry_after_seconds, retry_after }: v.InferOutput<typeof metadata>,
  { status, now }: ErrorContext,
): number | null {
  const seconds = retry_after_seconds ?? retry_after;
  if (seconds !== null && seconds >= 0) return Math.ceil(seconds * 1000);
  if (headers === null || now === undefined) return null;
  const byName = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  return retryAfterOf(
    status < 400 ? 429 : status,
    { get: (name) => byName.get(name) ?? null },
    now,
  );
}

function availabilityOf(
  value: Readonly<Record<string, unknown>> | null,
  clean: Clean,
): Availability | null {
  if (value === null || typeof value.code !== 'string' || value.code === '') return null;
  const seconds = value.retry_after;
  const fallbacks = textsOf(value.fallback_models, clean);
  return {
    code: clean(value.code),
    ...(typeof value.retryable === 'boolean' ? { retryable: value.retryable } : {}),
    ...(typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0
      ? { retryAfterMs: Math.ceil(seconds * 1000) }
      : {}),
    ...(fallbacks.length > 0 ? { fallbackModels: fallbacks } : {}),
  };
}

function textsOf(value: unknown, clean: Clean): string[] {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.filter((item): item is string => typeof item === 'string').map(clean);
}

/**
 * How long the server asks to wait, in milliseconds from now; null if it does not say. `Retry-After` is a number of
 * seconds or an HTTP date (RFC 9110, 10.2.3), relative to the server's own `Date`. A 429 without it may have
 * `X-RateLimit-Reset`, in milliseconds since 1970 (OpenRouter's page "Limits"), or in seconds as others send it.
 */
export function retryAfterOf(
  status: number,
  headers: { get(name: string): string | null },
  now: Date,
): number | null {
  const serverNow = dateMs(headers.get('date')) ?? now.getTime();
  const retryAfter = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(retryAfter)) return Math.ceil(Number(retryAfter) * 1000);
  const until =
    dateMs(retryAfter) ?? (status === 429 ? resetMs(headers.get('x-ratelimit-reset')) : null);
  return until === null ? null : Math.max(0, until - serverNow);
}

function resetMs(header: string | null): number | null {
  const reset = header?.trim() ?? '';
  if (/^\d{10}(\.\d+)?$/.test(reset)) return Math.ceil(Number(reset) * 1000);
  return /^\d{13}$/.test(reset) ? Number(reset) : null;
}

// Date.parse accepts nearly anything, including "-1" and "12"; an HTTP date has letters.
function dateMs(text: string | null): number | null {
  if (text === null || !/[a-z]{3}/i.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
