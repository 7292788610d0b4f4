import { findModel } from '../catalog/model.ts';
import { routedId } from '../openrouter/model-id.ts';
import type { Model } from '../openrouter/models.ts';
import type { Clock } from '../platform/deps.ts';
import { findPrice, type Unpriced } from '../pricing/find-price.ts';
import type { RequestBody } from '../pricing/measure.ts';
import type { PricedModel } from '../pricing/priced-model.ts';
import { type WorstCase, worstCase } from '../pricing/worst-case.ts';
import { createEndpointCache } from './endpoint-cache.ts';
import type { ChatBody } from './target.ts';
import type { Upstream } from './upstream.ts';

/** What requests are priced at: the list of models, and the providers of those that are asked for. */
export interface Prices {
  /** `body` as it will be sent to the model `id`. */
  worstCase(id: string, body: ChatBody): Promise<WorstCase | Unpriced>;
}

export interface PricesOptions {
  readonly upstream: Upstream;
  readonly models: () => readonly Model[];
  readonly clock: Clock;
}

export function createPrices({ upstream, models, clock }: PricesOptions): Prices {
  const endpoints = createEndpointCache(upstream, clock);
  const found = new Map<string, Found>();
  let list: readonly Model[] = [];

  /**
   * Worked out once for what decides on a price, as long as the list and the providers are the same. Nothing else of a
   * body is kept, and nothing at all of a huge one.
   */
  function find(id: string, { provider, plugins, preset, models: others }: ChatBody): Found {
    const body = { provider, plugins, preset, models: others };
    const name = JSON.stringify([id, body]);
    if (list !== models() || found.size >= mostFound) found.clear();
    list = models();
    const known = found.get(name);
    if (known?.version === endpoints.version()) return known;
    const price = (each: string) => findPrice(list, each, body, endpoints.of);
    const rows = rowsOf(list, id, body);
    const fresh = { price: remembered(price), rows, version: endpoints.version() };
    if (name.length <= longestName) found.set(name, fresh);
    return fresh;
  }

  return {
    async worstCase(id, body) {
      const asked = find(id, body)
        .rows.map(endpoints.learn)
        .filter((each) => each !== null);
      if (asked.length > 0) await Promise.all(asked);
      return worstCase(find(id, body).price, id, body);
    },
  };
}

const mostFound = 200;
const longestName = 10_000;

interface Found {
  readonly price: (id: string) => PricedModel | Unpriced;
  /** The ids of the listed models. */
  readonly rows: readonly string[];
  /** Of the endpoints that were known. */
  readonly version: number;
}

function remembered<R>(price: (id: string) => R): (id: string) => R {
  const known = new Map<string, R>();
  return (id) => {
    const result = known.get(id) ?? price(id);
    known.set(id, result);
    return result;
  };
}

/** The listed models that a request may reach, but for those that only choose among others. */
function rowsOf(models: readonly Model[], id: string, body: RequestBody): string[] {
  const others = Array.isArray(body.models) ? body.models : [];
  const ids = [id, ...others.filter((other) => typeof other === 'string')];
  return ids.flatMap((each) => {
    const row = findModel(models, each);
    const isRouter = routedId(each).model.startsWith('openrouter/');
    return row === undefined || isRouter ? [] : [row.id];
  });
}
