import Big from 'big.js';
import { isPerToken } from '../catalog/prices.ts';
import type { Endpoint } from '../openrouter/endpoints.ts';
import type { Model, ModelPricing, Prices } from '../openrouter/models.ts';
import { decimal, zeroUsd } from '../platform/money.ts';

/** A model, or several models one of which will serve, with every price that may apply. */
export interface Offered {
  readonly id: string;
  readonly offers: readonly ModelPricing[];
  /** Tokens; null if unknown. */
  readonly contextLength: number | null;
  /** Tokens; null if only the context length limits an answer. */
  readonly maxCompletionTokens: number | null;
  /** Whether it reads documents itself. For other models OpenRouter parses them. */
  readonly readsFiles: boolean;
  /** Whether its answers may contain images, regardless of the token limit of a request. */
  readonly draws: boolean;
  /** Tokens that OpenRouter adds: the instructions of a preset. */
  readonly addedTokens: number;
  /** Why these prices apply, for people; null if they are the listed ones. */
  readonly basis: string | null;
}

export interface PricedModel extends Offered {
  /** Null if a price varies. */
  rates(promptTokens: number, cache: CacheTime): Rates | null;
}

/**
 * A listed model at the price of the most expensive of its endpoints and with the highest of their limits, because any of
 * them may serve.
 */
export function pricedModel(row: Model, endpoints: readonly Endpoint[] = []): PricedModel {
  const offers = [row.pricing, ...endpoints.map(({ pricing }) => pricing)];
  const sources = [row, ...endpoints];
  return priced({
    id: row.id,
    offers: row.outputModalities.includes('audio') ? offers.map(withSpeech) : offers,
    contextLength: largest(sources.map((source) => source.contextLength)),
    maxCompletionTokens: maxTokens(sources),
    readsFiles: row.inputModalities.includes('file'),
    draws: row.outputModalities.includes('image'),
    addedTokens: 0,
    basis: null,
  });
}

/** Several models, one of which will serve; it is unknown which. */
export function oneOf(id: string, models: readonly Offered[], basis: string): PricedModel {
  return priced({
    id,
    offers: models.flatMap(({ offers }) => offers),
    contextLength: largest(models.map(({ contextLength }) => contextLength)),
    maxCompletionTokens: maxTokens(models),
    readsFiles: models.every(({ readsFiles }) => readsFiles),
    draws: models.some(({ draws }) => draws),
    addedTokens: Math.max(...models.map(({ addedTokens }) => addedTokens)),
    basis,
  });
}

export function priced(offered: Offered): PricedModel {
  return { ...offered, rates: memoizedRates(offered.offers) };
}

/** Caches the rates of each price tier. */
function memoizedRates(offers: readonly ModelPricing[]): PricedModel['rates'] {
  const thresholds = offers
    .flatMap(({ overrides = [] }) => overrides)
    .map(({ minPromptTokens }) => minPromptTokens ?? 0);
  const newTiers = () => new Map<number, Rates | null>();
  const known = { none: newTiers(), minutes: newTiers(), hour: newTiers() };
  return (promptTokens, cache) => {
    const tier = thresholds.reduce((most, at) => (promptTokens > at && at > most ? at : most), 0);
    const cached = known[cache].get(tier);
    if (cached !== undefined) return cached;
    const rates = ratesOf(offers, promptTokens, cache);
    known[cache].set(tier, rates);
    return rates;
  };
}

/** OpenAI charges twice as much for audio output as for audio input; not every row has that price. */
function withSpeech(pricing: ModelPricing): ModelPricing {
  if (pricing.audio === undefined || pricing.audioOutput !== undefined) return pricing;
  return { ...pricing, audioOutput: new Big(pricing.audio).times(2).toFixed() };
}

function largest(lengths: readonly (number | null)[]): number | null {
  const known = lengths.filter((length) => length !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** Null if one of them is limited only by its context. */
function maxTokens(sources: readonly Pick<Offered, 'maxCompletionTokens'>[]): number | null {
  const limits = sources.map(({ maxCompletionTokens }) => maxCompletionTokens);
  return limits.includes(null) ? null : largest(limits);
}

/** The highest prices of everything that OpenRouter charges for. USD. */
export interface Rates {
  /** Per input token, whether read or written to a cache, whichever costs more. */
  readonly prompt: Big;
  /** Per token of an image. */
  readonly imageToken: Big;
  /** Per image, in addition to its tokens. */
  readonly image: Big;
  /** Per audio input token. */
  readonly audio: Big;
  /** Per output token of text, reasoning, audio or images, whichever costs most. */
  readonly completion: Big;
  /** Per generated image, in addition to its tokens. */
  readonly imageMade: Big;
  readonly request: Big;
  /** Per web search; null if the model has no native search. */
  readonly search: Big | null;
}

/** How long parts of the prompt are cached. */
export type CacheTime = 'none' | 'minutes' | 'hour';

/**
 * The rates for a prompt of this many tokens: for each price the highest that can apply for any offer and at any time
 * of day. Null if a price varies. Discounts are ignored, because they may have ended.
 */
export function ratesOf(
  offers: readonly ModelPricing[],
  promptTokens: number,
  cache: CacheTime,
): Rates | null {
  const rates = offers.map((offer) => ratesOfOffer(offer, promptTokens, cache));
  const known = rates.filter((each) => each !== null);
  return known.length < rates.length ? null : known.reduce(highestRates);
}

function ratesOfOffer(
  { overrides = [], discount: _, ...base }: ModelPricing,
  promptTokens: number,
  cache: CacheTime,
): Rates | null {
  const applying = overrides
    .filter(({ minPromptTokens }) => minPromptTokens === null || promptTokens > minPromptTokens)
    .map(({ prices }) => prices);
  // A price that an override lacks is the base price. It is unknown which of several overrides applies.
  const sets = [base, ...applying.map((prices) => ({ ...base, ...prices }))];
  const rates = sets.map((prices) => ratesOfPrices(prices, cache));
  const known = rates.filter((each) => each !== null);
  return known.length < rates.length ? null : known.reduce(highestRates);
}

function ratesOfPrices(prices: Prices, cache: CacheTime): Rates | null {
  const amounts = Object.values(prices).map(amount);
  if (amounts.includes(null)) return null;
  const price = (name: keyof Prices): Big => amount(prices[name] ?? '0') ?? zeroUsd;
  const prompt = highestOf(price('prompt'), cachePrice(price, cache), price('inputCacheWrite1h'));
  const [image, imageMade] = [price('image'), price('imageOutput')];
  const completion = highestOf(
    price('completion'),
    price('internalReasoning'),
    price('audioOutput'),
  );
  return {
    prompt,
    imageToken: highestOf(prompt, price('imageToken'), isPerToken(prices.image) ? image : zeroUsd),
    image: isPerToken(prices.image) ? zeroUsd : image,
    audio: highestOf(prompt, price('audio'), price('inputAudioCache')),
    completion: isPerToken(prices.imageOutput) ? highestOf(completion, imageMade) : completion,
    imageMade: isPerToken(prices.imageOutput) ? zeroUsd : imageMade,
    request: price('request'),
    search: prices.webSearch === undefined ? null : price('webSearch'),
  };
}

/**
 * Cache writes have their own price instead of the prompt's. If that is lower (Google), it is for storage and added to
 * the prompt's. For one hour, Anthropic charges twice the price of the prompt, which is not always listed.
 */
function cachePrice(price: (name: keyof Prices) => Big, cache: CacheTime): Big {
  const [prompt, write] = [price('prompt'), price('inputCacheWrite')];
  if (cache === 'none' || write.eq(0)) return write;
  const minutes = write.gte(prompt) ? write : prompt.plus(write);
  return cache === 'hour' ? highestOf(minutes, prompt.times(2)) : minutes;
}

/** Null for a price that varies (`"-1"`) or is invalid. */
function amount(text: string): Big | null {
  const price = decimal(text);
  return price === null || price.lt(0) ? null : price;
}

function highestOf(...prices: readonly Big[]): Big {
  return prices.reduce((a, b) => (a.gte(b) ? a : b));
}

function highestRates(a: Rates, b: Rates): Rates {
  return {
    prompt: highestOf(a.prompt, b.prompt),
    imageToken: highestOf(a.imageToken, b.imageToken),
    image: highestOf(a.image, b.image),
    audio: highestOf(a.audio, b.audio),
    completion: highestOf(a.completion, b.completion),
    imageMade: highestOf(a.imageMade, b.imageMade),
    request: highestOf(a.request, b.request),
    search:
      a.search === null || b.search === null
        ? (a.search ?? b.search)
        : highestOf(a.search, b.search),
  };
}
