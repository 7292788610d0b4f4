import type { WireFailure } from './wire-error.ts';

interface ToolCall {
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
}

export interface ProviderAttempt {
  readonly provider: string;
  /** The HTTP status of the provider's answer. */
  readonly status: number | null;
}

export interface ChatUsage {
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** Prompt tokens read from a cache; `cacheWriteTokens` were written to one. */
  readonly cachedTokens: number | null;
  readonly cacheWriteTokens: number | null;
  /** Decimal string. */
  readonly costUsd: string | null;
}

/** How many prompt tokens were read from a cache or written to one. */
export interface CacheUse {
  readonly cachedTokens: number;
  readonly writtenTokens: number;
  /** USD saved compared with the same request without a cache; negative if writing cost more than reading saved. */
  readonly savedUsd: string;
}

/** The answer to one chat request, or the reason why there is none. */
export interface ChatReply {
  /** The HTTP status; null if there was no answer. */
  readonly status: number | null;
  /** Null if there was an answer. */
  readonly failure: WireFailure | null;
  /** Whether a part of the answer came before the failure, or has been passed on, so that no other link may answer. */
  readonly afterFirstToken: boolean;
  /** As received: it is only sent back to OpenRouter, never shown. */
  readonly id: string | null;
  /** The model that served the request, which is not always the requested one. */
  readonly model: string | null;
  readonly provider: string | null;
  /** The providers that OpenRouter tried in turn, if it reports them. */
  readonly providerAttempts: readonly ProviderAttempt[];
  /** The raw text of the model, not cleaned. */
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
  /** Time to the first token of a stream in milliseconds; null if there was none. */
  readonly ttftMs: number | null;
  readonly totalMs: number;
  readonly retryAfterMs: number | null;
}

/** Whether there is something for the user. Reasoning alone, or white space, is no answer. */
export function hasAnswer({
  content,
  hasToolCalls,
  hasMedia,
}: Pick<ChatReply, 'content' | 'hasToolCalls' | 'hasMedia'>): boolean {
  return hasToolCalls || hasMedia || content.trim() !== '';
}
