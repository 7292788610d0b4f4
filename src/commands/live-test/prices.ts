import { catalogIfAny, loadCatalog } from '../../catalog/load.ts';
import type { CatalogModel } from '../../catalog/model.ts';
import { clientFor } from '../../openrouter/client.ts';
import type { Deps } from '../../platform/deps.ts';
import { cacheFolder } from '../../platform/paths.ts';
import { defaultTimeoutMs, type TestOptions } from './options.ts';

// Prices are optional: an API that hangs must not delay the test beyond its own deadline.
const maxPriceWaitMs = 3_000;

/** The models with prices; null if unavailable. Fetches the list only for a cost limit or a prompt about the cost. */
export async function pricesFor(
  world: Deps,
  { maxCost, yes }: Pick<TestOptions, 'maxCost' | 'yes'>,
  timeoutMs: number,
): Promise<readonly CatalogModel[] | null> {
  const needed = maxCost !== undefined || (world.prompter.canPrompt && !yes);
  if (!needed) return cachedModels(world);
  const patienceMs = Math.min(maxPriceWaitMs, Math.ceil(timeoutMs / 4));
  return (await catalogIfAny(world, patienceMs))?.models ?? null;
}

/** The models of the cached list, however old; none if nothing is cached. Makes no requests. */
export async function cachedModels(world: Deps): Promise<readonly CatalogModel[]> {
  const catalog = await loadCatalog(world, {
    client: clientFor(world, null, defaultTimeoutMs),
    cacheFolder: cacheFolder(world),
    mode: 'offline',
  });
  return catalog?.models ?? [];
}
