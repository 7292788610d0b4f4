import { type Catalog, type LazyClient, loadCatalog } from '../../catalog/load.ts';
import type { CatalogModel } from '../../catalog/model.ts';
import { findModel } from '../../catalog/model.ts';
import { nearestIds } from '../../catalog/suggest.ts';
import { baseUrlFrom } from '../../openrouter/base-url.ts';
import type { Deps } from '../../platform/deps.ts';
import { UserError } from '../../platform/errors.ts';
import { cacheFolder } from '../../platform/paths.ts';
import { type Progress, startProgress } from '../../terminal/progress.ts';

export interface CatalogFlags {
  readonly refresh: boolean;
  readonly offline: boolean;
  readonly timeoutMs: number;
}

/** The list of models as the flags ask for it. Throws UserError when it cannot be had. */
export async function catalogFor(deps: Deps, flags: CatalogFlags): Promise<Catalog> {
  const client = lazyClient(deps, flags.timeoutMs);
  const telling: Progress[] = [];
  const load = async () => {
    telling.push(await startProgress(deps.io, 'Asking OpenRouter for its list of models'));
    return client.load();
  };
  const catalog = await loadCatalog(deps, {
    client: { ...client, load },
    cacheFolder: cacheFolder(deps),
    mode: flags.offline ? 'offline' : flags.refresh ? 'refresh' : 'auto',
  }).finally(() => telling[0]?.stop());
  if (catalog !== null) return catalog;
  throw new UserError('There is no list of models on this machine yet', {
    type: 'network',
    hint: 'Run it once without --offline',
  });
}

/** Made when it is needed: a list from the cache loads no client. Without a key: the list is public. */
function lazyClient(deps: Deps, timeoutMs: number): LazyClient {
  return {
    baseUrl: baseUrlFrom(deps.env),
    async load() {
      const { clientFor } = await import('../../openrouter/client.ts');
      return clientFor(deps, null, timeoutMs);
    },
  };
}

/** The listed model of this id. Throws UserError, with what may have been meant, when there is none. */
export function modelNamed(models: readonly CatalogModel[], id: string): CatalogModel {
  const model = findModel(models, id);
  if (model !== undefined) return model;
  const near = nearestIds(models, id, 3);
  throw new UserError(`OpenRouter lists no model "${id}"`, {
    type: 'not_found',
    hint:
      near.length === 0
        ? (program: string) => `Search for it: ${program} models <words>`
        : `Did you mean ${near.join(' or ')}?`,
  });
}
