import Big from 'big.js';
import type { Model, ModelPricing } from '../openrouter/models.ts';
import { isRecord } from '../platform/record.ts';
import { amountOf } from '../routing/provider-rules.ts';
import type { RequestBody } from './measure.ts';
import { oneOf, type PricedModel, priced, pricedModel } from './priced-model.ts';

/** A router takes a model that the `auto-router` plugin allows; without the plugin's word any up to the ceiling. */
export function routerPrice(models: readonly Model[], id: string, body: RequestBody): PricedModel {
  const allowed = allowedModels(models, body.plugins);
  if (allowed.length === 0) return ceiling(id, body);
  const basis = `${id} is priced as the dearest of the ${allowed.length} models that its plugin allows`;
  return oneOf(
    id,
    allowed.map((row) => pricedModel(row)),
    basis,
  );
}

function allowedModels(models: readonly Model[], plugins: unknown): readonly Model[] {
  const settings = (Array.isArray(plugins) ? plugins : [])
    .filter(isRecord)
    .find(({ id }) => id === 'auto-router' || id === 'auto-beta-router');
  const allowed = patterns(settings?.allowed_models);
  const excluded = patterns(settings?.excluded_models);
  return models.filter(
    ({ id, pricing }) =>
      allowed.some((pattern) => pattern.test(id)) &&
      !excluded.some((pattern) => pattern.test(id)) &&
      !pricing.prompt.startsWith('-'),
  );
}

/** `anthropic/*` is every model of Anthropic. */
function patterns(list: unknown): RegExp[] {
  const texts = (Array.isArray(list) ? list : []).filter((each) => typeof each === 'string');
  return texts.map((text) => {
    const parts = text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`);
  });
}

/**
 * What a router or a preset is priced at where the request says no more: as Claude Opus 4.1, the dearest model that is
 * no edition for a few tasks (`-pro`, `-fast`). `provider.max_price` lowers it. USD per token.
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

/** With what comes on top at the makers whose prices are highest: caches, long prompts, sound, search. */
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

/** Takes free models alone. */
export const freeRouter = priced({
  id: 'openrouter/free',
  offers: [{ prompt: '0', completion: '0' }],
  ...ceilingLimits,
  readsFiles: true,
  draws: false,
  addedTokens: 0,
  basis: null,
});
