import { findModel } from '../catalog/model.ts';
import { type Endpoint, listEndpoints } from '../openrouter/endpoints.ts';
import { routedId } from '../openrouter/model-id.ts';
import type { Model } from '../openrouter/models.ts';
import type { Clock } from '../platform/deps.ts';
import { findPrice, type Unpriced } from '../pricing/find-price.ts';
import type { RequestBody } from '../pricing/measure.ts';
import type { PricedModel } from '../pricing/priced-model.ts';
import { type WorstCase, worstCase } from '../pricing/worst-case.ts';
import { createRedactor } from '../text/redact.ts';
import { type Upstream, upstreamClient } from './upstream.ts';

type Priced = WorstCase | Unpriced;

/** Prices requests from the model list and the providers of the requested models. */
export interface Prices {
  /** `body` is the body to be sent. Returns a promise only if providers have to be fetched first. */
  worstCase(id: string, body: RequestBody): Priced | Promise<Priced>;
}

interface PricesOptions {
  readonly upstream: Upstream;
  readonly models: () => readonly Model[];
  readonly clock: Clock;
}

export function createPrices({ upstream, models, clock }: PricesOptions): Prices {
  const endpoints = createEndpointCache(upstream, clock);
  const found = new Map<string, Found>();
  let list: readonly Model[] = [];

  /**
   * Cached by the fields that affect the price, until the list or the providers change. No other part of a body is
   * kept, and huge bodies are not cached at all.
   */
  function find(id: string, { provider, plugins, preset, models: others }: RequestBody): Found {
    const body = { provider, plugins, preset, models: others };
    const isPlain = Object.values(body).every((each) => each === undefined);
    const name = isPlain ? id : JSON.stringify([id, body]);
    if (list !== models() || found.size >= maxFound) found.clear();
    list = models();
    const known = found.get(name);
    if (known?.version === endpoints.version()) return known;
    const price = (each: string) => findPrice(list, each, body, endpoints.of);
    const rows = rowsOf(list, id, body);
    const fresh = { price: remembered(price), rows, version: endpoints.version() };
    if (name.length <= maxNameLength) found.set(name, fresh);
    return fresh;
  }

  return {
    worstCase(id, body) {
      const { rows, price } = find(id, body);
      const requests = rows.map(endpoints.refresh).filter((each) => each !== null);
      if (requests.length === 0) return worstCase(price, id, body);
      return Promise.all(requests).then(() => worstCase(find(id, body).price, id, body));
    },
  };
}

const maxFound = 200;
const maxNameLength = 10_000;

interface Found {
  readonly price: (id: string) => PricedModel | Unpriced;
  /** The ids of the listed models. */
  readonly rows: readonly string[];
  /** The version of the endpoint cache that this was computed from. */
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

/** The listed models that a request may reach, except routers, which only choose among other models. */
function rowsOf(models: readonly Model[], id: string, body: RequestBody): string[] {
  const others = Array.isArray(body.models) ? body.models : [];
  const ids = [id, ...others.filter((other) => typeof other === 'string')];
  return ids.flatMap((each) => {
    const row = findModel(models, each);
    const isRouter = routedId(each).model.startsWith('openrouter/');
    return row === undefined || isRouter ? [] : [row.id];
  });
}

/** Providers and their prices change from time to time. */
const keptForMs = 3_600_000;
const failureKeptForMs = 60_000;

/** After this a request is priced from the list, which has the price of only one provider. */
const timeoutMs = 2_000;

interface Known {
  readonly endpoints: readonly Endpoint[];
  readonly untilMs: number;
}

/** The providers of models, with their prices. */
function createEndpointCache(upstream: Upstream, clock: Clock) {
  const known = new Map<string, Known>();
  const requests = new Map<string, Promise<void>>();
  let version = 0;

  async function fetchAndKeep(id: string): Promise<void> {
    const endpoints = await fetchEndpoints(upstream, clock, id);
    const keptMs = endpoints === null ? failureKeptForMs : keptForMs;
    const kept = endpoints ?? known.get(id)?.endpoints ?? [];
    known.set(id, { endpoints: kept, untilMs: clock.monotonic() + keptMs });
    version += 1;
    requests.delete(id);
  }

  return {
    /** Empty if they are not known. */
    of: (id: string) => known.get(id)?.endpoints ?? [],
    /** Null if the providers are known; otherwise resolves when they are fetched or the wait has timed out. */
    refresh(id: string): Promise<void> | null {
      if ((known.get(id)?.untilMs ?? 0) > clock.monotonic()) return null;
      const request = requests.get(id) ?? fetchAndKeep(id);
      requests.set(id, request);
      return request;
    },
    /** Changes whenever an endpoint does. */
    version: () => version,
  };
}

/** Null if OpenRouter does not answer in time. */
async function fetchEndpoints(
  upstream: Upstream,
  clock: Clock,
  id: string,
): Promise<readonly Endpoint[] | null> {
  const timeout = new AbortController();
  void clock.sleep(timeoutMs, timeout.signal).then(
    () => timeout.abort(),
    () => undefined,
  );
  const reader = { host: upstream.host, clock, redactor: createRedactor() };
  const client = upstreamClient(upstream, reader, null, timeout.signal);
  const found = await listEndpoints(client, id).then(
    ({ endpoints }) => endpoints,
    () => null,
  );
  timeout.abort();
  return found;
}
