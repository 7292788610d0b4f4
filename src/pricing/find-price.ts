import { findModel } from '../catalog/model.ts';
import type { Endpoint } from '../openrouter/endpoints.ts';
import { idParts, routedId } from '../openrouter/model-id.ts';
import type { Model } from '../openrouter/models.ts';
import { allowedEndpoints } from './allowed-endpoints.ts';
import type { RequestBody } from './measure.ts';
import { oneOf, type PricedModel, priced, pricedModel } from './priced-model.ts';
import { ceiling, freeRouter, routerPrice } from './router-price.ts';

/** Why nobody can say what a request costs at most, and what to change, as sentences go on: "…, and <why>: <fix>". */
export interface Unpriced {
  readonly unpriced: string;
  readonly fix: string;
}

/** The endpoints of a listed model, as far as they are known. */
export type EndpointsOf = (id: string) => readonly Endpoint[];

/**
 * What a request for `id` is priced at. A variant like `:nitro` has the prices of its model; where OpenRouter chooses
 * the model, the dearest that the request allows, or a documented ceiling.
 */
export function findPrice(
  models: readonly Model[],
  id: string,
  body: RequestBody,
  endpointsOf: EndpointsOf = () => [],
): PricedModel | Unpriced {
  const { model, preset } = routedId(id);
  const slug = preset ?? (typeof body.preset === 'string' ? body.preset : null);
  const found = model === '' ? ceiling(id, body) : modelPrice(models, model, body, endpointsOf);
  if (slug === null || 'unpriced' in found) return found;
  const basis = `the preset ${JSON.stringify(slug)} adds up to ${presetTokens} tokens`;
  return priced({ ...found, addedTokens: presetTokens, basis: found.basis ?? basis });
}

/** Of the instructions of a preset, which only OpenRouter has. */
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
  unpriced: 'openrouter/fusion asks several models, at prices that are not known before',
  fix: 'use a model with a price of its own',
};

function unlisted(models: readonly Model[], id: string, body: RequestBody): PricedModel | Unpriced {
  if (id === 'openrouter/free') return freeRouter;
  if (/^openrouter\/(auto|auto-beta|pareto[\w-]*)$/.test(id)) return routerPrice(models, id, body);
  const family = /^~(.+)-latest$/.exec(id)?.[1];
  const members = family === undefined ? [] : models.filter((row) => row.id.startsWith(family));
  if (members.length > 0) {
    const basis = `${id} is priced as the dearest of the ${members.length} models of its family`;
    return oneOf(
      id,
      members.map((row) => pricedModel(row)),
      basis,
    );
  }
  return { unpriced: `${id} is not in the list of models`, fix: 'use a model that is listed' };
}
