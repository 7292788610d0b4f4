/**
 * Whether this could be the id of a model, as OpenRouter lists or accepts it: `anthropic/claude-sonnet-4`, `a/b:free`,
 * `~openai/gpt-latest`, `@preset/mine`. Ids are written into files, command lines and completions, so they must not
 * contain characters that are special to a shell or a terminal.
 */
export function isModelId(text: string): boolean {
  return /^[~@]?[A-Za-z0-9][\w.:/@~+-]{0,199}$/.test(text);
}

/**
 * OpenRouter's id, without the prefix that the host adds to every id. Ids with only two parts, like `openrouter/auto`,
 * are OpenRouter's own and stay unchanged.
 */
export function canonicalModelId(id: string): string {
  return id.trim().replace(/^(?:openrouter\/)+(?=(?:[^/@]+|@preset)\/.)/, '');
}

/** The id as the host writes it: `openrouter/<author>/<slug>`. */
export function hostModelId(id: string): string {
  const canonical = canonicalModelId(id);
  return isHostModelId(canonical) ? canonical : `openrouter/${canonical}`;
}

/** Whether the host sends a model with this id in its config to OpenRouter. */
export function isHostModelId(id: string): boolean {
  return id.startsWith('openrouter/');
}

/** Whether the host's prefix was added to an id that already had it. */
export function hasDoubledPrefix(id: string): boolean {
  return id.startsWith('openrouter/openrouter/');
}

/** Whether it costs nothing: a free variant, or OpenRouter's router for free models. */
export function isFreeModelId(id: string): boolean {
  const canonical = canonicalModelId(id);
  return canonical.endsWith(':free') || canonical === 'openrouter/free';
}

/** The parts of a model id: `meta-llama/llama-3.3-70b-instruct:free` has all three; missing ones are ''. */
export interface IdParts {
  /** Without the tilde of an alias: `~anthropic/claude-sonnet-latest` is by `anthropic`. '' for a preset. */
  readonly author: string;
  readonly slug: string;
  /** Without its colon. */
  readonly variant: string;
}

export function authorOf(id: string): string {
  return idParts(id).author;
}

export function idParts(id: string): IdParts {
  const [named = ''] = id.split('@preset/', 1);
  const slash = named.indexOf('/');
  const rest = named.slice(slash + 1);
  const colon = rest.indexOf(':');
  return {
    author: slash === -1 ? '' : named.slice(0, slash).replace(/^~/, ''),
    slug: colon === -1 ? rest : rest.slice(0, colon),
    variant: colon === -1 ? '' : rest.slice(colon + 1),
  };
}

/** An id without the parts that only change the routing, and those parts. */
export interface RoutedId {
  /** '' if a preset chooses the model. */
  readonly model: string;
  /** Without their colons. */
  readonly variants: readonly string[];
  /** The slug of a preset; null if there is none. */
  readonly preset: string | null;
}

/** Accepts every form: `openrouter/<author>/<slug>`, `@preset/<slug>`, `<id>@preset/<slug>`, `<id>:nitro`. */
export function routedId(id: string): RoutedId {
  const [, named = '', preset = null] =
    /^(.*?)(?:@preset\/(.*))?$/s.exec(canonicalModelId(id)) ?? [];
  const [plain = '', ...variants] = named.split(':');
  const isRouting = (variant: string) => routingVariants.includes(variant);
  return {
    model: [plain, ...variants.filter((variant) => !isRouting(variant))].join(':'),
    variants: variants.filter(isRouting),
    preset,
  };
}

/**
 * Accepted on any id and never listed (openrouter.ai/docs/guides/routing/model-variants/overview). `:free` is not one
 * of them, because it has its own rows in the list.
 */
export const routingVariants: readonly string[] = ['nitro', 'floor', 'exacto', 'online'];

/** Also accepted on any id, though some models have their own rows for them. */
export const modelVariants: readonly string[] = ['thinking', 'extended'];

/** Whether it is one of OpenRouter's routers, which choose among other models. They need not be listed. */
export function isRouterId(id: string): boolean {
  return /^openrouter\/(?:auto(?:-beta)?|bodybuilder|free|fusion|pareto[\w-]*)$/.test(id);
}
