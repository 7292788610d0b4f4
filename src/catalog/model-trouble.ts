import {
  canonicalModelId,
  hasDoubledPrefix,
  hostModelId,
  idParts,
  modelVariants,
  routedId,
  routingVariants,
} from '../openrouter/model-id.ts';
import { nearestName } from '../platform/nearest.ts';
import type { CatalogChange } from './cached-list.ts';
import type { Catalog } from './load.ts';
import { isUnlistedFree, isValidModelId } from './model.ts';
import { successorOf } from './successor.ts';
import { isMisspelling, nearestIds } from './suggest.ts';

/** Why no listed model matches an id. Each kind is reported by one check of doctor. */
export interface ModelTrouble {
  readonly kind: /** The author `openrouter/` is doubled, or missing before one of OpenRouter's own models or a preset. */
    | 'prefix'
    /** The model used to be free. */
    | 'free-ended'
    /** The model exists, but the part after the colon is unknown. */
    | 'variant'
    /** The model was in an earlier list on this machine. */
    | 'vanished'
    | 'unknown';
  /** Computes what was probably meant or the successor; null if nothing is similar enough. */
  readonly instead: () => Instead | null;
  /** It is certain which model is meant: its id is only written differently, e.g. with spaces around it. */
  readonly isSpelling?: boolean;
  /** ISO time of the refresh in which the model was first missing. */
  readonly missingSince?: string;
}

interface Instead {
  readonly id: string;
  /** This is certainly what was meant: no other model can have the written id. */
  readonly isMeant: boolean;
}

/** Null if OpenRouter accepts the id, as far as the list shows. */
export function modelTrouble(
  catalog: Catalog,
  changes: readonly CatalogChange[],
  written: string,
): ModelTrouble | null {
  const id = written.trim();
  const { models } = catalog;
  const valid = (name: string) => isValidModelId(models, name) && !isUnlistedFree(models, name);
  const isDoubled = hasDoubledPrefix(id);
  if (id === written && !isDoubled && valid(id)) return null;
  const meant = otherSpellings(id).find(valid);
  if (meant !== undefined) {
    const isPrefix = isDoubled || /^[^/:]+$|presets?\//i.test(id);
    const instead = { id: meant, isMeant: true };
    return { kind: isPrefix ? 'prefix' : 'unknown', isSpelling: true, instead: () => instead };
  }
  return variantTrouble(catalog, id) ?? unlistedTrouble(catalog, changes, id);
}

/**
 * Corrections for common mistakes and the notations of other programs: a bare `auto`, `presets` in the plural, the URL
 * of a model page.
 */
function otherSpellings(id: string): string[] {
  const address = /^(?:https?:\/\/)?(?:openrouter\.ai)?\/(?:models\/)?/i;
  const plain = canonicalModelId(id.replace(address, ''));
  return [
    plain.includes('/') ? plain : hostModelId(plain),
    plain.replace(/@?presets?\/(?=.)/i, '@preset/'),
    plain.replace(/[:\\]/, '/'),
    `~${plain.replace(/[~～]/gu, '')}`,
  ].map(canonicalModelId);
}

/** The model in an id, and a function that puts another model in its place, keeping the variants and the preset. */
interface Routed {
  readonly model: string;
  readonly withModel: (model: string) => string;
}

function routed(id: string): Routed {
  const { model, variants, preset } = routedId(id);
  const rest = [
    ...variants.map((variant) => `:${variant}`),
    preset === null ? '' : `@preset/${preset}`,
  ];
  return { model, withModel: (other) => other + rest.join('') };
}

function variantTrouble({ models }: Catalog, id: string): ModelTrouble | null {
  const { model, withModel } = routed(id);
  const [, plain = '', variant = null] = /^(.+):([^:]*)$/.exec(model) ?? [];
  if (variant === null || !isValidModelId(models, plain)) return null;
  if (variant === 'free') {
    return { kind: 'free-ended', instead: () => successor(models, id) };
  }
  const isTaken = (other: string) =>
    isValidModelId(models, other) && !isUnlistedFree(models, other);
  const listed = models.flatMap(({ id }) =>
    id.startsWith(`${plain}:`) ? idParts(id).variant : [],
  );
  const near = nearestName(variant, [...routingVariants, ...modelVariants, ...listed, 'free']);
  const meant = variant === '' ? plain : `${plain}:${near}`;
  const isMeant = isTaken(meant);
  return { kind: 'variant', instead: () => ({ id: withModel(isMeant ? meant : plain), isMeant }) };
}

function unlistedTrouble(
  { models }: Catalog,
  changes: readonly CatalogChange[],
  id: string,
): ModelTrouble {
  const removal = changes.find(({ vanished }) => vanished.includes(id));
  const meant = () => (id.length > maxIdLength ? null : nearest(models, id));
  if (removal === undefined) {
    return {
      kind: 'unknown',
      instead: () => {
        const near = meant();
        const isLonger = near?.id.startsWith(`${id}-`) ?? false;
        return near?.isMeant || isLonger ? near : (successor(models, id) ?? near);
      },
    };
  }
  return {
    kind: 'vanished',
    instead: () => successor(models, id, true) ?? meant(),
    missingSince: removal.at,
  };
}

function successor(models: Catalog['models'], id: string, isMeant = false): Instead | null {
  const { model, withModel } = routed(id);
  const next = successorOf(models, model);
  return next === null ? null : { id: withModel(next.id), isMeant };
}

function nearest(models: Catalog['models'], id: string): Instead | null {
  const { model, withModel } = routed(id);
  const near = model.startsWith('~') ? nearestAlias(models, model) : nearestRow(models, model);
  if (near === null || withModel(near.id) === id) return null;
  return {
    id: withModel(near.id),
    isMeant: near.isMeant && isValidModelId(models, withModel(near.id)),
  };
}

/** Adds back the id's variant if that is one that every model has. */
function nearestRow(models: Catalog['models'], id: string): Instead | null {
  const { variant } = idParts(id);
  const suffix = modelVariants.includes(variant) ? `:${variant}` : '';
  const twin = models.find((row) => looks(row.id) === looks(id));
  const [near = twin?.id] = twin === undefined ? nearestIds(models, id, 1) : [];
  const row = models.find((each) => each.id === near);
  if (row === undefined) return null;
  const isKept = suffix !== '' || idParts(row.id).variant === variant;
  return {
    id: idParts(row.id).variant === '' ? row.id + suffix : row.id,
    isMeant: twin !== undefined || (isKept && isMisspelling(id, row)),
  };
}

/** Folds look-alike characters: `gpt-40` looks like `gpt-4o`. */
function looks(id: string): string {
  return id.toLowerCase().replaceAll('0', 'o');
}

/** E.g. `~anthropic/claude-sonnet-latest` for `~anthropic/claude-sonet-latest`, whether or not it is in the list. */
function nearestAlias(models: Catalog['models'], id: string): Instead | null {
  const [near = ''] = nearestIds(models, id.replace(/-latest$/, ''), 1);
  const { author, slug } = idParts(near);
  const family = slug.split('-').filter((word) => !/\d/.test(word) && word !== 'latest');
  const alias = `~${author}/${family.join('-')}-latest`;
  return isValidModelId(models, alias)
    ? { id: alias, isMeant: isMisspelling(id, { id: alias, canonicalSlug: null }) }
    : null;
}

/** No id is even half as long. Searching for names similar to a longer text is slow and finds nothing. */
export const maxIdLength = 150;
