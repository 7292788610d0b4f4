import {
  filterModels,
  type ModelFilter,
  type ModelOrder,
  sortModels,
} from '../../../catalog/filter.ts';
import type { Catalog } from '../../../catalog/load.ts';
import type { CatalogModel } from '../../../catalog/model.ts';
import { search } from '../../../catalog/search.ts';
import { nearestOf } from '../../../catalog/suggest.ts';
import type { Deps } from '../../../platform/deps.ts';
import { UsageError } from '../../../platform/errors.ts';
import { printJson } from '../../shared/common.ts';
import { type CatalogFlags, catalogFor } from '../catalog.ts';
import { modelDocument, sourceDocument } from '../document.ts';
import { type Format, printRows } from '../format.ts';
import { renderFreshness } from '../freshness.ts';
import { renderNothing } from './nothing.ts';
import { modelRows } from './rows.ts';

export interface ListOptions extends CatalogFlags {
  /** Words to search for; '' lists all. */
  readonly query: string;
  readonly filter: ModelFilter;
  /** Null: best match first, or newest first without a query. */
  readonly sort: ModelOrder | null;
  readonly limit: number | null;
  readonly format: Format;
}

/** Prints the models that answer to the query and every filter. Throws UserError when there is no list. */
export async function runList(deps: Deps, options: ListOptions): Promise<void> {
  const catalog = await catalogFor(deps, options);
  await print(deps, options, catalog, pickModels(catalog.models, options));
}

/** Throws UsageError for an author or a parameter that no listed model has. */
function pickModels(
  models: readonly CatalogModel[],
  { query, filter, sort, limit }: Pick<ListOptions, 'query' | 'filter' | 'sort' | 'limit'>,
): CatalogModel[] {
  refuseUnknown(models, filter);
  const found = search(filterModels(models, filter), query);
  const order = sort ?? (query === '' ? 'newest' : null);
  const sorted = order === null ? found : sortModels(found, order);
  return limit === null ? sorted : sorted.slice(0, limit);
}

function refuseUnknown(models: readonly CatalogModel[], filter: ModelFilter): void {
  const authors = new Set(models.map(({ author }) => author));
  if (filter.author !== undefined) refuse('author', filter.author, authors);
  const parameters = new Set(models.flatMap(({ supportedParameters }) => supportedParameters));
  for (const parameter of filter.supports ?? []) refuse('parameter', parameter, parameters);
}

function refuse(what: string, name: string, known: ReadonlySet<string>): void {
  if (known.has(name)) return;
  const near = nearestOf([...known], name);
  throw new UsageError(`No model has the ${what} "${name}"`, {
    hint: near === null ? `Known: ${[...known].sort().join(', ')}` : `Did you mean ${near}?`,
  });
}

async function print(
  deps: Deps,
  options: ListOptions,
  catalog: Catalog,
  found: readonly CatalogModel[],
): Promise<void> {
  const { io, clock } = deps;
  if (options.format === 'json') {
    return printJson(deps, { ...sourceDocument(catalog), models: found.map(modelDocument) });
  }
  const printed = printRows(io, options.format, modelRows(found));
  if (!printed && found.length > 0) {
    // Only a terminal pays for measuring the width of texts.
    const { renderList } = await import('./render.ts');
    io.out(renderList(io.stdout, found));
  }
  const shown = `${found.length} of ${catalog.models.length} models`;
  io.err(renderFreshness(io, catalog, clock.now(), shown));
  if (found.length === 0) io.err(renderNothing(io.stderr, catalog.models, options.query));
}
