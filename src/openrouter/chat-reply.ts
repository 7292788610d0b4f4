import type { WireFailure } from './wire-error.ts';

interface ToolCall {
  readonly name: string;
  /** JSON text, as the model wrote it. */
  readonly arguments: string;
}

export interface ChatUsage {
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** Decimal string. */
  readonly costUsd: string | null;
}

/** What came of one chat request: an answer, or why there is none. */
export interface ChatReply {
  /** The HTTP status; null when no answer came. */
  readonly status: number | null;
  /** Null when an answer came. */
  readonly failure: WireFailure | null;
  /** The failure came after a part of the answer had been received. */
  readonly afterFirstToken: boolean;
  readonly id: string | null;
  /** The model that served, which is not always the one asked for. */
  readonly model: string | null;
  readonly provider: string | null;
  /** As the model wrote it: not cleaned. */
  readonly content: string;
  readonly hasToolCalls: boolean;
  readonly toolCalls: readonly ToolCall[];
  /** The model thought, whether or not it came to an answer. */
  readonly hasReasoning: boolean;
  /** Pictures or sound came. */
  readonly hasMedia: boolean;
  readonly refusal: string | null;
  readonly finishReason: string | null;
  readonly usage: ChatUsage | null;
  /** Until the first token of a stream; null without a stream or a token. */
  readonly ttftMs: number | null;
  readonly totalMs: number;
  readonly retryAfterMs: number | null;
}
