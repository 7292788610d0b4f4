import type { ModelPricing } from '../openrouter/models.ts';
import { costOf, timesOver } from './prices.ts';

/** A typical chat message with its answer, in tokens: what prices are made comparable by. */
export const typicalMessage = { promptTokens: 1000, completionTokens: 300 } as const;

/** Days of the month that costs are reckoned for. */
export const typicalMonthDays = 30;

/** Exact decimal strings in USD; null where the price varies. */
export interface TypicalCost {
  readonly messageUsd: string | null;
  readonly monthUsd: string | null;
}

export function typicalCost(
  priced: { readonly pricing: ModelPricing },
  messagesPerDay: number,
): TypicalCost {
  const { promptTokens, completionTokens } = typicalMessage;
  const messageUsd = costOf(priced, promptTokens, completionTokens);
  return { messageUsd, monthUsd: timesOver(messageUsd, messagesPerDay * typicalMonthDays) };
}
