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
  /** `http` for an error of the API, `stream` for one inside a stream, the others where no usable answer came. */
  readonly kind: 'http' | 'timeout' | 'network' | 'garbled' | 'stream';
  /** `error.code` of the error, else the HTTP status; null without an answer. */
  readonly status: number | null;
  readonly message: string;
  /** A textual `error.code`, or the code of the network error, e.g. `ECONNREFUSED`. */
  readonly code: string | null;
  /** `error.metadata.error_type`. */
  readonly errorType: string | null;
  readonly availability: Availability | null;
  /** USD, a decimal string, where the error has it. */
  readonly limitRemaining: string | null;
  readonly retryAfterMs: number | null;
  /** The provider that failed, where the error names it. */
  readonly provider: string | null;
  /** Whether an error body of OpenRouter gave the reason; false for a bare status or nothing. */
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

/** A failure without the details that only an error body has. */
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

/** Characters that are searched for keys; searching megabytes would take too long. */
const maxSearched = 20_000;
const anyKey = createRedactor();

/**
 * The text without control characters and secrets, at most 500 characters: a provider may echo the request in its error.
 * The redactor hides the key that was sent; without one, whatever looks like a key is hidden.
 */
export function cleanMessage(text: string, redactor: Redactor = anyKey): string {
  const redacted = redactor.redact(cleanText(text.slice(0, maxSearched)));
  return redacted.length > maxLength ? `${redacted.slice(0, maxLength - 1)}…` : redacted;
}
