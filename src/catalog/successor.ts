import { idParts } from '../openrouter/model-id.ts';
import type { Model } from '../openrouter/models.ts';

/**
 * The listed model that replaces one that is no longer listed or has a retirement date: the newest of the same author
 * and family without a retirement date. A `:free` model is only replaced by another `:free` one, because a paid one
 * would incur unexpected costs; other variants may fall back to the plain model. Null if there is no successor, and for
 * a listed model without a retirement date.
 */
export function successorOf<M extends Model>(models: readonly M[], id: string): M | null {
  const own = models.find((model) => model.id === id);
  if (own !== undefined && own.expirationDate === null) return null;
  const others = models.filter(
    (model) => model.id !== id && model.expirationDate === null && sameAuthor(model.id, id),
  );
  const name = familyName(idParts(id).slug);
  const family = others.filter((model) => familyName(idParts(model.id).slug).core === name.core);
  const candidates = [
    ...others.filter((model) => isOtherName(model, id)),
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

/** For example, `anthropic/claude-4-sonnet-20250522` is another API name of `anthropic/claude-sonnet-4`. */
function isOtherName(model: Model, id: string): boolean {
  const { author, slug } = idParts(id);
  return [model.canonicalSlug, model.id]
    .map((name) => idParts(name ?? ''))
    .some((name) => name.slug === slug && (author === '' || name.author === author));
}

/** Whether one is a prefix of the other: `llama-3.3-70b` and `llama-3.3-70b-instruct`. */
function isContinuation(listed: string, id: string): boolean {
  const [a, b] = [idParts(listed).slug, idParts(id).slug];
  return a.startsWith(`${b}-`) || b.startsWith(`${a}-`);
}

/** A name without versions, dates and type of tuning: `llama 70b`, `claude sonnet`. */
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
  const having = (variant: string) =>
    candidates.find((model) => idParts(model.id).variant === variant) ?? null;
  if (variant === 'free') return having('free');
  return having(variant) ?? having('');
}
