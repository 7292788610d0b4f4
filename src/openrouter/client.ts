import { validateHeaderName, validateHeaderValue } from 'node:http';
import type * as v from 'valibot';
import type { Clock, Deps, Fetch } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { createRedactor, isPlainWord } from '../text/redact.ts';
import { type Reader, readJson, shaped } from './answer.ts';
import { baseUrlFrom, parseBaseUrl } from './base-url.ts';
import { type Exchange, type ExchangeRequest, openExchange } from './exchange.ts';
import { plainFailure, WireError } from './wire-error.ts';

export interface ClientOptions {
  /** From `baseUrlFrom`. */
  readonly baseUrl: string;
  /** Null for endpoints that need none: /models, /providers, /auth/keys. */
  readonly apiKey: string | null;
  /** Whether the key is a management key, which is only sent to `managementPaths`. */
  readonly isManagementKey?: boolean;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** For one request including its whole answer, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Sent with every request, e.g. `HTTP-Referer`, `X-Title`, `User-Agent`. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface ClientRequest {
  /** Relative to the base URL, with a leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | URLSearchParams;
  readonly method?: ExchangeRequest['method'];
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Until the response headers, in milliseconds, if that is shorter. */
  readonly headTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** See `Fetch`. */
  readonly onSent?: () => void;
}

/** OpenRouter's API at one base URL with one key. Throws WireError, and CancelError if a signal is aborted. */
export interface Client {
  readonly baseUrl: string;
  readonly clock: Clock;
  /** Sends a request and reads JSON of the given shape. */
  request<S extends v.GenericSchema>(request: ClientRequest, schema: S): Promise<v.InferOutput<S>>;
  /** Sends a request and returns the unread answer, whatever its status. */
  open(request: ClientRequest): Promise<Exchange>;
  readonly reader: Reader;
}

/** A client for the base URL in the environment. `timeoutMs` is for one request. */
export function clientFor(
  deps: Pick<Deps, 'env' | 'fetch' | 'clock' | 'signal'>,
  apiKey: string | null,
  timeoutMs: number,
): Client {
  const { fetch, clock, signal } = deps;
  return createClient({ baseUrl: baseUrlFrom(deps.env), apiKey, fetch, clock, signal, timeoutMs });
}

/** A client with a management key. Requests to paths that do not need such a key are refused before they are sent. */
export function managementClientFor(
  deps: Pick<Deps, 'env' | 'fetch' | 'clock' | 'signal'>,
  apiKey: string,
  timeoutMs: number,
): Client {
  const { fetch, clock, signal } = deps;
  const baseUrl = baseUrlFrom(deps.env);
  return createClient({ baseUrl, apiKey, isManagementKey: true, fetch, clock, signal, timeoutMs });
}

/** The only paths to which a management key may be sent. */
const managementPaths = /^\/(?:keys(?:\/[0-9a-f]+)?|credits|activity)$/;

/**
 * Throws UserError before any byte is sent: type `usage` for an invalid base URL or one that leads to another
 * machine over plain HTTP, type `key` for an impossible key.
 */
export function createClient(options: ClientOptions): Client {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const base = parseBaseUrl(baseUrl);
  if (options.apiKey !== null) assertKey(options.apiKey);
  const redactor = createRedactor();
  if (options.apiKey !== null && !isPlainWord(options.apiKey)) redactor.add(options.apiKey);
  const reader: Reader = { host: base.host, clock: options.clock, redactor };

  const open = async (request: ClientRequest): Promise<Exchange> => {
    if (options.isManagementKey === true && !managementPaths.test(request.path)) {
      throw new Error(`A management key must not be sent to ${request.path}`);
    }
    return openExchange(
      { fetch: options.fetch, clock: options.clock, signals: [options.signal, request.signal] },
      {
        url: urlOf(base, request),
        method: request.method ?? 'GET',
        headers: requestHeaders(
          options.apiKey,
          request.accept ?? 'application/json',
          options.headers,
          request.headers,
        ),
        body: request.body === undefined ? null : JSON.stringify(request.body),
        timeoutMs: request.timeoutMs ?? options.timeoutMs,
        headTimeoutMs: request.headTimeoutMs ?? Number.POSITIVE_INFINITY,
        onSent: request.onSent,
      },
    );
  };
  return {
    baseUrl,
    clock: options.clock,
    reader,
    open,
    request: async (request, schema) =>
      shaped(reader, schema, await readJson(reader, await open(request))),
  };
}

function assertKey(key: string): void {
  // It could not be sent in a header, and fetch's error would contain it.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new UserError('The key is empty or contains characters such as spaces or line breaks', {
      type: 'key',
      hint: 'Copy it again from https://openrouter.ai/settings/keys; it begins with sk-or-v1-',
    });
  }
}

function urlOf(base: URL, request: ClientRequest): URL {
  const url = new URL(base);
  url.pathname = base.pathname.replace(/\/+$/, '') + request.path;
  for (const [name, value] of new URLSearchParams(request.query ?? {})) {
    url.searchParams.set(name, value);
  }
  return url;
}

type Named = Readonly<Record<string, string>> | undefined;

// Set by the client itself.
const reservedHeaders = new Set([
  'accept',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'host',
  'transfer-encoding',
]);

/** The headers of a request; later ones win. Throws WireError for one that HTTP does not allow. */
function requestHeaders(
  apiKey: string | null,
  accept: string,
  ...named: readonly Named[]
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { accept, 'content-type': 'application/json' };
  for (const [name, value] of named.flatMap((some) => Object.entries(some ?? {}))) {
    const key = name.toLowerCase();
    if (!reservedHeaders.has(key)) headers[key] = headerValue(name, value);
  }
  if (apiKey !== null) headers.authorization = `Bearer ${apiKey}`;
  return headers;
}

function headerValue(name: string, value: string): string {
  const bytes = asBytes(value.trim());
  try {
    validateHeaderName(name);
    validateHeaderValue(name, bytes);
    return bytes;
  } catch {
    throw new WireError(
      plainFailure(
        'http',
        `The header ${JSON.stringify(name)} contains characters that HTTP does not allow`,
        {
          code: 'invalid_header',
        },
      ),
    );
  }
}

/** The UTF-8 bytes as characters, because HTTP headers are made of bytes. */
function asBytes(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}
