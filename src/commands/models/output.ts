import type { Catalog } from '../../catalog/load.ts';
import type { CatalogModel } from '../../catalog/model.ts';
import { currentPricing, perMillion } from '../../catalog/prices.ts';
import type { PriceOverride } from '../../openrouter/models.ts';
import type { Io } from '../../platform/deps.ts';
import { createStyle } from '../../terminal/style.ts';
import { type Cell, toCsv, toTsv } from '../../text/csv.ts';

/** `auto` prints a table on a terminal and tab-separated lines in a pipe. */
export type Format = 'auto' | 'plain' | 'csv' | 'json';

/** Prints rows, header first, as CSV or tab-separated. Returns false, printing nothing, if a table should be drawn. */
export function printRows(
  io: Io,
  format: Format,
  rows: () => readonly (readonly Cell[])[],
): boolean {
  if (format === 'csv') io.out(toCsv(rows()));
  else if (format === 'plain' || !io.stdout.isTty) io.out(toTsv(rows()));
  else return false;
  return true;
}

/** The header, then a row with those fields for each document; a list is one cell. */
export function documentRows<Document extends object>(
  fields: readonly (string & keyof Document)[],
  documents: readonly Document[],
): Cell[][] {
  return [
    [...fields],
    ...documents.map((document) => fields.map((field) => cellOf(document[field]))),
  ];
}

/** A list of strings as one cell; any other object or array as JSON. */
export function cellOf(value: unknown): Cell {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.join(' ');
  }
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
    ? value
    : null;
}

/** A model in `--json`; prices are exact decimal strings in USD per million tokens, null if the price varies. */
export function modelDocument(model: CatalogModel) {
  const { id, name, author, contextLength, inputPerMillion, outputPerMillion } = model;
  const { free, supportedParameters, expirationDate, aliasTarget = null } = model;
  const pricing = currentPricing(model.pricing);
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
    aliasTarget,
    cacheReadPerMillion: perMillion(pricing.inputCacheRead),
    cacheWritePerMillion: perMillion(pricing.inputCacheWrite),
    webSearchUsd: pricing.webSearch ?? null,
    discount: model.pricing.discount ?? null,
    tiers: (pricing.overrides ?? []).map(tierDocument),
  };
}

/** Conditional prices; a null price means no difference from the base price. */
function tierDocument({ minPromptTokens, utcStart, utcEnd, prices }: PriceOverride) {
  return {
    minPromptTokens,
    utcStart,
    utcEnd,
    inputPerMillion: perMillion(prices.prompt),
    outputPerMillion: perMillion(prices.completion),
    cacheReadPerMillion: perMillion(prices.inputCacheRead),
    cacheWritePerMillion: perMillion(prices.inputCacheWrite),
  };
}

/** Where the list came from. Every `--json` document of `models` starts with it. */
export function sourceDocument({ source, fetchedAt }: Catalog) {
  return { ok: true, source, fetchedAt };
}

/** Lines for stderr: how many models are shown, the age of the list, and the catalog's note, if any. */
export function renderFreshness(io: Io, catalog: Catalog, now: Date, shown: string | null): string {
  const style = createStyle(io.stderr);
  const fetched = `fetched ${formatAge(now.getTime() - Date.parse(catalog.fetchedAt))}`;
  const facts = [...(shown === null ? [] : [shown]), fetched].join(` ${style.dot} `);
  const note = catalog.note === undefined ? [] : [`  ${style.symbol('warn')} ${catalog.note}`];
  return [`  ${style.dim(facts)}`, ...note, ''].join('\n');
}

/** The age in the largest unit that fits: `just now`, `5 min ago`, `3 h ago`, `2 days ago`. */
export function formatAge(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes === 0) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ago`;
  return `${Math.floor(hours / 24)} days ago`;
}
