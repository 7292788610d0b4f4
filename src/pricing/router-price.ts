import Big from 'big.js';
import type { Model, ModelPricing } from '../openrouter/models.ts';
import { isRecord } from '../platform/record.ts';
import { amountOf } from '../routing/provider-rules.ts';
import type { RequestBody } from './measure.ts';
import { pluginsOf } from './plugins.ts';
import { oneOf, type PricedModel, priced, pricedModel } from './priced-model.ts';

/** The most expensive model that the router's plugin allows; the ceiling if it does not say. */
export function routerPrice(models: readonly Model[], id: string, body: RequestBody): PricedModel {
  const plugins = pluginsOf(body, `${id.replace(/^openrouter\//, '')}-router`);
  const byPlugin = plugins.map((plugin) => allowedModels(models, plugin));
  const allowed = [...new Set(byPlugin.flat())];
  if (allowed.length === 0 || byPlugin.some((rows) => rows.length === 0)) return ceiling(id, body);
  const basis = `${id} is priced as the most expensive of the ${allowed.length} models that its plugin allows`;
  return oneOf(
    id,
    allowed.map((row) => pricedModel(row)),
    basis,
  );
}

function allowedModels(models: readonly Model[], plugin: RequestBody): readonly Model[] {
  const allowed = patterns(plugin.allowed_models);
  const excluded = patterns(plugin.excluded_models);
  return models.filter(
    ({ id, pricing }) =>
      allowed.some((pattern) => matches(pattern, id)) &&
      !excluded.some((pattern) => matches(pattern, id)) &&
      !pricing.prompt.startsWith('-'),
  );
}

/** OpenRouter refuses a request with more of them. */
const maxPatterns = 1024;

function patterns(list: unknown): string[] {
  if (!Array.isArray(list) || list.length > maxPatterns) return [];
  return list.filter((each) => typeof each === 'string');
}

/** `anthropic/*` is every model of Anthropic. As a regular expression, a text of many stars would take forever. */
function matches(pattern: string, id: string): boolean {
  const [first = '', ...others] = pattern.split(/\*+/);
  const last = others.pop();
  if (last === undefined) return id === first;
  const end = id.length - last.length;
  if (!id.startsWith(first) || !id.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = id.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= end;
}

/**
 * The price of a router or preset where the request does not limit it: that of Claude Opus 4.1, the most expensive model
 * apart from special editions (`-pro`, `-fast`). `provider.max_price` lowers it. USD per token.
 */
const highest = { prompt: '0.000015', completion: '0.000075' } as const;
const ceilingLimits = { contextLength: 2_000_000, maxCompletionTokens: 128_000 } as const;

export function ceiling(id: string, { provider }: RequestBody): PricedModel {
  const most = isRecord(provider) && isRecord(provider.max_price) ? provider.max_price : {};
  const capped = (name: 'prompt' | 'completion') => {
    const cap = amountOf(most[name])?.div(1_000_000);
    return cap?.lt(highest[name]) === true ? cap : new Big(highest[name]);
  };
  const [prompt, completion] = [capped('prompt'), capped('completion')];
  const millions = [prompt, completion].map((price) => price.times(1_000_000).toFixed());
  const basis = `${id} is priced at $${millions.join(' in and $')} out per million tokens: OpenRouter chooses the model`;
  return priced({
    id,
    offers: [ceilingOffer(prompt, completion, amountOf(most.request) ?? new Big(0))],
    ...ceilingLimits,
    readsFiles: false,
    draws: false,
    addedTokens: 0,
    basis,
  });
}

/** With the highest surcharges of any provider: caches, long prompts, audio, search. */
function ceilingOffer(prompt: Big, completion: Big, request: Big): ModelPricing {
  const long = {
    prompt: prompt.times(2).toFixed(),
    completion: completion.times('1.5').toFixed(),
    inputCacheWrite: prompt.times('2.5').toFixed(),
  };
  return {
    prompt: prompt.toFixed(),
    completion: completion.toFixed(),
    inputCacheWrite: prompt.times('1.25').toFixed(),
    request: request.toFixed(),
    audio: '0.00004',
    webSearch: '0.05',
    overrides: [{ minPromptTokens: 200_000, utcStart: null, utcEnd: null, prices: long }],
  };
}

/** Uses only free models. */
export const freeRouter = priced({
  id: 'openrouter/free',
  offers: [{ prompt: '0', completion: '0' }],
  ...ceilingLimits,
  readsFiles: true,
  draws: false,
  addedTokens: 0,
  basis: null,
});
