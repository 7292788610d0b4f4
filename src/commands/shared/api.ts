import { type Catalog, loadCatalog } from '../../catalog/load.ts';
import { baseUrlFrom } from '../../openrouter/base-url.ts';
import { type Client, createClient } from '../../openrouter/client.ts';
import type { Deps } from '../../platform/deps.ts';
import { UserError } from '../../platform/errors.ts';
import { cacheFolder } from '../../platform/paths.ts';

/** OpenRouter as the environment points at it, with this key or none. `timeoutMs` is for one request. */
export function clientFor(deps: Deps, apiKey: string | null, timeoutMs: number): Client {
  const { fetch, clock, signal } = deps;
  return createClient({ baseUrl: baseUrlFrom(deps.env), apiKey, fetch, clock, signal, timeoutMs });
}

/**
 * The list of models from the cache or the network; null where it cannot be had, for commands that get by without.
 * With `dryRun` a fetched list is not kept.
 */
export async function catalogIfAny(
  deps: Deps,
  timeoutMs: number,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<Catalog | null> {
  try {
    return await loadCatalog(deps, {
      client: {
        baseUrl: baseUrlFrom(deps.env),
        load: async () => clientFor(deps, null, timeoutMs),
      },
      cacheFolder: cacheFolder(deps),
      mode: 'auto',
      keep: !dryRun,
    });
  } catch (error) {
    if (error instanceof UserError && error.type !== 'usage') return null;
    throw error;
  }
}
