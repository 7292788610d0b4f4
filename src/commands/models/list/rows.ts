import type { CatalogModel } from '../../../catalog/model.ts';
import type { Cell } from '../../../text/csv.ts';
import { modelDocument } from '../document.ts';

/** Head and rows for a pipe and for `--csv`: the names and the exact values of `--json`. */
export function modelRows(models: readonly CatalogModel[]): Cell[][] {
  return [
    [...fields],
    ...models.map((model) => {
      const { supportedParameters, ...rest } = modelDocument(model);
      const row = { ...rest, supportedParameters: supportedParameters.join(' ') };
      return fields.map((field) => row[field]);
    }),
  ];
}

const fields = [
  'id',
  'inputPerMillion',
  'outputPerMillion',
  'contextLength',
  'free',
  'expirationDate',
  'author',
  'name',
  'supportedParameters',
] as const;
