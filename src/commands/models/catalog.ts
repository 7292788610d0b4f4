import { type Catalog, lazyClient, loadCatalog } from '../../catalog/load.ts';
import { type CatalogModel, findModel } from '../../catalog/model.ts';
import { nearestIds } from '../../catalog/suggest.ts';
import type { Deps } from '../../platform/deps.ts';
import { UserError } from '../../platform/errors.ts';
import type { OwnCommand } from '../../platform/own-command.ts';
import { cacheFolder } from '../../platform/paths.ts';
import { type Progress, startProgress } from '../../terminal/progress.ts';

export interface CatalogFlags {
  readonly refresh: boolean;
  readonly offline: boolean;
  readonly timeoutMs: number;
}

/** Loads the list of models as the flags say. Throws UserError if there is none. */
export async function catalogFor(deps: Deps, flags: CatalogFlags): Promise<Catalog> {
  const client = lazyClient(deps, flags.timeoutMs);
  const started: Progress[] = [];
  const load = async () => {
    started.push(await startProgress(deps.io, 'Fetching the list of models'));
    return client.load();
  };
  const catalog = await loadCatalog(deps, {
    client: { ...client, load },
    cacheFolder: cacheFolder(deps),
    mode: flags.offline ? 'offline' : flags.refresh ? 'refresh' : 'auto',
  }).finally(() => started[0]?.stop());
  if (catalog !== null) return catalog;
  throw new UserError('There is no cached list of models yet', {
    type: 'network',
    hint: 'Run the command once without --offline',
  });
}

/** The model with this id. Throws UserError with similar ids as the hint if it is not listed. */
export function modelNamed(models: readonly CatalogModel[], id: string): CatalogModel {
  const model = findModel(models, id);
  if (model !== undefined) return model;
  const near = nearestIds(models, id, 3);
  throw new UserError(`OpenRouter does not list a model "${id}"`, {
    type: 'not_found',
    hint:
      near.length === 0
        ? (command: OwnCommand) => `Search for it: ${command('models <words>')}`
        : `Did you mean ${near.join(' or ')}?`,
  });
}
