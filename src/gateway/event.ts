import type { CacheUse, ProviderAttempt } from '../openrouter/chat-reply.ts';
import type { LinkRole } from '../routing/choose.ts';
import type { OutcomeName } from '../routing/outcomes.ts';

/** Gateway events for the log, the metrics and alerts. They contain no content and no keys. */
export type GatewayEvent =
  | RequestEvent
  | AlertEvent
  | {
      readonly type: 'breaker';
      /** E.g. `sk-or-v1-1a2b…`. */
      readonly key: string;
      readonly state: 'open' | 'closed';
      readonly outcome: OutcomeName | null;
      readonly message: string;
    }
  | { readonly type: 'reload'; readonly ok: boolean; readonly message: string }
  | {
      /** The key of the entry was replaced, or an older one stays in use. */
      readonly type: 'key';
      readonly ok: boolean;
      readonly entry: string;
      readonly message: string;
    }
  /** The ledger fails, works again, or has lost something. */
  | { readonly type: 'ledger'; readonly ok: boolean; readonly message: string }
  | { readonly type: 'trouble'; readonly message: string }
  | { readonly type: 'drain'; readonly inFlight: number };

export interface RequestEvent {
  readonly type: 'request';
  readonly entry: string | null;
  readonly channel: string | null;
  /** The link that answered, otherwise the last one tried; null if none was. */
  readonly role: LinkRole | null;
  readonly model: string | null;
  readonly reason: string | null;
  /**
   * The models tried before that one, and why each failed. If the request ended after a failure of that one with
   * something else, such as `budget_exceeded`, that one is the last.
   */
  readonly failed: readonly FailedModel[];
  /** An outcome, or why no model was asked or asked again: `cancelled`, `budget_exceeded` … */
  readonly outcome: string;
  /** The status that the client got; 499 if it left before. */
  readonly status: number;
  readonly stream: boolean;
  readonly attempts: number;
  readonly waitedMs: number;
  /** The provider that served the request, and the providers OpenRouter tried in turn, if it says so. */
  readonly provider: string | null;
  readonly providerAttempts: readonly ProviderAttempt[];
  readonly ttftMs: number | null;
  readonly totalMs: number;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** Null if no cache was used. */
  readonly cache: CacheUse | null;
  /** USD, exact, for all attempts; what OpenRouter has not stated is estimated. Null if no cost is known. */
  readonly costUsd: string | null;
  readonly message: string | null;
}

export interface FailedModel {
  readonly model: string;
  readonly outcome: OutcomeName;
}

export interface AlertEvent {
  readonly type: 'alert';
  readonly entry: string;
  readonly window: 'day' | 'month';
  readonly status: 'alert' | 'exceeded';
  /** USD, exact. */
  readonly spentUsd: string;
  readonly limitUsd: string;
}
