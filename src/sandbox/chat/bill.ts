import Big from 'big.js';
import { jsonNumber } from '../account.ts';
import type { CatalogModel } from '../catalog.ts';
import type { ModelEndpoint } from '../endpoints/models.ts';
import type { CachedPrompt } from './cache.ts';
import { declaredTokens, extrasOf, mediaOf } from './extras.ts';
import type { ChatRequest } from './request.ts';
import { countPrompt } from './request.ts';

export interface Bill {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cached: CachedPrompt;
  readonly searches: number;
  /** USD, exact. */
  readonly promptCost: Big;
  readonly completionCost: Big;
  /** With what is not charged by the token. */
  readonly cost: Big;
}

/** Of the instructions of a preset. */
const presetTokens = 1_000;

/** Tokens of everything that the model reads once. */
export function promptTokensOf(request: ChatRequest, model: CatalogModel): number {
  const { searchTokens } = extrasOf(request, model);
  const { body, messages } = request;
  const preset = request.model.includes('@preset/') || body.preset !== undefined ? presetTokens : 0;
  const asked = countPrompt(messages) + declaredTokens(body) + mediaOf(body).tokens;
  return asked + searchTokens + preset;
}

/** `at` decides on prices that hold at some hours alone. */
export function billFor(
  request: ChatRequest,
  { model, endpoint }: { readonly model: CatalogModel; readonly endpoint: ModelEndpoint },
  completionTokens: number,
  inCache: CachedPrompt,
  at: Date,
): Bill {
  const extras = extrasOf(request, model);
  const once = promptTokensOf(request, model);
  const promptTokens = extras.readsTwice ? 2 * once : once;
  // Pictures count for less than their characters.
  const read = Math.min(inCache.read, promptTokens);
  const cached = { read, written: Math.min(inCache.written, promptTokens - read) };
  const prices = pricesAt(model, endpoint, once, at);
  const promptCost = prices.prompt
    .times(promptTokens - cached.read - cached.written)
    .plus(prices.read.times(cached.read))
    .plus(prices.write.times(cached.written));
  const completionCost = prices.completion.times(completionTokens);
  const cost = promptCost
    .plus(completionCost)
    .plus(model.extraPrices.request ?? 0)
    .plus(perPicture(model).times(mediaOf(request.body).images))
    .plus(extras.fees);
  const { searches } = extras;
  return { promptTokens, completionTokens, cached, searches, promptCost, completionCost, cost };
}

interface Prices {
  readonly prompt: Big;
  readonly completion: Big;
  /** Of tokens that are read from a cache and written to one. */
  readonly read: Big;
  readonly write: Big;
}

/** Of the overrides that apply, a later one goes before an earlier one. */
function pricesAt(
  { overrides, extraPrices }: CatalogModel,
  { prompt, completion }: ModelEndpoint,
  tokens: number,
  at: Date,
): Prices {
  const clock = at.getUTCHours() * 100 + at.getUTCMinutes();
  return overrides
    .filter(({ min_prompt_tokens: least }) => least === undefined || tokens > Number(least))
    .filter(({ utc_start: start, utc_end: end }) => isWithin(clock, start, end))
    .reduce<Prices>(
      (prices, override) => ({
        prompt: new Big(override.prompt ?? prices.prompt),
        completion: new Big(override.completion ?? prices.completion),
        read: new Big(override.input_cache_read ?? prices.read),
        write: new Big(override.input_cache_write ?? prices.write),
      }),
      {
        prompt: new Big(prompt),
        completion: new Big(completion),
        read: new Big(extraPrices.input_cache_read ?? prompt),
        write: new Big(extraPrices.input_cache_write ?? prompt),
      },
    );
}

/** Midnight may lie between the two. */
function isWithin(clock: number, start: unknown, end: unknown): boolean {
  if (typeof start !== 'number' || typeof end !== 'number') return true;
  return start <= end ? clock >= start && clock < end : clock >= start || clock < end;
}

/** The rows of Google have the price of a token of a picture in this place: pictures are in its prompt already. */
function perPicture({ extraPrices: { image = '0' } }: CatalogModel): Big {
  return new Big(image).lt('0.0001') ? new Big(0) : new Big(image);
}

/** Nothing was served, so nothing is to pay. */
export function noBill(): Bill {
  const zero = new Big(0);
  return {
    promptTokens: 0,
    completionTokens: 0,
    cached: { read: 0, written: 0 },
    searches: 0,
    promptCost: zero,
    completionCost: zero,
    cost: zero,
  };
}

/** The `usage` of an answer. */
export function usageBody(bill: Bill): Record<string, unknown> {
  return {
    prompt_tokens: bill.promptTokens,
    completion_tokens: bill.completionTokens,
    total_tokens: bill.promptTokens + bill.completionTokens,
    cost: jsonNumber(bill.cost),
    is_byok: false,
    prompt_tokens_details: {
      cached_tokens: bill.cached.read,
      cache_write_tokens: bill.cached.written,
      audio_tokens: 0,
    },
    cost_details: {
      upstream_inference_cost: null,
      upstream_inference_prompt_cost: jsonNumber(bill.promptCost),
      upstream_inference_completions_cost: jsonNumber(bill.completionCost),
    },
    completion_tokens_details: { reasoning_tokens: 0 },
    ...(bill.searches === 0
      ? {}
      : { server_tool_use_details: { web_search_requests: bill.searches } }),
  };
}
