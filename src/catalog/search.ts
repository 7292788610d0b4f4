import { idParts } from '../openrouter/model-id.ts';
import { editDistance } from '../platform/nearest.ts';
import { type CatalogModel, wordsOf } from './model.ts';
import { comparePrices } from './prices.ts';

/**
 * The models that match every word of `query`, best first. Words may be in any order, joined (`llama70`), abbreviated
 * (`son 4`) or misspelled (`sonet`); numbers must match. Models with fewer other words rank first, then newer ones.
 * An empty query returns all models in their original order.
 */
export function search<M extends CatalogModel>(models: readonly M[], query: string): M[] {
  const queryWords = wordsOf(query);
  if (queryWords.length === 0) return [...models];
  return models
    .map((model) => ({ model, score: score(model, queryWords) }))
    .filter(({ score }) => score > 0)
    .sort(
      (a, b) =>
        b.score - a.score ||
        (b.model.created ?? 0) - (a.model.created ?? 0) ||
        (a.model.id < b.model.id ? -1 : 1),
    )
    .map(({ model }) => model);
}

function score(model: CatalogModel, queryWords: readonly string[]): number {
  const byName = 0.9 * likeness(wordsOf(model.name), queryWords);
  const best = Math.max(likeness(wordsOf(model.id), queryWords), byName);
  return best > 0 && opensSlug(model.id, queryWords) ? best + 0.15 : best;
}

/** From 0 (a word is missing) to a little over 1 (exactly these words in this order). */
function likeness(words: readonly string[], queryWords: readonly string[]): number {
  let hits = 0;
  for (const word of queryWords) {
    const hit = Math.max(0, ...words.map((other) => sameness(word, other)));
    if (hit === 0) return 0;
    hits += hit;
  }
  const quality = hits / queryWords.length;
  const covered = Math.min(1, queryWords.length / words.length);
  return 0.6 * quality + 0.25 * covered + (inOrder(words, queryWords) ? 0.2 : 0);
}

// `llama 70` more likely means a Llama than a model distilled from one, which has the word later in its slug.
function opensSlug(id: string, queryWords: readonly string[]): boolean {
  const [first = ''] = wordsOf(idParts(id).slug);
  return queryWords.includes(first);
}

function sameness(queryWord: string, word: string): number {
  if (word === queryWord) return 1;
  const isNumber = /^\p{N}/u.test(queryWord);
  // A long number may be the beginning of a date; in a short one every digit counts (4 may be 4.5, never 405).
  if (isNumber)
    return word.startsWith(queryWord.length < 4 ? `${queryWord}.` : queryWord) ? 0.8 : 0;
  if (queryWord.length >= 2 && word.startsWith(queryWord)) return 0.8;
  if (queryWord.length >= 3 && word.includes(queryWord)) return 0.6;
  const typos = typosIn(queryWord);
  const near =
    Math.abs(queryWord.length - word.length) <= typos && editDistance(queryWord, word) <= typos;
  return near ? 0.5 : 0;
}

function typosIn(word: string): number {
  if (word.length < 4) return 0;
  return word.length < 7 ? 1 : 2;
}

function inOrder(words: readonly string[], queryWords: readonly string[]): boolean {
  let rest = words;
  return queryWords.every((word) => {
    const at = rest.findIndex((other) => sameness(word, other) > 0);
    rest = rest.slice(at + 1);
    return at !== -1;
  });
}

export interface ModelFilter {
  readonly free?: boolean;
  readonly author?: string;
  /** Decimal string, USD per million input tokens; a price that varies exceeds any limit. */
  readonly maxPrice?: string;
  /** Tokens. */
  readonly minContext?: number;
  /** Every one of these request parameters (`tools`, `reasoning` …) must be supported. */
  readonly supports?: readonly string[];
}

export function filterModels<M extends CatalogModel>(
  models: readonly M[],
  filter: ModelFilter,
): M[] {
  const { free = false, author, maxPrice, minContext = 0, supports = [] } = filter;
  return models.filter(
    (model) =>
      (!free || model.free) &&
      (author === undefined || model.author === author) &&
      (maxPrice === undefined || comparePrices(model.inputPerMillion, maxPrice) <= 0) &&
      (model.contextLength ?? 0) >= minContext &&
      supports.every((parameter) => model.supportedParameters.includes(parameter)),
  );
}

const orders = {
  price: (a, b) => comparePrices(a.inputPerMillion, b.inputPerMillion),
  'output-price': (a, b) => comparePrices(a.outputPerMillion, b.outputPerMillion),
  context: (a, b) => (b.contextLength ?? 0) - (a.contextLength ?? 0),
  newest: (a, b) => (b.created ?? 0) - (a.created ?? 0),
  name: (a, b) => a.name.localeCompare(b.name, 'en', { sensitivity: 'base', numeric: true }),
} as const satisfies Record<string, (a: CatalogModel, b: CatalogModel) => number>;

export type ModelOrder = keyof typeof orders;

export const modelOrders = Object.keys(orders) as readonly ModelOrder[];

/** Returns a sorted copy. Ties are broken by id, so that the result is deterministic. */
export function sortModels<M extends CatalogModel>(models: readonly M[], order: ModelOrder): M[] {
  return [...models].sort((a, b) => orders[order](a, b) || compareText(a.id, b.id));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
