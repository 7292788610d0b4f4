import { type Endpoint, listEndpoints } from '../openrouter/endpoints.ts';
import type { Clock } from '../platform/deps.ts';
import { createRedactor } from '../text/redact.ts';
import type { Upstream } from './upstream.ts';
import { upstreamClient } from './upstream-client.ts';

/** Who serves the models that are asked for, and at what prices. */
export interface EndpointCache {
  /** Empty where it is not known. */
  of(id: string): readonly Endpoint[];
  /** Null where it is known already; else resolves, in whatever case, when a request has waited long enough. */
  learn(id: string): Promise<void> | null;
  /** Another one whenever something was learned. */
  version(): number;
}

/** Providers come, and change their prices, now and then. */
const keptForMs = 3_600_000;
const failureKeptForMs = 60_000;

/** The list has the price of one provider; rather than wait for longer, a request is priced at that. */
const patienceMs = 2_000;

interface Known {
  readonly endpoints: readonly Endpoint[];
  readonly untilMs: number;
}

export function createEndpointCache(upstream: Upstream, clock: Clock): EndpointCache {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<void>>();
  let version = 0;

  async function ask(id: string): Promise<void> {
    const endpoints = await fetchEndpoints(upstream, clock, id);
    const keptMs = endpoints === null ? failureKeptForMs : keptForMs;
    const kept = endpoints ?? known.get(id)?.endpoints ?? [];
    known.set(id, { endpoints: kept, untilMs: clock.monotonic() + keptMs });
    version += 1;
    asking.delete(id);
  }

  return {
    of: (id) => known.get(id)?.endpoints ?? [],
    learn(id) {
      if ((known.get(id)?.untilMs ?? 0) > clock.monotonic()) return null;
      const asked = asking.get(id) ?? ask(id);
      asking.set(id, asked);
      return asked;
    },
    version: () => version,
  };
}

/** Null where OpenRouter cannot be asked, or takes its time. */
async function fetchEndpoints(
  upstream: Upstream,
  clock: Clock,
  id: string,
): Promise<readonly Endpoint[] | null> {
  const over = new AbortController();
  void clock.sleep(patienceMs, over.signal).then(
    () => over.abort(),
    () => undefined,
  );
  const reader = { host: upstream.host, clock, redactor: createRedactor() };
  const client = upstreamClient(upstream, reader, null, over.signal);
  const found = await listEndpoints(client, id).then(
    ({ endpoints }) => endpoints,
    () => null,
  );
  over.abort();
  return found;
}
