import { idParts, isRouterId, modelVariants, routedId } from '../openrouter/model-id.ts';
import type { Model } from '../openrouter/models.ts';

/**
 * A model of the API with values that are derived once, when it is fetched. Prices are exact decimal strings in USD per
 * million tokens, null if the price varies.
 */
export interface CatalogModel extends Model {
  readonly author: string;
  readonly inputPerMillion: string | null;
  readonly outputPerMillion: string | null;
  readonly free: boolean;
}

/** The listed model that a request for `id` reaches, or undefined. Canonical slugs work too. */
export function findModel<M extends Model>(models: readonly M[], id: string): M | undefined {
  const { model } = routedId(id);
  const positions = positionsOf(models);
  const at = positions.get(id) ?? positions.get(model);
  if (at !== undefined) return models[at];
  return models.find((row) => isCanonical(row, model)) ?? findPlain(models, model);
}

/** Cached indexes by id, because lists never change and are searched many times. */
const indexes = new WeakMap<readonly Model[], ReadonlyMap<string, number>>();

function positionsOf(models: readonly Model[]): ReadonlyMap<string, number> {
  const known = indexes.get(models);
  if (known !== undefined) return known;
  const positions = new Map<string, number>();
  for (const [at, { id }] of models.entries()) if (!positions.has(id)) positions.set(id, at);
  indexes.set(models, positions);
  return positions;
}

/** The canonical slug does not contain the variant: `a/b:free` and `a/b` share one. */
function isCanonical({ id, canonicalSlug }: Model, model: string): boolean {
  if (canonicalSlug === null || !model.startsWith(canonicalSlug)) return false;
  const { variant } = idParts(id);
  return model === (variant === '' ? canonicalSlug : `${canonicalSlug}:${variant}`);
}

/** The listed model without a variant that every model accepts, listed or not. */
function findPlain<M extends Model>(models: readonly M[], model: string): M | undefined {
  const { variant } = idParts(model);
  return modelVariants.includes(variant)
    ? findModel(models, model.slice(0, -variant.length - 1))
    : undefined;
}

/**
 * Whether OpenRouter accepts this id. In addition to listed models, it accepts presets, routers, aliases and canonical
 * slugs, which need not be listed.
 */
export function isValidModelId(models: readonly Model[], id: string): boolean {
  const { model, preset } = routedId(id);
  if (preset !== null) {
    const isSlug = /^[\w.-]+(?::[a-z]+)?$/.test(preset);
    return isSlug && (model === '' || isValidModelId(models, model));
  }
  if (findModel(models, id) !== undefined) return true;
  return (
    isRouterId(model) ||
    aliasMembers(models, model).length > 0 ||
    models.some(({ canonicalSlug }) => canonicalSlug === model) ||
    isUnlistedFree(models, model)
  );
}

/** Whether it is an unlisted free variant of a valid id. Free variants come and go. */
export function isUnlistedFree(models: readonly Model[], id: string): boolean {
  const [, plain = null] = /^([^:]+):free$/.exec(id) ?? [];
  return plain !== null && findModel(models, id) === undefined && isValidModelId(models, plain);
}

/**
 * The listed models to which an alias like `~google/gemini-flash-latest` can point: those of the author whose names
 * contain every word of the family. Empty for any other id.
 */
export function aliasMembers<M extends Model>(models: readonly M[], id: string): readonly M[] {
  const [, author, family] = /^~([^/]+)\/(.+)-latest$/.exec(id) ?? [];
  if (author === undefined || family === undefined) return [];
  const wanted = wordsOf(family);
  return models.filter((row) => {
    if (row.id.startsWith('~') || idParts(row.id).author !== author) return false;
    const words = wordsOf(idParts(row.id).slug);
    return wanted.every((word) => words.includes(word));
  });
}

/**
 * Splits a name into lower-case words for comparison: at everything that is not a letter or digit, and between letters
 * and digits, with a version as one word. `Llama-3.3-70B` and `llama3.3 70b` both become `llama 3.3 70 b`, and
 * `claude-3-5-haiku` becomes `claude 3.5 haiku`.
 */
export function wordsOf(text: string): string[] {
  // The Unicode tables for the patterns below take milliseconds to load.
  if (text === '') return [];
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?<![\d.])(\d)-(\d)(?![\d.])/g, '$1.$2');
  return plain.match(/\p{L}+|\p{N}+(?:\.\p{N}+)*/gu) ?? [];
}
