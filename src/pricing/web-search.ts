import Big from 'big.js';
import type { RequestBody } from './measure.ts';

/** Searches of the web, each at most. */
export interface Searches {
  readonly count: number;
  /** What one adds to the prompt. */
  readonly tokensEach: number;
  /** USD. */
  readonly usdEach: Big;
}

/** What a model's own search costs and how it is kept in bounds. */
export interface NativeSearch {
  /** USD; null where the model has none, and one of OpenRouter's engines searches. */
  readonly usd: Big | null;
  /** Anthropic's alone keeps to `max_uses`. */
  readonly keepsToMaxUses: boolean;
}

/**
 * OpenRouter's prices (its pages on web search, 2026): Exa asks $4 for 1,000 results, or $7 for 1,000 searches, $15 for
 * deep ones; Parallel and Perplexity ask less. A model's own search has the price of its row, and costs up to twice as
 * much with a large context.
 */
const perResult = '0.004';
const [perSearch, perDeepSearch] = ['0.007', '0.015'];

/** What a search of a model's own adds, from above: Anthropic's were measured at 10,000 to 17,000 tokens. */
const fewestTokens = 20_000;
const usualResults = 5;
const mostResults = 100;
/** Of one result; Exa takes 2,000 to 4,000 where the request does not say. */
const charactersBySize: ReadonlyMap<unknown, number> = new Map([
  ['low', 5_000],
  ['medium', 15_000],
  ['high', 30_000],
]);

/** One search as `config` has it: the settings of a plugin, a tool, or `web_search_options`. */
export function searchOf(config: RequestBody, native: NativeSearch): Searches {
  const results = Math.min(mostResults, positive(config.max_results) ?? usualResults);
  const characters =
    positive(config.max_characters) ?? charactersBySize.get(config.search_context_size) ?? 4_000;
  return {
    count: 1,
    tokensEach: Math.max(fewestTokens, Math.ceil((results * characters) / 2)),
    usdEach: highest(enginePrice(config, results), nativePrice(config, native)),
  };
}

/** How often a model's own search may run for one request that only says that it wants one. */
const nativeSearches = 5;

/** The searches of the `web` plugin, `:online` and `web_search_options`: one of an engine, several of a model's own. */
export function pluginSearches(config: RequestBody, native: NativeSearch): Searches {
  const search = searchOf(config, native);
  if (!isNative(config, native)) return search;
  const asked = positive(config.max_uses);
  return { ...search, count: asked !== null && native.keepsToMaxUses ? asked : nativeSearches };
}

/** Models that search whether or not they are asked to. */
export function unaskedSearches(modelId: string, native: NativeSearch): Searches | null {
  if (/deep-research|pro-search/.test(modelId)) return { ...searchOf({}, native), count: 100 };
  return /^perplexity\/|search-preview/.test(modelId) ? searchOf({}, native) : null;
}

/** True where the model's own search may run. */
export function isNative({ engine }: RequestBody, native: NativeSearch): boolean {
  if (engine === 'native') return true;
  return native.usd !== null && (engine === undefined || engine === null || engine === 'auto');
}

function enginePrice({ engine, mode }: RequestBody, results: number): Big {
  if (engine === 'native') return new Big(0);
  const each = String(mode ?? '').startsWith('deep') ? perDeepSearch : perSearch;
  return highest(new Big(perResult).times(results), new Big(each));
}

function nativePrice(config: RequestBody, native: NativeSearch): Big {
  if (!isNative(config, native)) return new Big(0);
  // A model without a price of its own for it, as far as its row says: the dearest of all rows' but one.
  const usd = native.usd ?? new Big('0.05');
  return config.search_context_size === 'high' ? usd.times(2) : usd;
}

function highest(a: Big, b: Big): Big {
  return a.gt(b) ? a : b;
}

/** A count that a request sets; null for what is none. */
export function positive(value: unknown): number | null {
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof count === 'number' && Number.isFinite(count) && count > 0 ? Math.ceil(count) : null;
}
