import type { Catalog } from '../../catalog/load.ts';
import type { CatalogModel } from '../../catalog/model.ts';

/** A model in `--json`; prices are exact decimal strings in USD per million tokens, null where the price varies. */
export function modelDocument(model: CatalogModel) {
  const { id, name, author, contextLength, inputPerMillion, outputPerMillion } = model;
  const { free, supportedParameters, expirationDate } = model;
  return {
    id,
    name,
    author,
    contextLength,
    inputPerMillion,
    outputPerMillion,
    free,
    supportedParameters,
    expirationDate,
  };
}

/** Where the list came from, as every `--json` of `models` begins. */
export function sourceDocument({ source, fetchedAt }: Catalog) {
  return { ok: true, source, fetchedAt };
}
