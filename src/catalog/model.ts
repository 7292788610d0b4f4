import { idParts, routedId } from '../openrouter/model-id.ts';
import type { Model } from '../openrouter/models.ts';

/**
 * A model of the API with values that are derived once, when it is fetched. Prices are exact decimal strings in USD per
 * million tokens, null if the price varies.
 */
export interface CatalogModel extends Model {
  readonly author: string;
  readonly inputPerMillion: string | null;
  readonly outputPerMillion: string | null;
  readonly free: boolean;
}

/** The listed model that a request for `id` reaches, or undefined. Canonical slugs work too. */
export function findModel<M extends Model>(models: readonly M[], id: string): M | undefined {
  const { model } = routedId(id);
  return (
    models.find((row) => row.id === id || row.id === model) ??
    models.find((row) => row.canonicalSlug === model && idParts(row.id).variant === '')
  );
}
