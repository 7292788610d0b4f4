import { type CatalogModel, findModel } from '../catalog/model.ts';
import { comparePrices, costOf, timesOver, typicalMessage } from '../catalog/prices.ts';
import { formatUsd } from '../platform/money.ts';
import {
  type EntryMembers,
  type EntryRequest,
  effectiveEntry,
  type SetupRequest,
} from '../setup/setup-request.ts';
import type { WizardContext } from './context.ts';

/** What a typical day costs with each entry of the request; nothing without a list of models. */
export function costLines(context: WizardContext, { entries }: SetupRequest): readonly string[] {
  if (entries.length === 0 || context.models.length === 0) return [];
  const { promptTokens, completionTokens } = typicalMessage;
  const basis = `${messagesPerDay} messages of ${promptTokens} tokens in, ${completionTokens} out`;
  return [
    `  A typical day ${context.style.dim(`(${basis})`)}`,
    ...entries.map((entry) => `    ${entry.name}  ${costSummary(context, entry)}`),
  ];
}

function costSummary({ models, detected }: WizardContext, entry: EntryRequest): string {
  const { members } = effectiveEntry(entry, detected.setup);
  const { usualUsd, mostUsd } = dailyCost(members, models);
  const limit = members.budget?.dailyLimit;
  return [
    usualUsd === null ? 'its price varies' : Number(usualUsd) === 0 ? 'free' : formatUsd(usualUsd),
    ...(mostUsd === null
      ? []
      : [`${formatUsd(mostUsd)} if its most expensive model answers everything`]),
    ...(limit === undefined ? [] : [`limit ${formatUsd(String(limit))}`]),
  ].join(', ');
}

/** What a personal assistant is assumed to answer in a day; each message is a `typicalMessage`. */
const messagesPerDay = 50;

/** USD of a typical day, exact decimal strings. */
interface DailyCost {
  /** When the primary answers everything; null if its price varies or is not known. */
  readonly usualUsd: string | null;
  /** When the most expensive link answers everything; null if that is the primary, or not known. */
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
