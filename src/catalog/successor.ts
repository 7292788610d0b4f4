import { idParts } from '../openrouter/model-id.ts';
import type { Model } from '../openrouter/models.ts';

/**
 * The listed model that takes the place of one that is gone or has a retirement date: the same author's, of the same
 * family, the newest of them that stays. A `:free` id is followed by a `:free` one alone, since going on to a paid one
 * would cost money unasked; another variant may fall back to the plain model. Null when nothing follows, and when `id`
 * is listed and stays.
 */
export function successorOf<M extends Model>(models: readonly M[], id: string): M | null {
  const own = models.find((model) => model.id === id);
  if (own !== undefined && own.expirationDate === null) return null;
  const heirs = models.filter(
    (model) => model.id !== id && model.expirationDate === null && sameAuthor(model.id, id),
  );
  const name = familyName(idParts(id).slug);
  const family = heirs.filter((model) => familyName(idParts(model.id).slug).core === name.core);
  const candidates = [
    ...heirs.filter((model) => isOtherName(model, id)),
    ...shortestFirst(family.filter((model) => isContinuation(model.id, id))),
    ...newestFirst(
      family.filter((model) => familyName(idParts(model.id).slug).tuning === name.tuning),
    ),
    ...newestFirst(family),
  ];
  return withVariant(candidates, idParts(id).variant);
}

function sameAuthor(listed: string, id: string): boolean {
  const { author } = idParts(id);
  return author === '' || author === idParts(listed).author;
}

/** `anthropic/claude-4-sonnet-20250522` is the API's own other name of the listed `anthropic/claude-sonnet-4`. */
function isOtherName(model: Model, id: string): boolean {
  const { author, slug } = idParts(id);
  return [model.canonicalSlug, model.id]
    .map((name) => idParts(name ?? ''))
    .some((name) => name.slug === slug && (author === '' || name.author === author));
}

/** One is the other with words after it: `llama-3.3-70b` and `llama-3.3-70b-instruct`, a preview and its release. */
function isContinuation(listed: string, id: string): boolean {
  const [a, b] = [idParts(listed).slug, idParts(id).slug];
  return a.startsWith(`${b}-`) || b.startsWith(`${a}-`);
}

/** What stays of a name when versions, dates and the way it was tuned are taken away: `llama 70b`, `claude sonnet`. */
function familyName(slug: string): { core: string; tuning: string } {
  const words = slug
    .toLowerCase()
    .split('-')
    .map((word) => word.replace(trailingVersion, '$1'))
    .filter((word) => word !== '' && !version.test(word));
  return {
    core: words
      .filter((word) => !tunings.has(word))
      .sort()
      .join(' '),
    tuning: words
      .filter((word) => tunings.has(word))
      .sort()
      .join(' '),
  };
}

const version = /^v?\d+(\.\d+)*$/;
const trailingVersion = /^([a-z]+)\d+(\.\d+)*$/;
const tunings: ReadonlySet<string> = new Set([
  'instruct',
  'it',
  'chat',
  'preview',
  'latest',
  'beta',
  'exp',
  'experimental',
  'v',
]);

function newestFirst<M extends Model>(models: readonly M[]): M[] {
  return [...models].sort((a, b) => (b.created ?? 0) - (a.created ?? 0));
}

function shortestFirst<M extends Model>(models: readonly M[]): M[] {
  return [...models].sort((a, b) => a.id.length - b.id.length);
}

function withVariant<M extends Model>(candidates: readonly M[], variant: string): M | null {
  const having = (wanted: string) =>
    candidates.find((model) => idParts(model.id).variant === wanted) ?? null;
  if (variant === 'free') return having('free');
  return having(variant) ?? having('');
}
