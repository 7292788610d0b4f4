import { type CatalogModel, findModel } from '../catalog/model.ts';
import { idParts } from '../openrouter/model-id.ts';
import { presets } from '../setup/presets.ts';

/** A model that could answer when the chain before it does not. */
export interface FallbackCandidate {
  readonly model: CatalogModel;
  /** What it shares with the chain or lacks: one clause for people. */
  readonly why: string;
}

/**
 * The models that are not in the chain yet, best first: those of other makers, since one outage stops all models of a
 * maker; among them those that can call tools if the primary can, then what the presets recommend, then the newest.
 */
export function fallbackCandidates(
  models: readonly CatalogModel[],
  chain: readonly string[],
): readonly FallbackCandidate[] {
  const [primary = ''] = chain;
  const needsTools = canCallTools(findModel(models, primary));
  const makers = new Set(chain.map(makerOf));
  return models
    .filter((model) => isChoosable(model) && !chain.includes(model.id))
    .map((model) => ({
      model,
      shared: makers.has(makerOf(model.id)),
      lacksTools: needsTools && !canCallTools(model),
    }))
    .sort(
      (a, b) =>
        Number(a.shared) - Number(b.shared) ||
        Number(a.lacksTools) - Number(b.lacksTools) ||
        rankIn(fallbacks, a.model.id) - rankIn(fallbacks, b.model.id) ||
        (b.model.created ?? 0) - (a.model.created ?? 0),
    )
    .map(({ model, shared, lacksTools }) => ({ model, why: reason(model, shared, lacksTools) }));
}

/** It answers in text and has no expiration date. */
export function isChoosable({ expirationDate, outputModalities }: CatalogModel): boolean {
  const hasText = outputModalities.length === 0 || outputModalities.includes('text');
  return expirationDate === null && hasText;
}

/** The rank of a model among those of the presets; all others come last. */
export function recommendationRank(id: string): number {
  return rankIn(primaries, id);
}

const members = presets.flatMap(({ entries }) => entries.map((entry) => entry.members));
const primaries = members.flatMap(({ defaultModel, complexModel }) =>
  [defaultModel, complexModel].filter((id) => id !== undefined),
);
const fallbacks = members.flatMap(({ fallbackModels }) => fallbackModels ?? []);

function rankIn(list: readonly string[], id: string): number {
  const rank = list.indexOf(id);
  return rank === -1 ? list.length : rank;
}

function reason(model: CatalogModel, shared: boolean, lacksTools: boolean): string {
  const maker = makerOf(model.id);
  const clauses = [
    shared
      ? `${maker} is already in the chain: one outage stops both`
      : `another maker, ${maker}: does not share an outage`,
    ...(lacksTools ? ['cannot call tools, which the first model can'] : []),
    ...(model.free ? ['free: answers even when the credit is used up'] : []),
  ];
  return clauses.join('; ');
}

function canCallTools(model: CatalogModel | undefined): boolean {
  return model?.supportedParameters.includes('tools') ?? false;
}

function makerOf(id: string): string {
  return idParts(id).author;
}
