import Big from 'big.js';
import { zeroUsd } from '../platform/money.ts';
import { isRecord } from '../platform/record.ts';
import { serverTools } from '../routing/features.ts';
import type { Unpriced } from './find-price.ts';
import type { RequestBody } from './measure.ts';

const isSearch = (type: string) => /^(openrouter:)?web_search(_|$)/.test(type);
const isFetch = (type: string) => /^(openrouter:)?web_fetch(_|$)/.test(type);
const isDatetime = (type: string) => type === 'openrouter:datetime';

/** USD per page, with the most expensive engine. */
const fetchPrice = new Big('0.0025');

/** OpenRouter's step limit if a request sets none. */
const maxSteps = 30;

/** The first tool whose price is unknown, or a tool loop without a limit; null if there is neither. */
export function unpricedTool(body: RequestBody): Unpriced | null {
  const types = serverTools(body).map(({ type }) => String(type));
  const unknown = types.find((type) => !isSearch(type) && !isFetch(type) && !isDatetime(type));
  if (unknown !== undefined) {
    const name = JSON.stringify(unknown.slice(0, 100));
    return {
      unpriced: `the tool ${name} runs at OpenRouter, and its cost is unknown in advance`,
      fix: `take ${name} out of tools`,
    };
  }
  if (types.length === 0 || stepLimit(body) !== null) return null;
  return {
    unpriced: 'stop_server_tools_when sets no limit of steps',
    fix: 'add {"type":"step_count_is","step_count":1} to it, or leave it out',
  };
}

/** The sum of all uses; `more` are tools given as plugins. Null if there is no tool. */
export function serverToolUses(
  body: RequestBody,
  more: readonly RequestBody[],
  native: NativeSearch,
): Searches | null {
  const uses = [...serverTools(body), ...more].flatMap((tool) =>
    settingsOf(tool).map((settings) => usesOf(String(tool.type), settings, native)),
  );
  if (uses.length === 0) return null;
  const count = uses.reduce((sum, each) => sum + each.count, 0);
  return {
    count: Math.min(count, stepLimit(body) ?? maxSteps),
    tokensEach: Math.max(...uses.map(({ tokensEach }) => tokensEach)),
    usdEach: uses.map(({ usdEach }) => usdEach).reduce((a, b) => (a.gt(b) ? a : b)),
  };
}

/**
 * OpenRouter's own tools have their settings only in `parameters`. Tools with other vendors' names may also have them
 * at the top level, and it is unknown which of the two counts.
 */
function settingsOf(tool: RequestBody): readonly RequestBody[] {
  const parameters = isRecord(tool.parameters) ? tool.parameters : {};
  if (String(tool.type).startsWith('openrouter:')) return [parameters];
  return Object.keys(parameters).some((name) => Object.hasOwn(tool, name))
    ? [
        { ...tool, ...parameters },
        { ...parameters, ...tool },
      ]
    : [{ ...tool, ...parameters }];
}

function usesOf(type: string, config: RequestBody, native: NativeSearch): Searches {
  const requested = positive(config.max_uses);
  if (isSearch(type)) {
    const isKept = native.respectsMaxUses || !isNative(config, native);
    const count = requested !== null && isKept ? requested : maxSteps;
    return { ...searchOf(config, native), count };
  }
  if (isDatetime(type)) return { count: maxSteps, tokensEach: 100, usdEach: zeroUsd };
  const tokensEach = positive(config.max_content_tokens) ?? Number.POSITIVE_INFINITY;
  return { count: requested ?? maxSteps, tokensEach, usdEach: fetchPrice };
}

/** Null if `stop_server_tools_when`, which overrides `max_tool_calls`, has no step limit. */
function stepLimit(body: RequestBody): number | null {
  const { stop_server_tools_when: stops, max_tool_calls: calls } = body;
  if (!Array.isArray(stops)) return Math.min(positive(calls) ?? maxSteps, maxSteps);
  const steps = stops
    .filter(isRecord)
    .flatMap(({ type, step_count }) =>
      type === 'step_count_is' ? (positive(step_count) ?? []) : [],
    );
  return steps.length === 0 ? null : Math.min(...steps);
}

/** Web searches, each at its maximum size and price. */
export interface Searches {
  readonly count: number;
  /** Tokens that one search adds to the prompt. */
  readonly tokensEach: number;
  /** USD. */
  readonly usdEach: Big;
}

export interface NativeSearch {
  /** USD; null if the model has no native search, so that one of OpenRouter's engines is used. */
  readonly usd: Big | null;
  /** Whether it respects `max_uses`; only Anthropic's does. */
  readonly respectsMaxUses: boolean;
}

/**
 * OpenRouter's prices (its pages on web search, 2026): Exa costs $4 per 1,000 results, or $7 per 1,000 searches ($15
 * for deep ones); Parallel and Perplexity cost less. A model's native search costs the price in its row, up to twice as
 * much with a large context.
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

/** A search with the settings of a plugin, a tool, or `web_search_options`. */
function searchOf(config: RequestBody, native: NativeSearch): Searches {
  const results = Math.min(maxResults, positive(config.max_results) ?? usualResults);
  const characters =
    positive(config.max_characters) ?? charactersBySize.get(config.search_context_size) ?? 4_000;
  return {
    count: 1,
    tokensEach: Math.max(fewestTokens, Math.ceil((results * characters) / 2)),
    usdEach: highest(enginePrice(config, results), nativePrice(config, native)),
  };
}

/** How often a native search may run if the request sets no limit. */
const nativeSearches = 5;

/** Searches of the `web` plugin, `:online` and `web_search_options`: one by an engine, or several native ones. */
export function pluginSearches(config: RequestBody, native: NativeSearch): Searches {
  const search = searchOf(config, native);
  if (!isNative(config, native)) return search;
  const requested = positive(config.max_uses);
  return {
    ...search,
    count: requested !== null && native.respectsMaxUses ? requested : nativeSearches,
  };
}

/** The searches of models that always search. */
export function unrequestedSearches(modelId: string, native: NativeSearch): Searches | null {
  if (/deep-research|pro-search/.test(modelId)) return { ...searchOf({}, native), count: 100 };
  return /^perplexity\/|search-preview/.test(modelId) ? searchOf({}, native) : null;
}

/** Whether the model's native search may be used. */
function isNative({ engine }: RequestBody, native: NativeSearch): boolean {
  if (engine === 'native') return true;
  return native.usd !== null && (engine === undefined || engine === null || engine === 'auto');
}

function enginePrice({ engine, mode }: RequestBody, results: number): Big {
  if (engine === 'native') return zeroUsd;
  const each = String(mode ?? '').startsWith('deep') ? perDeepSearch : perSearch;
  return highest(new Big(perResult).times(results), new Big(each));
}

function nativePrice(config: RequestBody, native: NativeSearch): Big {
  if (!isNative(config, native)) return zeroUsd;
  // If the row has no price: the second highest of all rows.
  const usd = native.usd ?? new Big('0.05');
  return config.search_context_size === 'high' ? usd.times(2) : usd;
}

function highest(a: Big, b: Big): Big {
  return a.gt(b) ? a : b;
}

/** A positive number in a request; null for anything else. */
export function positive(value: unknown): number | null {
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof count === 'number' && Number.isFinite(count) && count > 0 ? Math.ceil(count) : null;
}
