import Big from 'big.js';
import type { ModelPricing, Prices } from '../openrouter/models.ts';
import { decimal } from '../platform/money.ts';

/** The most that each thing can cost which OpenRouter bills for. USD. */
export interface Rates {
  /** Per token that is read, or kept for the next request, whichever costs more. */
  readonly prompt: Big;
  /** Per token of a picture. */
  readonly imageToken: Big;
  /** Per picture, on top of its tokens. */
  readonly image: Big;
  /** Per token that is heard. */
  readonly audio: Big;
  /** Per token that is written, thought, said or drawn, whichever costs most. */
  readonly completion: Big;
  /** Per picture that is made, on top of its tokens. */
  readonly imageMade: Big;
  readonly request: Big;
  /** Per search of the web. Null where the model has no search of its own. */
  readonly search: Big | null;
}

/** How long parts of the prompt are kept in a cache. */
export type CacheTime = 'none' | 'minutes' | 'hour';

/**
 * The rates for a prompt of so many tokens: of each price the highest that can apply, whichever of the offers serves
 * and whatever the hour. Null where one of them varies. A discount is not counted on: it may have ended.
 */
export function ratesOf(
  offers: readonly ModelPricing[],
  promptTokens: number,
  cache: CacheTime,
): Rates | null {
  const rates = offers.map((offer) => ratesOfOffer(offer, promptTokens, cache));
  const known = rates.filter((each) => each !== null);
  return known.length < rates.length ? null : known.reduce(highest);
}

function ratesOfOffer(
  { overrides = [], discount: _, ...base }: ModelPricing,
  promptTokens: number,
  cache: CacheTime,
): Rates | null {
  const applying = overrides
    .filter(({ minPromptTokens }) => minPromptTokens === null || promptTokens > minPromptTokens)
    .map(({ prices }) => prices);
  // What an override does not name has the base price, and of several that apply nobody here knows which does.
  const sets = [base, ...applying.map((prices) => ({ ...base, ...prices }))];
  const rates = sets.map((prices) => ratesOfPrices(prices, cache));
  const known = rates.filter((each) => each !== null);
  return known.length < rates.length ? null : known.reduce(highest);
}

function ratesOfPrices(prices: Prices, cache: CacheTime): Rates | null {
  const amounts = Object.values(prices).map(amount);
  if (amounts.includes(null)) return null;
  const price = (name: keyof Prices): Big => amount(prices[name] ?? '0') ?? none;
  const prompt = dearest(price('prompt'), cachePrice(price, cache), price('inputCacheWrite1h'));
  const [image, imageMade] = [price('image'), price('imageOutput')];
  const completion = dearest(price('completion'), price('internalReasoning'), price('audioOutput'));
  return {
    prompt,
    imageToken: dearest(prompt, price('imageToken'), isPerToken(image) ? image : none),
    image: isPerToken(image) ? none : image,
    audio: dearest(prompt, price('audio'), price('inputAudioCache')),
    completion: isPerToken(imageMade) ? dearest(completion, imageMade) : completion,
    imageMade: isPerToken(imageMade) ? none : imageMade,
    request: price('request'),
    search: prices.webSearch === undefined ? null : price('webSearch'),
  };
}

const none = new Big(0);

/**
 * What is written to a cache costs its own price in place of the prompt's; where that is the lower one (Google's), it
 * is for the storage and comes on top. For an hour Anthropic asks twice the prompt's price, which is not always listed.
 */
function cachePrice(price: (name: keyof Prices) => Big, cache: CacheTime): Big {
  const [prompt, write] = [price('prompt'), price('inputCacheWrite')];
  if (cache === 'none' || write.eq(0)) return write;
  const minutes = write.gte(prompt) ? write : prompt.plus(write);
  return cache === 'hour' ? dearest(minutes, prompt.times(2)) : minutes;
}

/** The API's price of a picture is one for each of its tokens in the rows of Google, and one for a picture elsewhere. */
function isPerToken(price: Big): boolean {
  return price.lt('0.0001');
}

/** Null for what varies (`"-1"`) and for what is no amount. */
function amount(text: string): Big | null {
  const price = decimal(text);
  return price === null || price.lt(0) ? null : price;
}

function dearest(...prices: readonly Big[]): Big {
  return prices.reduce((a, b) => (a.gte(b) ? a : b));
}

function highest(a: Rates, b: Rates): Rates {
  return {
    prompt: dearest(a.prompt, b.prompt),
    imageToken: dearest(a.imageToken, b.imageToken),
    image: dearest(a.image, b.image),
    audio: dearest(a.audio, b.audio),
    completion: dearest(a.completion, b.completion),
    imageMade: dearest(a.imageMade, b.imageMade),
    request: dearest(a.request, b.request),
    search:
      a.search === null || b.search === null ? (a.search ?? b.search) : dearest(a.search, b.search),
  };
}
