import type { CatalogModel } from './model.ts';
import { comparePrices } from './prices.ts';

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

/** A new list in this order; equal models by id, so that the result is stable. */
export function sortModels<M extends CatalogModel>(models: readonly M[], order: ModelOrder): M[] {
  return [...models].sort((a, b) => orders[order](a, b) || compareText(a.id, b.id));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
