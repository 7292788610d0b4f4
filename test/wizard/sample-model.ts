import type { CatalogModel } from '../../src/catalog/model.ts';
import { priced } from '../../src/catalog/prices.ts';

interface Facts {
  readonly tools?: boolean;
  readonly created?: number;
  readonly expires?: string;
  readonly speaks?: string;
  readonly prompt?: string;
  readonly completion?: string;
}

/** A listed model, with what is given in place of the defaults. */
export function model(id: string, facts: Facts = {}): CatalogModel {
  return priced({
    id,
    canonicalSlug: null,
    name: id,
    created: facts.created ?? 1,
    contextLength: 1000,
    maxCompletionTokens: null,
    inputModalities: ['text'],
    outputModalities: [facts.speaks ?? 'text'],
    pricing: { prompt: facts.prompt ?? '0.000001', completion: facts.completion ?? '0.000002' },
    supportedParameters: facts.tools === false ? [] : ['tools'],
    expirationDate: facts.expires ?? null,
    isModerated: null,
  });
}
