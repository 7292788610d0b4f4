import { comparePrices, typicalCost } from '../../catalog/prices.ts';
import { clientFor } from '../../openrouter/client.ts';
import { type Endpoint, listEndpoints } from '../../openrouter/endpoints.ts';
import { WireError } from '../../openrouter/wire-error.ts';
import type { Deps } from '../../platform/deps.ts';
import { withProgress } from '../../terminal/progress.ts';
import { isPlainWord } from '../../text/redact.ts';

export interface ProviderOffer extends Endpoint {
  /** Cost of a typical message in USD, exact; null if the price varies. */
  readonly messageUsd: string | null;
  /** Cheapest of the offers that are up; false if all cost the same. */
  readonly cheapest: boolean;
  readonly fastest: boolean;
}

/** The offers, cheapest first, or why they are unknown. */
export type Providers =
  | { readonly offers: readonly ProviderOffer[] }
  | { readonly unknown: string };

/**
 * The providers of a model. OpenRouter returns latency and throughput only for requests with a key, so the key in the
 * environment is sent if there is one. If it is rejected, the request is repeated without it, since the rest is public.
 */
export async function providersOf(deps: Deps, id: string, timeoutMs: number): Promise<Providers> {
  const key = deps.env.OPENROUTER_API_KEY?.trim() || null;
  if (key !== null && !isPlainWord(key)) deps.io.conceal(key);
  try {
    const endpoints = await withProgress(deps.io, `Fetching the providers of ${id}`, () =>
      ask(deps, id, timeoutMs, key),
    );
    return { offers: markOffers(endpoints) };
  } catch (error) {
    if (error instanceof WireError) return { unknown: error.failure.message };
    throw error;
  }
}

async function ask(
  deps: Deps,
  id: string,
  timeoutMs: number,
  key: string | null,
): Promise<readonly Endpoint[]> {
  try {
    return (await listEndpoints(clientFor(deps, key, timeoutMs), id)).endpoints;
  } catch (error) {
    const refused = error instanceof WireError && error.failure.status === 401;
    if (key !== null && refused) return ask(deps, id, timeoutMs, null);
    throw error;
  }
}

/** Cheapest first. A degraded offer is marked neither cheapest nor fastest. */
export function markOffers(endpoints: readonly Endpoint[]): ProviderOffer[] {
  const offers = endpoints
    .map((endpoint) => ({ ...endpoint, messageUsd: typicalCost(endpoint, 1).messageUsd }))
    .sort((a, b) => comparePrices(a.messageUsd, b.messageUsd));
  const up = offers.filter(isUp);
  const [min, max] = [up.at(0)?.messageUsd, up.at(-1)?.messageUsd];
  const speeds = up.map(({ throughput }) => throughput ?? 0);
  const [slow, fast] = [Math.min(...speeds), Math.max(...speeds)];
  return offers.map((offer) => ({
    ...offer,
    cheapest: isUp(offer) && min !== max && offer.messageUsd === min,
    fastest: isUp(offer) && slow !== fast && offer.throughput === fast,
  }));
}

/** OpenRouter reports 0 for healthy and negative numbers for degraded. */
export function isUp({ status }: Pick<Endpoint, 'status'>): boolean {
  return (status ?? 0) >= 0;
}
