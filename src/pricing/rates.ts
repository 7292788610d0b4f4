import Big from 'big.js';
import { isPerToken } from '../catalog/prices.ts';
import type { ModelPricing, Prices } from '../openrouter/models.ts';
import { decimal } from '../platform/money.ts';

/** The highest price of everything that OpenRouter charges for. USD. */
export interface Rates {
  /** Per input token, read or written to a cache, whichever costs more. */
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
 * The rates for a prompt of this many tokens: for each price the highest that can apply, whichever offer serves and at
 * any time of day. Null if a price varies. Discounts are ignored, because they may have ended.
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
  // An override without a price has the base price. Which of several overrides applies is unknown.
  const sets = [base, ...applying.map((prices) => ({ ...base, ...prices }))];
  const rates = sets.map((prices) => ratesOfPrices(prices, cache));
  const known = rates.filter((each) => each !== null);
  return known.length < rates.length ? null : known.reduce(highestRates);
}

function ratesOfPrices(prices: Prices, cache: CacheTime): Rates | null {
  const amounts = Object.values(prices).map(amount);
  if (amounts.includes(null)) return null;
  const price = (name: keyof Prices): Big => amount(prices[name] ?? '0') ?? none;
  const prompt = highestOf(price('prompt'), cachePrice(price, cache), price('inputCacheWrite1h'));
  const [image, imageMade] = [price('image'), price('imageOutput')];
  const completion = highestOf(
    price('completion'),
    price('internalReasoning'),
    price('audioOutput'),
  );
  return {
    prompt,
    imageToken: highestOf(prompt, price('imageToken'), isPerToken(prices.image) ? image : none),
    image: isPerToken(prices.image) ? none : image,
    audio: highestOf(prompt, price('audio'), price('inputAudioCache')),
    completion: isPerToken(prices.imageOutput) ? highestOf(completion, imageMade) : completion,
    imageMade: isPerToken(prices.imageOutput) ? none : imageMade,
    request: price('request'),
    search: prices.webSearch === undefined ? null : price('webSearch'),
  };
}

const none = new Big(0);

/**
 * Writing to a cache costs its own price in place of the prompt's; where that is lower (Google), it is for storage and
 * comes on top. For an hour Anthropic charges twice the price of the prompt, which is not always listed.
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
