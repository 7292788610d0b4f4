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
const routingVariants: ReadonlySet<string> = new Set(['nitro', 'floor', 'exacto', 'online']);

/**
 * The listed model that a request for `id` reaches, or undefined. Takes the host's spelling
 * (`openrouter/<author>/<slug>`) and the routing variants, which change the way and not the model.
 */
export function findModel<M extends Model>(models: readonly M[], id: string): M | undefined {
  const plain = hostPrefix.test(id) ? id.slice('openrouter/'.length) : id;
  const { variant } = idParts(plain);
  const listed = routingVariants.has(variant) ? plain.slice(0, -variant.length - 1) : plain;
  return models.find((model) => model.id === plain || model.id === listed);
}

// `openrouter/auto` is a model of OpenRouter's own; `openrouter/openai/gpt-4o` is the host's way to say `openai/gpt-4o`.
const hostPrefix = /^openrouter\/[^/]+\/./;
