import Big from 'big.js';
import type { RequestBody } from './measure.ts';

/** Web searches, each at its maximum. */
export interface Searches {
  readonly count: number;
  /** Tokens that one search adds to the prompt. */
  readonly tokensEach: number;
  /** USD. */
  readonly usdEach: Big;
}

/** The price and limits of a model's native search. */
export interface NativeSearch {
  /** USD; null if the model has none and an engine of OpenRouter searches. */
  readonly usd: Big | null;
  /** Only Anthropic's respects `max_uses`. */
  readonly respectsMaxUses: boolean;
}

/**
 * OpenRouter's prices (its pages on web search, 2026): Exa costs $4 per 1,000 results, or $7 per 1,000 searches, $15 for
 * deep ones; Parallel and Perplexity cost less. A model's native search has the price of its row, up to twice as much
 * with a large context.
 */
const perResult = '0.004';
const [perSearch, perDeepSearch] = ['0.007', '0.015'];

/** Upper bound of the tokens that a native search adds; Anthropic's were measured at 10,000 to 17,000. */
const fewestTokens = 20_000;
const usualResults = 5;
const maxResults = 100;
/** Characters of one result; Exa uses 2,000 to 4,000 by default. */
const charactersBySize: ReadonlyMap<unknown, number> = new Map([
  ['low', 5_000],
  ['medium', 15_000],
  ['high', 30_000],
]);

/** One search with these settings of a plugin, a tool, or `web_search_options`. */
export function searchOf(config: RequestBody, native: NativeSearch): Searches {
  const results = Math.min(maxResults, positive(config.max_results) ?? usualResults);
  const characters =
    positive(config.max_characters) ?? charactersBySize.get(config.search_context_size) ?? 4_000;
  return {
    count: 1,
    tokensEach: Math.max(fewestTokens, Math.ceil((results * characters) / 2)),
    usdEach: highest(enginePrice(config, results), nativePrice(config, native)),
  };
}

/** How often a native search may run where the request sets no limit. */
const nativeSearches = 5;

/** The searches of the `web` plugin, `:online` and `web_search_options`: one by an engine, or several native ones. */
export function pluginSearches(config: RequestBody, native: NativeSearch): Searches {
  const search = searchOf(config, native);
  if (!isNative(config, native)) return search;
  const requested = positive(config.max_uses);
  return {
    ...search,
    count: requested !== null && native.respectsMaxUses ? requested : nativeSearches,
  };
}

/** Models that always search. */
export function unrequestedSearches(modelId: string, native: NativeSearch): Searches | null {
  if (/deep-research|pro-search/.test(modelId)) return { ...searchOf({}, native), count: 100 };
  return /^perplexity\/|search-preview/.test(modelId) ? searchOf({}, native) : null;
}

/** Whether the model's native search may run. */
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
  // Where the row has no price: the second highest of all rows.
  const usd = native.usd ?? new Big('0.05');
  return config.search_context_size === 'high' ? usd.times(2) : usd;
}

function highest(a: Big, b: Big): Big {
  return a.gt(b) ? a : b;
}

/** A positive count in a request; null for anything else. */
export function positive(value: unknown): number | null {
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof count === 'number' && Number.isFinite(count) && count > 0 ? Math.ceil(count) : null;
}
