import Big from 'big.js';
import { zeroUsd } from '../platform/money.ts';
import { isRecord } from '../platform/record.ts';
import type { Unpriced } from './find-price.ts';
import type { RequestBody } from './measure.ts';
import { isOff, pluginsOf } from './measure.ts';
import {
  type NativeSearch,
  pluginSearches,
  type Searches,
  serverToolUses,
  unpricedTool,
  unrequestedSearches,
} from './server-tools.ts';

/** The maximum of additional services that OpenRouter may charge for in a request. */
export interface Extras {
  /** Searches before the model answers. */
  readonly searches: readonly Searches[];
  /** Uses of server tools, after each of which the model reads the whole prompt again; null if there are none. */
  readonly toolUses: Searches | null;
  /** USD per page of a PDF. */
  readonly usdPerPage: Big;
  /** The factor of the service tier on token prices. */
  readonly factor: number;
}

export interface PricedRequest {
  readonly body: RequestBody;
  /** As listed, without routing variants. */
  readonly modelId: string;
  readonly isOnline: boolean;
  readonly readsFiles: boolean;
  readonly native: NativeSearch;
}

/** All additional services in a request, or the first one whose price is unknown. */
export function extrasOf(request: PricedRequest): Extras | Unpriced {
  const { body, native, readsFiles } = request;
  const unpriced = unpricedPlugin(body.plugins) ?? unpricedTool(body) ?? unpricedField(body);
  if (unpriced !== null) return unpriced;
  return {
    searches: searchesOf(request),
    toolUses: serverToolUses(body, fetchPlugins(body), native),
    usdPerPage: parserPrice(pluginsOf(body, 'file-parser'), readsFiles),
    factor: tierFactors.get(tierOf(body)) ?? 1,
  };
}

/** Free plugins: they only choose a model, repair an answer or shorten a prompt. */
const withoutPrice: ReadonlySet<unknown> = new Set([
  ...['auto-router', 'auto-beta-router', 'pareto-router'],
  ...['response-healing', 'context-compression', 'moderation'],
]);
const withPrice: ReadonlySet<unknown> = new Set(['web', 'web-fetch', 'file-parser']);

function unpricedPlugin(plugins: unknown): Unpriced | null {
  if (plugins === undefined || plugins === null) return null;
  if (!Array.isArray(plugins)) {
    return { unpriced: 'plugins is not a list', fix: 'send a list, or leave plugins out' };
  }
  const unknown = plugins.find(
    (plugin: unknown) =>
      !isRecord(plugin) ||
      !(isOff(plugin) || withPrice.has(plugin.id) || withoutPrice.has(plugin.id)),
  );
  if (plugins.some((plugin: unknown) => isRecord(plugin) && plugin.pin_model === true)) {
    return {
      unpriced: 'pin_model takes the model that an earlier answer names',
      fix: 'leave pin_model out, or ask for that model',
    };
  }
  if (unknown === undefined) return null;
  const name = JSON.stringify(isRecord(unknown) ? (unknown.id ?? null) : unknown).slice(0, 100);
  return {
    unpriced: `the cost of the plugin ${name} is unknown in advance`,
    fix: `take ${name} out of plugins`,
  };
}

function fetchPlugins(body: RequestBody): readonly RequestBody[] {
  return pluginsOf(body, 'web-fetch').map((plugin) => ({ ...plugin, type: 'web_fetch' }));
}

function searchesOf({ body, modelId, isOnline, native }: PricedRequest): Searches[] {
  const plugins = pluginsOf(body, 'web');
  const options = isRecord(body.web_search_options) ? [body.web_search_options] : [];
  const configs = [...(plugins.length === 0 && isOnline ? [{}] : plugins), ...options];
  const unrequested = unrequestedSearches(modelId, native);
  return [
    ...configs.map((config) => pluginSearches(config, native)),
    ...(unrequested === null ? [] : [unrequested]),
  ];
}

/** Mistral OCR costs $2 per 1,000 pages, 10 % more in the US region; Cloudflare's and native parsing are free. */
const ocrPrice = new Big('0.0022');
const freeParsers: ReadonlySet<unknown> = new Set(['cloudflare-ai', 'pdf-text', 'native']);

function parserPrice(plugins: readonly RequestBody[], readsFiles: boolean): Big {
  const engines = plugins.map(({ pdf }) => (isRecord(pdf) ? (pdf.engine ?? null) : null));
  const areFree = (engines.length === 0 ? [null] : engines).every((engine) =>
    engine === null ? readsFiles : freeParsers.has(engine),
  );
  return areFree ? zeroUsd : ocrPrice;
}

/** OpenAI's priority tier costs up to twice as much, Anthropic's fast mode six times as much; flex costs less. */
const tierFactors: ReadonlyMap<unknown, number> = new Map([
  ...['auto', 'default', 'standard', 'standard_only', 'flex'].map((tier) => [tier, 1] as const),
  ...['priority', 'fast', 'ultrafast'].map((tier) => [tier, 6] as const),
]);

function tierOf({ service_tier: tier, speed }: RequestBody): unknown {
  return speed === 'fast' ? speed : (tier ?? 'default');
}

function unpricedField(body: RequestBody): Unpriced | null {
  const tier = tierOf(body);
  if (!tierFactors.has(tier)) {
    const name = JSON.stringify(tier).slice(0, 100);
    return {
      unpriced: `the price of the service tier ${name} is not known`,
      fix: 'leave service_tier out',
    };
  }
  if (!isRecord(body.search_parameters)) return null;
  return {
    unpriced: 'search_parameters has no known limit of searches',
    fix: 'use the tool openrouter:web_search with max_uses in its place',
  };
}
