import Big from 'big.js';
import type { Endpoint } from '../openrouter/endpoints.ts';
import type { Model, ModelPricing } from '../openrouter/models.ts';
import { type CacheTime, type Rates, ratesOf } from './rates.ts';

/** A model, or several of which one will serve, with every price that may apply. */
export interface Offered {
  readonly id: string;
  readonly offers: readonly ModelPricing[];
  /** Tokens; null if it is not known. */
  readonly contextLength: number | null;
  /** Tokens; null if only the context limits an answer. */
  readonly maxCompletionTokens: number | null;
  /** Whether it reads documents itself; for other models OpenRouter has them parsed. */
  readonly readsFiles: boolean;
  /** Whether its answers may contain images, whatever token limit a request sets. */
  readonly draws: boolean;
  /** Tokens that OpenRouter adds: the instructions of a preset. */
  readonly addedTokens: number;
  /** Why these prices apply, for people; null if they are the listed ones. */
  readonly basis: string | null;
}

export interface PricedModel extends Offered {
  /** Null if a price varies. */
  rates(promptTokens: number, cache: CacheTime): Rates | null;
}

/**
 * A listed model at the price of the most expensive of its endpoints and with the highest of their limits, because any of
 * them may serve.
 */
export function pricedModel(row: Model, endpoints: readonly Endpoint[] = []): PricedModel {
  const offers = [row.pricing, ...endpoints.map(({ pricing }) => pricing)];
  const sources = [row, ...endpoints];
  return priced({
    id: row.id,
    offers: row.outputModalities.includes('audio') ? offers.map(withSpeech) : offers,
    contextLength: largest(sources.map((source) => source.contextLength)),
    maxCompletionTokens: mostTokens(sources),
    readsFiles: row.inputModalities.includes('file'),
    draws: row.outputModalities.includes('image'),
    addedTokens: 0,
    basis: null,
  });
}

/** Several models of which an unknown one will serve. */
export function oneOf(id: string, models: readonly Offered[], basis: string): PricedModel {
  return priced({
    id,
    offers: models.flatMap(({ offers }) => offers),
    contextLength: largest(models.map(({ contextLength }) => contextLength)),
    maxCompletionTokens: mostTokens(models),
    readsFiles: models.every(({ readsFiles }) => readsFiles),
    draws: models.some(({ draws }) => draws),
    addedTokens: Math.max(...models.map(({ addedTokens }) => addedTokens)),
    basis,
  });
}

export function priced(offered: Offered): PricedModel {
  return { ...offered, rates: memoizedRates(offered.offers) };
}

/** Computed once for each price tier. */
function memoizedRates(offers: readonly ModelPricing[]): PricedModel['rates'] {
  const thresholds = offers
    .flatMap(({ overrides = [] }) => overrides)
    .map(({ minPromptTokens }) => minPromptTokens ?? 0);
  const newTiers = () => new Map<number, Rates | null>();
  const known = { none: newTiers(), minutes: newTiers(), hour: newTiers() };
  return (promptTokens, cache) => {
    const tier = thresholds.reduce((most, at) => (promptTokens > at && at > most ? at : most), 0);
    const cached = known[cache].get(tier);
    if (cached !== undefined) return cached;
    const rates = ratesOf(offers, promptTokens, cache);
    known[cache].set(tier, rates);
    return rates;
  };
}

/** OpenAI charges twice as much for audio output as for input; not every row has the price. */
function withSpeech(pricing: ModelPricing): ModelPricing {
  if (pricing.audio === undefined || pricing.audioOutput !== undefined) return pricing;
  return { ...pricing, audioOutput: new Big(pricing.audio).times(2).toFixed() };
}

function largest(lengths: readonly (number | null)[]): number | null {
  const known = lengths.filter((length) => length !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** Null if one of them has no limit except its context. */
function mostTokens(sources: readonly Pick<Offered, 'maxCompletionTokens'>[]): number | null {
  const limits = sources.map(({ maxCompletionTokens }) => maxCompletionTokens);
  return limits.includes(null) ? null : largest(limits);
}
