import type { WireFailure } from './wire-error.ts';

interface ToolCall {
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
}

export interface ProviderAttempt {
  readonly provider: string;
  /** The HTTP status of its answer. */
  readonly status: number | null;
}

export interface ChatUsage {
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** Of the prompt tokens, those that were read from a cache, and those that were written to one. */
  readonly cachedTokens: number | null;
  readonly cacheWriteTokens: number | null;
  /** Decimal string. */
  readonly costUsd: string | null;
}

/** How much of a prompt came from a cache or went to one. */
export interface CacheUse {
  readonly cachedTokens: number;
  readonly writtenTokens: number;
  /** USD against the same request without a cache; negative where writing cost more than reading saved. */
  readonly savedUsd: string;
}

/** The answer to one chat request, or the reason why there is none. */
export interface ChatReply {
  /** The HTTP status; null without an answer. */
  readonly status: number | null;
  /** Null for an answer. */
  readonly failure: WireFailure | null;
  /** The failure came after a part of the answer. */
  readonly afterFirstToken: boolean;
  readonly id: string | null;
  /** The model that served, not always the one requested. */
  readonly model: string | null;
  readonly provider: string | null;
  /** The providers that OpenRouter asked in turn, where it says so. */
  readonly providerAttempts: readonly ProviderAttempt[];
  /** As the model wrote it, not cleaned. */
  readonly content: string;
  readonly hasToolCalls: boolean;
  readonly toolCalls: readonly ToolCall[];
  /** Whether there was reasoning, with or without an answer. */
  readonly hasReasoning: boolean;
  /** Whether there were images or audio. */
  readonly hasMedia: boolean;
  readonly refusal: string | null;
  readonly finishReason: string | null;
  readonly usage: ChatUsage | null;
  /** Time to the first token of a stream; null without one. */
  readonly ttftMs: number | null;
  readonly totalMs: number;
  readonly retryAfterMs: number | null;
}
