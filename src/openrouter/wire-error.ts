import { createRedactor, type Redactor } from '../text/redact.ts';
import { cleanText } from '../text/terminal.ts';

/** `error.availability` (OpenRouter, August 2026): why a model cannot be had just now. */
export interface Availability {
  readonly code: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly requestedModels?: readonly string[];
  readonly fallbackModels?: readonly string[];
  readonly excludedBy?: readonly string[];
  readonly constraint?: string;
  readonly docsUrl?: string;
}

/** One attempt of OpenRouter's own that failed before the error that was returned. */
interface PreviousError {
  readonly provider: string | null;
  readonly status: number | null;
  readonly message: string;
}

/** Why there is no answer. Every text is cleaned of control characters and holds no key. */
export interface WireFailure {
  /** `http`: the API said so · `stream`: an error inside a stream · the others: there was nothing to read. */
  readonly kind: 'http' | 'timeout' | 'network' | 'garbled' | 'stream';
  /** What the error itself says (`error.code`), else the HTTP status; null when no answer came. */
  readonly status: number | null;
  readonly message: string;
  /** A textual `error.code`, or the code of the network error, e.g. `ECONNREFUSED`. */
  readonly code: string | null;
  /** `error.metadata.error_type`. */
  readonly errorType: string | null;
  readonly availability: Availability | null;
  /** USD, a decimal string, where the error tells it. */
  readonly limitRemaining: string | null;
  readonly retryAfterMs: number | null;
  /** The provider that refused or failed, where the error tells it. */
  readonly provider: string | null;
  /** Why moderation flagged the input. */
  readonly reasons: readonly string[];
  readonly previousErrors: readonly PreviousError[];
  /** OpenRouter itself said why, in an error body; false where there was a bare status, or nothing at all. */
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

/** A failure of which no more is known than what is given. */
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
    reasons: [],
    previousErrors: [],
    isExplained: false,
  };
}

const LONGEST = 500;

/** So much is looked at: what looks for keys in every spelling is not for megabytes. */
const MOST_READ = 20_000;
const anyKey = createRedactor();

/**
 * `cleanText`, at most 500 characters, without secrets: an upstream provider may echo the request in its error. The
 * redactor knows the key that was sent; without one, whatever looks like a key is hidden.
 */
export function cleanMessage(text: string, redactor: Redactor = anyKey): string {
  const redacted = redactor.redact(cleanText(text.slice(0, MOST_READ)));
  return redacted.length > LONGEST ? `${redacted.slice(0, LONGEST - 1)}…` : redacted;
}
