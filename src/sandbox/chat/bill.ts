import Big from 'big.js';
import { isRecord } from '../../platform/record.ts';
import { jsonNumber } from '../account.ts';
import type { CatalogModel } from '../catalog.ts';
import type { ModelEndpoint } from '../endpoints/models.ts';
import { type Json, listOf } from '../http.ts';
import type { CachedPrompt } from './cache.ts';
import { type ChatRequest, countPrompt, tokenize } from './request.ts';

export interface Bill {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cached: CachedPrompt;
  readonly searches: number;
  /** USD, exact. */
  readonly promptCost: Big;
  readonly completionCost: Big;
  /** Includes everything that is not charged per token. */
  readonly cost: Big;
}

/** Tokens of a preset's instructions. */
const presetTokens = 1_000;

/** Tokens of the prompt as the model reads it once. */
export function promptTokensOf(request: ChatRequest, model: CatalogModel): number {
  const { searchTokens } = extrasOf(request, model);
  const { body, messages } = request;
  const preset = request.model.includes('@preset/') || body.preset !== undefined ? presetTokens : 0;
  const asked = countPrompt(messages) + declaredTokens(body) + mediaOf(body).tokens;
  return asked + searchTokens + preset;
}

/** `at` matters for prices that depend on the time of day. */
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
  // An image counts as fewer tokens than its characters would.
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
  /** Per token read from a cache; `write` is per token written to one. */
  readonly read: Big;
  readonly write: Big;
}

/** If several overrides apply, the last one wins. */
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

/** The range may include midnight. */
function isWithin(clock: number, start: unknown, end: unknown): boolean {
  if (typeof start !== 'number' || typeof end !== 'number') return true;
  return start <= end ? clock >= start && clock < end : clock >= start || clock < end;
}

/** Google's rows have a price per image token here, and its image tokens are already part of the prompt. */
function perPicture({ extraPrices: { image = '0' } }: CatalogModel): Big {
  return new Big(image).lt('0.0001') ? new Big(0) : new Big(image);
}

/** The bill if nothing was served. */
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

/** Additional services of OpenRouter for a request. */
interface Extras {
  /** Web searches, which add `searchTokens` to the prompt. */
  readonly searches: number;
  readonly searchTokens: number;
  /** With a server tool, the model reads the prompt twice. */
  readonly readsTwice: boolean;
  /** USD. */
  readonly fees: Big;
}

/** Exa's defaults: number of results, USD and tokens per result. */
const [results, perResult, tokensOfResult] = [5, new Big('0.004'), 600];

/** USD per page with mistral-ocr, which parses files for models that cannot read them. */
const perPage = new Big('0.002');

function extrasOf({ body, model: id }: ChatRequest, model: CatalogModel): Extras {
  const plugin = pluginNamed(body, 'web') ?? (/:online(:|$)/.test(id) ? {} : null);
  const tool = listOf(body.tools).find(({ type }) =>
    /^(openrouter:)?web_search/.test(String(type)),
  );
  const found = [plugin, tool, body.web_search_options].filter(isRecord);
  const searches = found.length;
  const counts = found.map((config) => Number(config.max_results ?? results));
  const price = model.extraPrices.web_search;
  const search = counts
    .map((count) => (price === undefined ? perResult.times(count) : new Big(price)))
    .reduce((sum, usd) => sum.plus(usd), new Big(0));
  return {
    searches,
    searchTokens: tokensOfResult * counts.reduce((sum, count) => sum + count, 0),
    readsTwice: tool !== undefined,
    fees: search.plus(parserPrice(body, model).times(mediaOf(body).pages)),
  };
}

function parserPrice(body: Json, model: CatalogModel): Big {
  const { pdf } = pluginNamed(body, 'file-parser') ?? {};
  const engine = isRecord(pdf) ? pdf.engine : undefined;
  const isPaid = engine === undefined ? !model.traits.includes('file') : engine === 'mistral-ocr';
  return isPaid ? perPage : new Big(0);
}

function pluginNamed({ plugins }: Json, id: string): Json | null {
  return listOf(plugins).find((plugin) => plugin.id === id && plugin.enabled !== false) ?? null;
}

interface Media {
  readonly tokens: number;
  readonly images: number;
  readonly pages: number;
}

const tokensOf = { image: 1_600, page: 2_300, second: { audio: 32, video: 290 } } as const;

/** Assumed size of a file given as a URL, since the sandbox does not download it. */
const behindAddress = { pages: 20, seconds: 60 } as const;

/** The parts of the messages that are not text. */
function mediaOf({ messages }: Json): Media {
  const parts = listOf(messages).flatMap(({ content }) => listOf(content));
  return parts.map(mediaOfPart).reduce(
    (sum, part) => ({
      tokens: sum.tokens + part.tokens,
      images: sum.images + part.images,
      pages: sum.pages + part.pages,
    }),
    { tokens: 0, images: 0, pages: 0 },
  );
}

function mediaOfPart(part: Json): Media {
  const none = { tokens: 0, images: 0, pages: 0 };
  const member = (name: string) => (isRecord(part[name]) ? part[name] : {});
  switch (part.type) {
    case 'image_url':
      return { ...none, tokens: tokensOf.image, images: 1 };
    case 'file': {
      const pages = pagesOf(String(member('file').file_data ?? ''));
      return { ...none, tokens: pages * tokensOf.page, pages };
    }
    case 'input_audio':
      return {
        ...none,
        tokens: seconds(member('input_audio').data, 16_000) * tokensOf.second.audio,
      };
    case 'video_url':
      return { ...none, tokens: seconds(member('video_url').url, 250_000) * tokensOf.second.video };
    default:
      return none;
  }
}

function pagesOf(data: string): number {
  if (!data.startsWith('data:')) return behindAddress.pages;
  const text = Buffer.from(data.slice(data.indexOf(',') + 1), 'base64').toString('latin1');
  return Math.max(1, text.match(/\/Type\s*\/Page(?!s)/g)?.length ?? 0);
}

function seconds(data: unknown, bytesPerSecond: number): number {
  const text = String(data ?? '');
  if (/^https?:/.test(text)) return behindAddress.seconds;
  return Math.ceil((text.length * 3) / 4 / bytesPerSecond);
}

/** Tools and the response format are part of the prompt too. */
function declaredTokens({ tools, response_format }: Json): number {
  return [tools, response_format]
    .filter((declared) => declared !== undefined && declared !== null)
    .reduce((sum: number, declared) => sum + tokenize(JSON.stringify(declared)).length, 0);
}
