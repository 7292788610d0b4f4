import type { Model } from '../openrouter/models.ts';

/**
 * A model of the catalogue: what the API says of it, and what is asked of it most, worked out once when it is
 * fetched. Prices are exact decimal strings in USD per million tokens, null where the price varies.
 */
export interface CatalogModel extends Model {
  readonly author: string;
  readonly inputPerMillion: string | null;
  readonly outputPerMillion: string | null;
  readonly free: boolean;
}

/** A model id taken apart: `meta-llama/llama-3.3-70b-instruct:free` has all three; what is missing is ''. */
export interface IdParts {
  readonly author: string;
  readonly slug: string;
  /** Without its colon. */
  readonly variant: string;
}

export function idParts(id: string): IdParts {
  const slash = id.indexOf('/');
  const rest = id.slice(slash + 1);
  const colon = rest.indexOf(':');
  return {
    author: slash === -1 ? '' : id.slice(0, slash),
    slug: colon === -1 ? rest : rest.slice(0, colon),
    variant: colon === -1 ? '' : rest.slice(colon + 1),
  };
}

// These are accepted on any id and never listed (openrouter.ai/docs/guides/routing/model-variants/overview);
// every other variant, `:free` among them, is a row of the list in its own right.
const routingVariant = /:(nitro|floor|exacto|online)$/;

/** An id without what only changes the way to a model, and what was taken off. */
export interface RoutedId {
  /** '' where a preset chooses the model. */
  readonly model: string;
  /** Without their colons, the last one first. */
  readonly variants: readonly string[];
  /** The slug of a preset; null without one. */
  readonly preset: string | null;
}

/** Takes the host's spelling (`openrouter/<author>/<slug>`), `@preset/<slug>`, and `<id>@preset/<slug>`. */
export function routedId(id: string): RoutedId {
  const plain = hostPrefix.test(id) ? id.slice('openrouter/'.length) : id;
  const [named = '', preset = null] = plain.split('@preset/', 2);
  const variants: string[] = [];
  let model = named;
  for (let found = routingVariant.exec(model); found !== null; found = routingVariant.exec(model)) {
    variants.push(found[1] ?? '');
    model = model.slice(0, found.index);
  }
  return { model, variants, preset };
}

/** The listed model that a request for `id` reaches, or undefined. Takes canonical slugs too. */
export function findModel<M extends Model>(models: readonly M[], id: string): M | undefined {
  const { model } = routedId(id);
  return (
    models.find((row) => row.id === id || row.id === model) ??
    models.find((row) => row.canonicalSlug === model && idParts(row.id).variant === '')
  );
}

// `openrouter/auto` is a model of OpenRouter's own; `openrouter/openai/gpt-4o` is the host's way to say `openai/gpt-4o`.
const hostPrefix = /^openrouter\/[^/]+\/./;
