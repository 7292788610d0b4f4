import { type CatalogModel, findModel } from '../catalog/model.ts';
import { comparePrices, costOf, timesOver } from '../catalog/prices.ts';
import { typicalMessage } from '../catalog/typical.ts';
import type { EntryMembers } from '../setup/presets.ts';

/** What a day of a personal assistant is reckoned with; each a `typicalMessage`. */
export const messagesPerDay = 50;

/** USD of a typical day, exact decimal strings. */
export interface DayCost {
  /** When the primary answers everything; null where its price varies or is not known. */
  readonly usualUsd: string | null;
  /** When every message goes to the dearest link; null where that is the primary, or not known. */
  readonly mostUsd: string | null;
}

/** What a typical day costs with this entry, limits not taken into account. */
export function dayCost(members: EntryMembers, models: readonly CatalogModel[]): DayCost {
  const { defaultModel = '', complexModel, fallbackModels = [] } = members;
  const others = [...(complexModel === undefined ? [] : [complexModel]), ...fallbackModels];
  const usualUsd = ofModel(defaultModel, models);
  const most = others
    .map((id) => ofModel(id, models))
    .filter((usd) => usd !== null)
    .sort(comparePrices)
    .at(-1);
  const isMore = most !== undefined && usualUsd !== null && comparePrices(most, usualUsd) > 0;
  return { usualUsd, mostUsd: isMore ? most : null };
}

function ofModel(id: string, models: readonly CatalogModel[]): string | null {
  const model = findModel(models, id);
  if (model === undefined) return null;
  const { promptTokens, completionTokens } = typicalMessage;
  return timesOver(costOf(model, promptTokens, completionTokens), messagesPerDay);
}
