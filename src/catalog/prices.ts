import Big from 'big.js';
import { idParts } from '../openrouter/model-id.ts';
import type { Model, ModelPricing, Prices } from '../openrouter/models.ts';
import { decimal, formatUsd } from '../platform/money.ts';
import { type CatalogModel, findModel } from './model.ts';

/**
 * Converts USD per token, as the API sends it, to USD per million tokens, both exact decimal strings. Null if the price
 * varies (`"-1"`) or is not a number.
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
 * The cost of a request with this many tokens, an exact decimal string in USD, including the model's price per request,
 * the tier for its length and a discount; null if the price varies.
 */
export function costOf(
  model: { readonly pricing: ModelPricing },
  promptTokens: number,
  completionTokens: number,
): string | null {
  const prices = pricesFor(currentPricing(model.pricing), promptTokens);
  const prompt = decimal(prices.prompt);
  const completion = decimal(prices.completion);
  if (prompt === null || completion === null || prompt.lt(0) || completion.lt(0)) return null;
  const request = decimal(prices.request) ?? new Big(0);
  return prompt
    .times(promptTokens)
    .plus(completion.times(completionTokens))
    .plus(request)
    .toFixed();
}

/** The prices for a prompt of that length at an unknown time of day: only tiers apply, not hours. */
function pricesFor(pricing: ModelPricing, promptTokens: number): ModelPricing {
  const { overrides = [], ...base } = pricing;
  const applying = overrides.filter(
    ({ minPromptTokens, utcStart, utcEnd }) =>
      utcStart === null && utcEnd === null && promptTokens > (minPromptTokens ?? 0),
  );
  return Object.assign({ ...base }, ...applying.map(({ prices }) => prices));
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

/** The models of the API with the derived values. An alias has the price of the model that it points to. */
export function pricedList(models: readonly Model[]): CatalogModel[] {
  const byId = new Map(models.map((model) => [model.id, model]));
  return models.map((model) => {
    const target = model.aliasTarget === undefined ? undefined : byId.get(model.aliasTarget);
    return priced(target === undefined ? model : { ...model, pricing: target.pricing });
  });
}

/** A model of the API with the derived values. */
export function priced(model: Model): CatalogModel {
  const { prompt, completion } = currentPricing(model.pricing);
  return {
    ...model,
    author: idParts(model.id).author,
    inputPerMillion: perMillion(prompt),
    outputPerMillion: perMillion(completion),
    free: isFree(model),
  };
}

/** The current prices with the discount, which listed prices do not include. */
export function currentPricing(pricing: ModelPricing): ModelPricing {
  const share = decimal(pricing.discount);
  if (share === null || share.lte(0) || share.gt(1)) return pricing;
  const { overrides, discount: _, ...base } = pricing;
  const rest = new Big(1).minus(share);
  const less = <P extends Prices>(prices: P): P => {
    const lower = Object.entries(prices).map(([name, price]: [string, string]) => {
      const amount = decimal(price);
      return [name, amount === null || amount.lt(0) ? price : amount.times(rest).toFixed()];
    });
    return Object.fromEntries(lower) as P;
  };
  return {
    ...less(base),
    ...(overrides === undefined
      ? {}
      : { overrides: overrides.map((each) => ({ ...each, prices: less(each.prices) })) }),
  };
}

/** Whether the API's image price is per token (Google's rows), not per image (all others). */
export function isPerToken(price: string | undefined): boolean {
  return decimal(price)?.lt('0.0001') ?? false;
}

/** A typical chat message and its answer, in tokens, for comparing prices. */
export const typicalMessage = { promptTokens: 1000, completionTokens: 300 } as const;

/** Days in a month for cost estimates. */
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

/** E.g. `meta-llama/llama-3.3-70b-instruct ($0.10 in, $0.32 out per M)`. */
export function priceTag(models: readonly CatalogModel[], id: string): string {
  const model = findModel(models, id);
  if (model === undefined) return id;
  if (model.free) return `${id} (free)`;
  const { inputPerMillion, outputPerMillion } = model;
  if (inputPerMillion === null || outputPerMillion === null) return `${id} (price varies)`;
  return `${id} (${formatUsd(inputPerMillion)} in, ${formatUsd(outputPerMillion)} out per M)`;
}
