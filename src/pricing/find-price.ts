import { aliasMembers } from '../catalog/alias.ts';
import { findModel, isUnlistedFree } from '../catalog/model.ts';
import type { Endpoint } from '../openrouter/endpoints.ts';
import { idParts, isRouterId, routedId } from '../openrouter/model-id.ts';
import type { Model, ModelPricing } from '../openrouter/models.ts';
import { isRecord } from '../platform/record.ts';
import { amountOf, folded } from '../routing/provider-rules.ts';
import type { RequestBody } from './measure.ts';
import { oneOf, type PricedModel, priced, pricedModel } from './priced-model.ts';
import { ceiling, freeRouter, routerPrice } from './router-price.ts';

/** Why the most that a request can cost is unknown, and what to change, as parts of a sentence: "…, and <why>: <fix>". */
export interface Unpriced {
  readonly unpriced: string;
  readonly fix: string;
}

/** The endpoints of a listed model, where they are known. */
export type EndpointsOf = (id: string) => readonly Endpoint[];

/**
 * The price of a request for `id`. A variant such as `:nitro` has the price of its model. Where OpenRouter chooses the
 * model, it is the most expensive one that the request allows, or a documented ceiling.
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

/** Assumed for the instructions of a preset, which only OpenRouter knows. */
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
  // Perhaps it has ended; what costs nothing is never charged at more than the model itself.
  if (isUnlistedFree(models, id)) return findPrice(models, id.replace(/:free$/, ''), body);
  return { unpriced: `${id} is not in the list of models`, fix: 'use a listed model' };
}

/** The endpoints that `provider` allows; all of them where it allows none, since then none answers. */
function allowedEndpoints(endpoints: readonly Endpoint[], provider: unknown): readonly Endpoint[] {
  if (!isRecord(provider) || endpoints.length === 0) return endpoints;
  const [only, ignore, order] = [provider.only, provider.ignore, provider.order].map(names);
  const fixed = provider.allow_fallbacks === false ? order : [];
  const most = isRecord(provider.max_price) ? provider.max_price : {};
  const allowed = endpoints.filter(
    (endpoint) =>
      (only?.length === 0 || isNamed(only, endpoint)) &&
      (fixed?.length === 0 || isNamed(fixed, endpoint)) &&
      !isNamed(ignore, endpoint) &&
      isWithin(endpoint.pricing, most),
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

function isWithin(pricing: ModelPricing, most: RequestBody): boolean {
  return (['prompt', 'completion'] as const).every((name) => {
    const [price, cap] = [amountOf(pricing[name]), amountOf(most[name])];
    return price === null || cap === null || price.times(1_000_000).lte(cap);
  });
}
