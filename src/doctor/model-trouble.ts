import type { CatalogChange } from '../catalog/changes.ts';
import type { Catalog } from '../catalog/load.ts';
import { findModel, isUnlistedFree, isValidModelId } from '../catalog/model.ts';
import { successorOf } from '../catalog/successor.ts';
import { nearestIds } from '../catalog/suggest.ts';
import {
  canonicalModelId,
  hostModelId,
  idParts,
  modelVariants,
  routingVariants,
} from '../openrouter/model-id.ts';
import { formatUsd } from '../platform/money.ts';
import { nearestName } from '../platform/nearest.ts';

/** Why no listed model answers to an id; each kind is the business of one check. */
export interface ModelTrouble {
  readonly kind: /** The author `openrouter/` is doubled, or missing before one of OpenRouter's own models. */
    | 'prefix'
    /** The model used to be free. */
    | 'free-ended'
    /** The model is there; the part after the colon is unknown. */
    | 'variant'
    /** It was listed when this machine asked before. */
    | 'vanished'
    | 'unknown';
  /** The id that was probably meant or that follows, looked for when asked; null when nothing is near. */
  readonly instead: () => string | null;
  /** ISO time of the refresh that no longer had it. */
  readonly missingSince?: string;
}

/** Null when OpenRouter takes the id, as far as the list tells. */
export function modelTrouble(
  catalog: Catalog,
  changes: readonly CatalogChange[],
  written: string,
): ModelTrouble | null {
  const id = written.trim();
  const { models } = catalog;
  const valid = (name: string) => isValidModelId(models, name);
  const doubled = id.startsWith('openrouter/openrouter/');
  if (id === written && !doubled && valid(id) && !isUnlistedFree(models, id)) return null;
  const prefixed = otherPrefix(id).find(valid);
  if (prefixed !== undefined) return { kind: 'prefix', instead: () => prefixed };
  return variantTrouble(catalog, id) ?? unlistedTrouble(catalog, changes, id);
}

// `auto` alone, and the prefix written twice: in its own config the host puts one in front of every id. A preset is
// also written without its `@`, or in the plural.
function otherPrefix(id: string): string[] {
  const preset = /^@?presets?\/(.+)$/.exec(canonicalModelId(id))?.[1];
  if (preset !== undefined) return [`@preset/${preset}`];
  return [canonicalModelId(id), hostModelId(id)].filter(
    (other) => other !== id && (id.startsWith('openrouter/openrouter/') || !id.includes('/')),
  );
}

function variantTrouble({ models }: Catalog, id: string): ModelTrouble | null {
  const { variant } = idParts(id);
  const plain = variant === '' ? id : id.slice(0, -variant.length - 1);
  if (variant === '' || !isValidModelId(models, plain)) return null;
  if (variant === 'free') {
    return { kind: 'free-ended', instead: () => successorOf(models, id)?.id ?? null };
  }
  const listed = () => nearestIds(models, id, 3).find((other) => other.startsWith(`${plain}:`));
  const near = nearestName(variant, [...routingVariants, ...modelVariants]);
  return {
    kind: 'variant',
    instead: () => (near === null ? listed() : `${plain}:${near}`) ?? plain,
  };
}

function unlistedTrouble(
  { models }: Catalog,
  changes: readonly CatalogChange[],
  id: string,
): ModelTrouble {
  const removal = changes.find(({ vanished }) => vanished.includes(id));
  const successor = () => successorOf(models, id)?.id;
  const nearest = () => (id.length > longestId ? undefined : nearestIds(models, id, 1)[0]);
  if (removal === undefined) {
    return { kind: 'unknown', instead: () => nearest() ?? successor() ?? null };
  }
  return {
    kind: 'vanished',
    instead: () => successor() ?? nearest() ?? null,
    missingSince: removal.at,
  };
}

/** No id is half as long: to look for what is near a longer text takes long and finds nothing. */
export const longestId = 150;

/** `meta-llama/llama-3.3-70b-instruct  ($0.10 in, $0.32 out per M)`. */
export function priceTag({ models }: Catalog, id: string): string {
  const model = findModel(models, id);
  if (model === undefined) return id;
  if (model.free) return `${id} (free)`;
  const { inputPerMillion, outputPerMillion } = model;
  if (inputPerMillion === null || outputPerMillion === null) return `${id} (price varies)`;
  return `${id} (${formatUsd(inputPerMillion)} in, ${formatUsd(outputPerMillion)} out per M)`;
}
