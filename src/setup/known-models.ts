import type { Catalog } from '../catalog/load.ts';
import { findModel } from '../catalog/model.ts';
import { nearestIds, successorOf } from '../catalog/suggest.ts';
import type { KnownModels } from './living-models.ts';

/** What a list of models says of ids, as a plan asks it. */
export function knownModels({ models }: Catalog): KnownModels {
  return {
    has: (id) => findModel(models, id) !== undefined,
    successorOf: (id) => successorOf(models, id)?.id ?? null,
    nearest: (id) => nearestIds(models, id, 3),
  };
}
