import { type CatalogModel, findModel } from '../catalog/model.ts';
import { comparePrices, costOf, timesOver } from '../catalog/prices.ts';
import { typicalMessage } from '../catalog/typical.ts';
import type { EntryMembers } from '../setup/setup-request.ts';

/** What a personal assistant is assumed to answer in a day; each message is a `typicalMessage`. */
export const messagesPerDay = 50;

/** USD of a typical day, exact decimal strings. */
export interface DailyCost {
  /** When the primary answers everything; null where its price varies or is not known. */
  readonly usualUsd: string | null;
  /** When the most expensive link answers everything; null where that is the primary, or not known. */
  readonly mostUsd: string | null;
}

/** What a typical day costs with this entry, without regard to its limits. */
export function dailyCost(members: EntryMembers, models: readonly CatalogModel[]): DailyCost {
  const { defaultModel = '', complexModel, fallbackModels = [] } = members;
  const others = [...(complexModel === undefined ? [] : [complexModel]), ...fallbackModels];
  const usualUsd = costOfModel(defaultModel, models);
  const most = others
    .map((id) => costOfModel(id, models))
    .filter((usd) => usd !== null)
    .sort(comparePrices)
    .at(-1);
  const isMore = most !== undefined && usualUsd !== null && comparePrices(most, usualUsd) > 0;
  return { usualUsd, mostUsd: isMore ? most : null };
}

function costOfModel(id: string, models: readonly CatalogModel[]): string | null {
  const model = findModel(models, id);
  if (model === undefined) return null;
  const { promptTokens, completionTokens } = typicalMessage;
  return timesOver(costOf(model, promptTokens, completionTokens), messagesPerDay);
}
