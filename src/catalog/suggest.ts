import { canonicalModelId, type IdParts, idParts } from '../openrouter/model-id.ts';
import type { Model } from '../openrouter/models.ts';
import { editDistance } from '../platform/nearest.ts';
import { wordsOf } from './model.ts';

/**
 * Up to `count` listed ids similar to `id`, nearest first. A prefix of a longer name is nearer than any misspelling
 * (`…/llama-3.3-70b` → `…/llama-3.3-70b-instruct`), the variant is kept if it is listed (`:free`), and a missing author
 * does not count as a difference.
 */
export function nearestIds(
  models: readonly Pick<Model, 'id' | 'canonicalSlug'>[],
  id: string,
  count: number,
): string[] {
  const requested = idParts(canonicalModelId(id.toLowerCase()));
  if (requested.slug === '') return [];
  const near = models
    .map((model) => ({ id: model.id, far: distanceTo(model, requested) }))
    .filter(({ far }) => far <= farthest)
    .sort((a, b) => a.far - b.far || a.id.length - b.id.length || (a.id < b.id ? -1 : 1));
  // If one id is very near, less similar ones would only confuse.
  const limit = (near[0]?.far ?? 0) + 0.15;
  return near
    .filter(({ far }) => far <= limit)
    .slice(0, count)
    .map(({ id }) => id);
}

/**
 * Whether `id` is a misspelling of `listed`, not another model. A different number (`…-4` and `…-5`) or an additional
 * word (`…-4-heavy`) means another model, which may be new.
 */
export function isMisspelling(id: string, listed: Pick<Model, 'id' | 'canonicalSlug'>): boolean {
  const meant = idParts(canonicalModelId(id.toLowerCase())).slug;
  if (meant.includes('@')) return false;
  return [listed.id, listed.canonicalSlug ?? listed.id].some((name) => {
    const { slug } = idParts(name);
    const [a, b] = [spellingOf(meant), spellingOf(withoutTuning(slug, meant))];
    return (
      a.numbers === b.numbers &&
      editDistance(a.letters, b.letters) <= Math.max(1, Math.round(a.letters.length / 6))
    );
  });
}

/** Drops the tuning if `meant` has none: `llama-3.3-70b` is short for `llama-3.3-70b-instruct`. */
function withoutTuning(slug: string, meant: string): string {
  const tuning = /-(?:instruct|chat|it)$/;
  return tuning.test(meant) ? slug : slug.replace(tuning, '');
}

/** A suffix belongs to its number: `4o`, `70b`. */
function spellingOf(slug: string): { readonly numbers: string; readonly letters: string } {
  const words =
    slug.replace(/(\d)-([a-z])(?![a-z])/g, '$1$2').match(/\d+(?:[a-z]{1,2}(?![a-z]))?|[a-z]+/g) ??
    [];
  const sorted = (isNumber: boolean) =>
    words
      .filter((word) => /^\d/.test(word) === isNumber)
      .sort()
      .join('');
  return { numbers: sorted(true), letters: sorted(false) };
}

/** The most likely intended name, if `name` is a misspelling of one of `names`; else null. */
export function nearestOf(names: readonly string[], name: string): string | null {
  const [best] = names
    .map((known) => ({ known, far: relative(name.toLowerCase(), known.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  return best !== undefined && best.far <= farthest ? best.known : null;
}

const farthest = 0.45;

function distanceTo(model: Pick<Model, 'id' | 'canonicalSlug'>, target: IdParts): number {
  const listed = idParts(model.id);
  const canonical = idParts(model.canonicalSlug ?? model.id);
  const slug = Math.min(
    slugDistance(target.slug, listed.slug),
    0.05 + slugDistance(target.slug, canonical.slug),
  );
  const author = target.author === '' ? 0 : 0.3 * relative(target.author, listed.author);
  return slug + author + (target.variant === listed.variant ? 0 : 0.12);
}

function slugDistance(target: string, listed: string): number {
  if (target === listed) return 0;
  const spelled = relative(target, listed);
  if (listed.startsWith(`${target}-`) || target.startsWith(`${listed}-`)) return 0.25 * spelled;
  return Math.min(spelled, 0.05 + relative(sorted(target), sorted(listed)));
}

// `claude-4-sonnet` for `claude-sonnet-4`: the right words in the wrong order.
function sorted(slug: string): string {
  return wordsOf(slug).sort().join('-');
}

/** Edit distance divided by the length of the longer text, 0 to 1. */
function relative(a: string, b: string): number {
  return editDistance(a, b) / Math.max(a.length, b.length, 1);
}
