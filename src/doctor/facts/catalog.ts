import { readChanges } from '../../catalog/cached-list.ts';
import type { CatalogChange } from '../../catalog/changes.ts';
import { type Catalog, loadCatalog } from '../../catalog/load.ts';
import { baseUrlFrom } from '../../openrouter/base-url.ts';
import { UserError } from '../../platform/errors.ts';
import { cacheFolder } from '../../platform/paths.ts';
import { openClient } from './client.ts';
import { type FactContext, Unavailable } from './context.ts';

/**
 * The list of models as it is now: a model that went since this morning is what a doctor is asked for. The cached one,
 * however old, with `--offline` and where OpenRouter cannot be reached. Throws Unavailable when there is none.
 */
export async function readCatalog(given: FactContext): Promise<Catalog> {
  const { world, options } = given;
  try {
    const catalog = await loadCatalog(world, {
      client: { baseUrl: baseUrlFrom(world.env), load: () => openClient(given, null) },
      cacheFolder: cacheFolder(world),
      mode: options.offline ? 'offline' : 'auto',
      maxAgeMs: 0,
      keep: options.dryRun !== true,
    });
    if (catalog !== null) return catalog;
  } catch (error) {
    if (error instanceof UserError) throw new Unavailable(error.message);
    throw error;
  }
  throw new Unavailable('the list of models is not cached yet; run this once without --offline');
}

export function readCatalogChanges({ world }: FactContext): Promise<readonly CatalogChange[]> {
  return readChanges(world, { folder: cacheFolder(world), baseUrl: baseUrlFrom(world.env) });
}
