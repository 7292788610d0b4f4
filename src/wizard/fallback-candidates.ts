import { type CatalogModel, findModel, idParts } from '../catalog/model.ts';
import { presets } from '../setup/presets.ts';

/** A model that could answer when the chain before it does not. */
export interface FallbackCandidate {
  readonly model: CatalogModel;
  /** What it has in common with the chain, or has not: one clause for people. */
  readonly why: string;
}

/**
 * The models that are not in the chain yet, best first: those of a maker that the chain has not, since one outage
 * takes all models of a maker; among them those that can call tools as the primary can, then what the presets
 * recommend, then the newest.
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
        placeIn(fallbacks, a.model.id) - placeIn(fallbacks, b.model.id) ||
        (b.model.created ?? 0) - (a.model.created ?? 0),
    )
    .map(({ model, shared, lacksTools }) => ({ model, why: reason(model, shared, lacksTools) }));
}

/** Answers in text and is not about to be retired. */
export function isChoosable({ expirationDate, outputModalities }: CatalogModel): boolean {
  const speaks = outputModalities.length === 0 || outputModalities.includes('text');
  return expirationDate === null && speaks;
}

/** The place of a model among those that the presets use; those that none uses come last. */
export function recommendation(id: string): number {
  return placeIn(primaries, id);
}

const members = presets.flatMap(({ entries }) => entries.map((entry) => entry.members));
const primaries = members.flatMap(({ defaultModel, complexModel }) =>
  [defaultModel, complexModel].filter((id) => id !== undefined),
);
const fallbacks = members.flatMap(({ fallbackModels }) => fallbackModels ?? []);

function placeIn(list: readonly string[], id: string): number {
  const place = list.indexOf(id);
  return place === -1 ? list.length : place;
}

function reason(model: CatalogModel, shared: boolean, lacksTools: boolean): string {
  const maker = makerOf(model.id);
  const words = [
    shared
      ? `${maker} is in the chain already: one outage takes both`
      : `another maker, ${maker}: shares no outage`,
    ...(lacksTools ? ['cannot call tools, which the first model can'] : []),
    ...(model.free ? ['free: answers even when the credit is used up'] : []),
  ];
  return words.join('; ');
}

function canCallTools(model: CatalogModel | undefined): boolean {
  return model?.supportedParameters.includes('tools') ?? false;
}

function makerOf(id: string): string {
  return idParts(id).author;
}
