import { ProxyError } from '../platform/errors.ts';
import { createRedactor, type Redactor } from '../text/redact.ts';
import { cleanText } from '../text/terminal.ts';

/** `error.availability` (OpenRouter, August 2026): why a model is unavailable. */
export interface Availability {
  readonly code: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly fallbackModels?: readonly string[];
}

/** Why there is no answer. Every text is free of control characters and keys. */
export interface WireFailure {
  /** `http` for an API error, `stream` for one inside a stream, the others if there was no usable answer. */
  readonly kind: 'http' | 'timeout' | 'network' | 'garbled' | 'stream';
  /** `error.code` if it is a status, else the HTTP status; null if there was no answer. */
  readonly status: number | null;
  readonly message: string;
  /** A textual `error.code`, or the code of a network error, e.g. `ECONNREFUSED`. */
  readonly code: string | null;
  /** `error.metadata.error_type`. */
  readonly errorType: string | null;
  readonly availability: Availability | null;
  /** USD, a decimal string; null if the error does not have it. */
  readonly limitRemaining: string | null;
  readonly retryAfterMs: number | null;
  /** The provider that failed, if the error names it. */
  readonly provider: string | null;
  /** Whether OpenRouter's error body gave the reason; false for a bare status or no answer. */
  readonly isExplained: boolean;
}

/** A request that got no usable answer. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly failure: WireFailure;

  constructor(failure: WireFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** A failure without the details of an error body. */
export function plainFailure(
  kind: WireFailure['kind'],
  message: string,
  more: {
    readonly status?: number | null;
    readonly code?: string;
    readonly retryAfterMs?: number | null;
  } = {},
): WireFailure {
  return {
    kind,
    status: more.status ?? null,
    message: cleanMessage(message),
    code: more.code ?? null,
    errorType: null,
    availability: null,
    limitRemaining: null,
    retryAfterMs: more.retryAfterMs ?? null,
    provider: null,
    isExplained: false,
  };
}

const maxLength = 500;

/** How many characters are searched for keys; searching megabytes would take too long. */
const maxSearched = 20_000;
const anyKey = createRedactor();

/**
 * Removes control characters and secrets, because a provider may echo the request in its error, and truncates to 500
 * characters. The redactor hides the key that was sent; by default, everything that looks like a key is hidden.
 */
export function cleanMessage(text: string, redactor: Redactor = anyKey): string {
  const searched = redactor.redact(text.slice(0, maxSearched));
  const cleaned = cleanText(searched);
  // Cleaning puts a space where a line breaks a key, but it also joins a key that has an escape sequence inside.
  const redacted = cleaned === searched ? cleaned : redactor.redact(cleaned);
  return redacted.length > maxLength ? `${redacted.slice(0, maxLength - 1)}…` : redacted;
}

/**
 * Describes an error that occurred before an answer. `fetch` itself only says "fetch failed"; the reason is the `code`
 * of its cause (from Node's net, dns and tls, and from undici).
 */
export function networkFailure(error: unknown, host: string): WireFailure {
  if (error instanceof ProxyError)
    return plainFailure('network', error.message, { code: error.code });
  const code = codeOf(error);
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return plainFailure('timeout', `${host} took too long to answer`, { code });
  }
  return plainFailure('network', messageFor(code, host, error), code === null ? {} : { code });
}

const messages: Readonly<Record<string, (host: string) => string>> = {
  ECONNREFUSED: (host) => `Nothing listens at ${host}: the connection was refused`,
  ECONNRESET: (host) => `${host} closed the connection before it answered`,
  UND_ERR_SOCKET: (host) => `${host} closed the connection before it answered`,
  EPIPE: (host) => `${host} closed the connection before it answered`,
  ENOTFOUND: (host) => `There is no host ${host}: the name does not resolve`,
  EAI_AGAIN: (host) => `The name ${host} could not be looked up: DNS did not answer`,
  ETIMEDOUT: (host) => `No connection to ${host}: it did not respond`,
  UND_ERR_CONNECT_TIMEOUT: (host) => `No connection to ${host}: it did not respond`,
  ENETUNREACH: (host) => `No connection to ${host}: the network is unreachable`,
  EHOSTUNREACH: (host) => `No connection to ${host}: the host is unreachable`,
  CERT_HAS_EXPIRED: (host) => `The TLS certificate of ${host} has expired`,
};

const TLS = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)/;

function messageFor(code: string | null, host: string, error: unknown): string {
  const message = code === null ? undefined : messages[code];
  if (message !== undefined) return message(host);
  if (code !== null && TLS.test(code))
    return `The TLS certificate or handshake of ${host} failed (${code})`;
  // From llhttp: bytes were received, but they are not HTTP.
  if (code?.startsWith('HPE_')) return `${host} does not speak HTTP (${code})`;
  const reason = code ?? reasonOf(error);
  return `No connection to ${host}${reason === null ? '' : ` (${reason})`}`;
}

/** The first code in the chain of causes. An AggregateError (IPv6 and IPv4 both tried) has it in `errors`. */
function codeOf(error: unknown, depth = 0): string | null {
  if (!(error instanceof Error) || depth > 5) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return codeOf(inner, depth + 1);
}

/** Errors without a code only have a message, e.g. "bad port" for a port that the Fetch standard blocks. */
function reasonOf(error: unknown): string | null {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : null;
}
