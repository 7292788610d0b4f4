import Big from 'big.js';
import { aliasMembers, findModel, isUnlistedFree } from '../catalog/model.ts';
import type { Endpoint } from '../openrouter/endpoints.ts';
import { idParts, isRouterId, routedId } from '../openrouter/model-id.ts';
import type { Model, ModelPricing } from '../openrouter/models.ts';
import { zeroUsd } from '../platform/money.ts';
import { isRecord } from '../platform/record.ts';
import { amountOf, folded } from '../routing/provider-rules.ts';
import { pluginsOf, type RequestBody } from './measure.ts';
import { oneOf, type PricedModel, priced, pricedModel } from './priced-model.ts';

/** Why the maximum cost of a request is unknown, and what to change, as parts of a sentence: "…, and <why>: <fix>". */
export interface Unpriced {
  readonly unpriced: string;
  readonly fix: string;
}

/** The endpoints of a listed model, if they are known. */
export type EndpointsOf = (id: string) => readonly Endpoint[];

/**
 * The price of a request for `id`. A variant such as `:nitro` has the price of its model. If OpenRouter chooses the
 * model, this is the price of the most expensive one that the request allows, or a documented ceiling.
 */
export function findPrice(
  models: readonly Model[],
  id: string,
  body: RequestBody,
  endpointsOf: EndpointsOf = () => [],
): PricedModel | Unpriced {
  const { model, preset } = routedId(id);
  const slug = preset ?? (typeof body.preset === 'string' ? body.preset : null);
  const price = model === '' ? ceiling(id, body) : modelPrice(models, model, body, endpointsOf);
  if (slug === null || 'unpriced' in price) return price;
  const basis = `the preset ${JSON.stringify(slug)} adds up to ${presetTokens} tokens`;
  return priced({ ...price, addedTokens: presetTokens, basis: price.basis ?? basis });
}

/** An assumption about the length of a preset's instructions, which only OpenRouter knows. */
const presetTokens = 20_000;

function modelPrice(
  models: readonly Model[],
  id: string,
  body: RequestBody,
  endpointsOf: EndpointsOf,
): PricedModel | Unpriced {
  const row = findModel(models, id);
  if (id === 'openrouter/fusion') return fusion;
  if (row === undefined) return unlisted(models, id, body);
  const isRouter = idParts(row.id).author === 'openrouter' && row.pricing.prompt.startsWith('-');
  if (isRouter) return routerPrice(models, row.id, body);
  const own = pricedModel(row, allowedEndpoints(endpointsOf(row.id), body.provider));
  const target = row.aliasTarget === undefined ? undefined : findModel(models, row.aliasTarget);
  if (target === undefined) return own;
  return oneOf(id, [own, pricedModel(target)], `${id} stands for ${target.id}`);
}

const fusion: Unpriced = {
  unpriced: 'openrouter/fusion asks several models at prices that are unknown in advance',
  fix: 'use a model with a price',
};

function unlisted(models: readonly Model[], id: string, body: RequestBody): PricedModel | Unpriced {
  if (id === 'openrouter/free') return freeRouter;
  if (isRouterId(id)) return routerPrice(models, id, body);
  const members = aliasMembers(models, id);
  if (members.length > 0) {
    const basis = `${id} is priced as the most expensive of the ${members.length} models of its family`;
    return oneOf(
      id,
      members.map((row) => pricedModel(row)),
      basis,
    );
  }
  // The free variant may have ended, but it never costs more than the model itself.
  if (isUnlistedFree(models, id)) return findPrice(models, id.replace(/:free$/, ''), body);
  return { unpriced: `${id} is not in the list of models`, fix: 'use a listed model' };
}

/** The endpoints that `provider` allows. If it allows none, all of them, because no endpoint will answer anyway. */
function allowedEndpoints(endpoints: readonly Endpoint[], provider: unknown): readonly Endpoint[] {
  if (!isRecord(provider) || endpoints.length === 0) return endpoints;
  const [only, ignore, order] = [provider.only, provider.ignore, provider.order].map(names);
  const fixed = provider.allow_fallbacks === false ? order : [];
  const max = isRecord(provider.max_price) ? provider.max_price : {};
  const allowed = endpoints.filter(
    (endpoint) =>
      (only?.length === 0 || isNamed(only, endpoint)) &&
      (fixed?.length === 0 || isNamed(fixed, endpoint)) &&
      !isNamed(ignore, endpoint) &&
      isWithin(endpoint.pricing, max),
  );
  return allowed.length === 0 ? endpoints : allowed;
}

function names(list: unknown): string[] {
  return (Array.isArray(list) ? list : []).filter((each) => typeof each === 'string').map(folded);
}

function isNamed(slugs: readonly string[] = [], { tag, providerName }: Endpoint): boolean {
  const known = [tag ?? '', tag?.split('/')[0] ?? '', providerName].map(folded);
  return slugs.some((slug) => known.includes(slug));
}

function isWithin(pricing: ModelPricing, max: RequestBody): boolean {
  return (['prompt', 'completion'] as const).every((name) => {
    const [price, cap] = [amountOf(pricing[name]), amountOf(max[name])];
    return price === null || cap === null || price.times(1_000_000).lte(cap);
  });
}

/** The most expensive model that the router's plugin allows, or the ceiling if it does not restrict models. */
function routerPrice(models: readonly Model[], id: string, body: RequestBody): PricedModel {
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

/** OpenRouter rejects requests with more patterns. */
const maxPatterns = 1024;

function patterns(list: unknown): string[] {
  if (!Array.isArray(list) || list.length > maxPatterns) return [];
  return list.filter((each) => typeof each === 'string');
}

/** `anthropic/*` matches every Anthropic model. Not a regular expression, because many stars would take forever. */
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
 * The price of a router or preset that the request does not limit: that of Claude Opus 4.1, the most expensive model
 * except special editions (`-pro`, `-fast`). `provider.max_price` lowers it. USD per token.
 */
const highest = { prompt: '0.000015', completion: '0.000075' } as const;
const ceilingLimits = { contextLength: 2_000_000, maxCompletionTokens: 128_000 } as const;

export function ceiling(id: string, { provider }: RequestBody): PricedModel {
  const max = isRecord(provider) && isRecord(provider.max_price) ? provider.max_price : {};
  const capped = (name: 'prompt' | 'completion') => {
    const cap = amountOf(max[name])?.div(1_000_000);
    return cap?.lt(highest[name]) === true ? cap : new Big(highest[name]);
  };
  const [prompt, completion] = [capped('prompt'), capped('completion')];
  const millions = [prompt, completion].map((price) => price.times(1_000_000).toFixed());
  const basis = `${id} is priced at $${millions.join(' in and $')} out per million tokens: OpenRouter chooses the model`;
  return priced({
    id,
    offers: [ceilingOffer(prompt, completion, amountOf(max.request) ?? zeroUsd)],
    ...ceilingLimits,
    readsFiles: false,
    draws: false,
    addedTokens: 0,
    basis,
  });
}

/** Includes the highest surcharges of any provider for caches, long prompts, audio and search. */
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

/** `openrouter/free` uses only free models. */
const freeRouter = priced({
  id: 'openrouter/free',
  offers: [{ prompt: '0', completion: '0' }],
  ...ceilingLimits,
  readsFiles: true,
  draws: false,
  addedTokens: 0,
  basis: null,
});
