import type { CatalogChange } from '../catalog/cached-list.ts';
import type { Catalog } from '../catalog/load.ts';
import { type CatalogModel, findModel, isUnlistedFree, isValidModelId } from '../catalog/model.ts';
import { successorOf } from '../catalog/successor.ts';
import { isMisspelling, nearestIds } from '../catalog/suggest.ts';
import type { Path } from '../config/edit.ts';
import {
  canonicalModelId,
  hasDoubledPrefix,
  hostModelId,
  idParts,
  modelVariants,
  routedId,
  routingVariants,
} from '../openrouter/model-id.ts';
import { formatUsd } from '../platform/money.ts';
import { nearestName } from '../platform/nearest.ts';
import type { Entry } from '../setup-file/entry.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import { type Fix, listedTexts, setupFix } from './finding.ts';

/** A model id in the setup file, with its path. */
export interface Mention {
  readonly entry: Entry;
  readonly role: 'primary' | 'complex' | `fallback${number}`;
  /** As written. */
  readonly id: string;
  readonly path: Path;
}

/** Every model id of the entry: the chain in order, then the complex model. */
export function mentionsOf(setup: Pick<Setup, 'value'>, entry: Entry): readonly Mention[] {
  const { path, defaultModel, complexModel } = entry;
  return [
    ...mention(entry, 'primary', defaultModel, [...path, 'defaultModel']),
    ...fallbackMentions(setup, entry),
    ...mention(entry, 'complex', complexModel ?? '', [...path, 'complexModel']),
  ];
}

export function allMentions(setup: Pick<Setup, 'value' | 'entries'>): readonly Mention[] {
  return setup.entries.flatMap((entry) => mentionsOf(setup, entry));
}

function mention(entry: Entry, role: Mention['role'], id: string, path: Path): readonly Mention[] {
  return id === '' ? [] : [{ entry, role, id, path }];
}

function fallbackMentions(setup: Pick<Setup, 'value'>, entry: Entry): readonly Mention[] {
  const listed = listedTexts(setup, [...entry.path, 'fallbackModels'], entry.fallbackModels);
  return listed.flatMap(({ text, path }, index) =>
    mention(entry, `fallback${index + 1}`, text, path),
  );
}

/** The listed model that the id resolves to. */
export function modelOf(catalog: Catalog, { id }: Mention): CatalogModel | undefined {
  return findModel(catalog.models, id.trim());
}

export function replaceModel(setup: Pick<Setup, 'path'>, mention: Mention, id: string): Fix {
  const { path, entry } = mention;
  const does = `${entry.name}: replace ${mention.id} with ${id}`;
  return setupFix(setup, does, { op: 'set', path, value: id });
}

/** E.g. `fallback 2`, as shown to the user. */
export function roleText(role: Mention['role']): string {
  return role.replace(/\d+$/, ' $&');
}

/** Why no listed model matches an id. Each kind is reported by one check. */
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

/** E.g. `meta-llama/llama-3.3-70b-instruct  ($0.10 in, $0.32 out per M)`. */
export function priceTag({ models }: Catalog, id: string): string {
  const model = findModel(models, id);
  if (model === undefined) return id;
  if (model.free) return `${id} (free)`;
  const { inputPerMillion, outputPerMillion } = model;
  if (inputPerMillion === null || outputPerMillion === null) return `${id} (price varies)`;
  return `${id} (${formatUsd(inputPerMillion)} in, ${formatUsd(outputPerMillion)} out per M)`;
}
