import Big from 'big.js';
import { idParts } from '../openrouter/model-id.ts';
import type { Model, ModelPricing } from '../openrouter/models.ts';
import { decimal } from '../platform/money.ts';
import type { CatalogModel } from './model.ts';

/**
 * USD per token, as the API sends it, to USD per million tokens; both exact decimal strings. Null if the price varies
 * (`"-1"`) or is not a number.
 */
export function perMillion(perToken: string | null | undefined): string | null {
  const price = decimal(perToken);
  return price === null || price.lt(0) ? null : price.times(1_000_000).toFixed();
}

/** Whether every price of the model is zero. */
export function isFree(model: Pick<Model, 'pricing'>): boolean {
  const { overrides = [], discount: _, ...base } = model.pricing;
  return [base, ...overrides.map(({ prices }) => prices)]
    .flatMap((prices) => Object.values(prices))
    .every((price) => decimal(price)?.eq(0) ?? false);
}

/**
 * The cost of a request with this many tokens, an exact decimal string in USD, including the model's price per request;
 * null if the price varies.
 */
export function costOf(
  model: { readonly pricing: ModelPricing },
  promptTokens: number,
  completionTokens: number,
): string | null {
  const prompt = decimal(model.pricing.prompt);
  const completion = decimal(model.pricing.completion);
  if (prompt === null || completion === null || prompt.lt(0) || completion.lt(0)) return null;
  const request = decimal(model.pricing.request) ?? new Big(0);
  return prompt
    .times(promptTokens)
    .plus(completion.times(completionTokens))
    .plus(request)
    .toFixed();
}

/** Sorts decimal strings from low to high, null (varies) last. */
export function comparePrices(a: string | null, b: string | null): number {
  const [left, right] = [decimal(a), decimal(b)];
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return left.cmp(right);
}

/** The exact multiple of an amount; null stays null. */
export function timesOver(usd: string | null, times: number): string | null {
  return decimal(usd)?.times(times).toFixed() ?? null;
}

/** A model of the API with the derived values. */
export function priced(model: Model): CatalogModel {
  return {
    ...model,
    author: idParts(model.id).author,
    inputPerMillion: perMillion(model.pricing.prompt),
    outputPerMillion: perMillion(model.pricing.completion),
    free: isFree(model),
  };
}

/** A typical chat message and its answer in tokens, by which prices are compared. */
export const typicalMessage = { promptTokens: 1000, completionTokens: 300 } as const;

/** Days of the month for which costs are estimated. */
export const typicalMonthDays = 30;

/** Exact decimal strings in USD; null if the price varies. */
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
