import type { Catalog } from '../../catalog/load.ts';
import type { CatalogModel } from '../../catalog/model.ts';
import {
  filterModels,
  type ModelFilter,
  type ModelOrder,
  search,
  sortModels,
} from '../../catalog/search.ts';
import { nearestIds, nearestOf } from '../../catalog/suggest.ts';
import type { Deps, Stream } from '../../platform/deps.ts';
import { UsageError } from '../../platform/errors.ts';
import { createStyle } from '../../terminal/style.ts';
import { printJson } from '../shared/print-json.ts';
import { type CatalogFlags, catalogFor } from './catalog.ts';
import {
  documentRows,
  type Format,
  modelDocument,
  printRows,
  renderFreshness,
  sourceDocument,
} from './output.ts';

export interface ListOptions extends CatalogFlags {
  /** Search words; '' lists all models. */
  readonly query: string;
  readonly filter: ModelFilter;
  /** Null for best match first, or newest first if there is no query. */
  readonly sort: ModelOrder | null;
  readonly limit: number | null;
  readonly format: Format;
}

/** Prints the models that match the query and every filter. Throws UserError if there is no list. */
export async function runList(deps: Deps, options: ListOptions): Promise<void> {
  const catalog = await catalogFor(deps, options);
  await print(deps, options, catalog, pickModels(catalog.models, options));
}

/** Throws UsageError for an author or a parameter that no listed model has. */
function pickModels(
  models: readonly CatalogModel[],
  { query, filter, sort, limit }: Pick<ListOptions, 'query' | 'filter' | 'sort' | 'limit'>,
): CatalogModel[] {
  assertKnown(models, filter);
  const matches = search(filterModels(models, filter), query);
  const order = sort ?? (query === '' ? 'newest' : null);
  const sorted = order === null ? matches : sortModels(matches, order);
  return limit === null ? sorted : sorted.slice(0, limit);
}

function assertKnown(models: readonly CatalogModel[], filter: ModelFilter): void {
  const { author, supports = [] } = filter;
  if (author !== undefined) {
    assertOneOf(new Set(models.map((model) => model.author)), 'author', author);
  }
  if (supports.length === 0) return;
  const parameters = new Set(models.flatMap(({ supportedParameters }) => supportedParameters));
  for (const parameter of supports) assertOneOf(parameters, 'parameter', parameter);
}

function assertOneOf(known: ReadonlySet<string>, what: string, name: string): void {
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
  models: readonly CatalogModel[],
): Promise<void> {
  const { io, clock } = deps;
  if (options.format === 'json') {
    return printJson(deps, { ...sourceDocument(catalog), models: models.map(modelDocument) });
  }
  const printed = printRows(io, options.format, () => documentRows(fields, models));
  if (!printed && models.length > 0) {
    // Loaded on demand, because the code that measures text width is slow to load.
    const { renderList } = await import('./render-list.ts');
    io.out(renderList(io.stdout, models));
  }
  const shown = `${models.length} of ${catalog.models.length} models`;
  io.err(renderFreshness(io, catalog, clock.now(), shown));
  if (models.length === 0) io.err(renderNothing(io.stderr, catalog.models, options.query));
}

/** The columns for a pipe or `--csv`: a subset of the `--json` fields, with the same values. */
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

function renderNothing(stream: Stream, models: readonly CatalogModel[], query: string): string {
  const { arrow } = createStyle(stream);
  const [near] = query === '' ? [] : nearestIds(models, query, 1);
  return near === undefined
    ? `    ${arrow} Try fewer words or a wider filter\n`
    : `    ${arrow} Did you mean ${near}?\n`;
}
