import { baseUrlFrom } from '../openrouter/base-url.ts';
import { clientFor } from '../openrouter/client.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { cacheFolder } from '../platform/paths.ts';
import { type Catalog, loadCatalog } from './load.ts';

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
