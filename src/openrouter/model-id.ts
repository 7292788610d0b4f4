/**
 * Whether this could be the id of a model, as OpenRouter lists it or takes it: `anthropic/claude-sonnet-4`, `a/b:free`,
 * `~openai/gpt-latest`, `@preset/mine`. Ids are written into files, command lines and completions, so an id never has
 * a character that means something to a shell or a terminal.
 */
export function isModelId(text: string): boolean {
  return /^[~@]?[A-Za-z0-9][\w.:/@~+-]{0,199}$/.test(text);
}

/**
 * The id as OpenRouter knows it, without the prefix that the host puts before every id. `openrouter/auto` and the like,
 * which have only two parts, are OpenRouter's own ids and stay.
 */
export function canonicalModelId(id: string): string {
  return id.trim().replace(/^(?:openrouter\/)+(?=(?:[^/@]+|@preset)\/.)/, '');
}

/** The id as the host writes it: `openrouter/<author>/<slug>`. */
export function hostModelId(id: string): string {
  const canonical = canonicalModelId(id);
  return isHostModelId(canonical) ? canonical : `openrouter/${canonical}`;
}

/** Whether the host sends this model, as its config names it, to OpenRouter. */
export function isHostModelId(id: string): boolean {
  return id.startsWith('openrouter/');
}

/** Whether the prefix of the host was put before an id that had it already. */
export function hasDoubledPrefix(id: string): boolean {
  return id.startsWith('openrouter/openrouter/');
}

/** Whether it costs nothing: a free variant, or OpenRouter's own router among them. */
export function isFreeModelId(id: string): boolean {
  const canonical = canonicalModelId(id);
  return canonical.endsWith(':free') || canonical === 'openrouter/free';
}

/** A model id taken apart: `meta-llama/llama-3.3-70b-instruct:free` has all three; what is missing is ''. */
export interface IdParts {
  /** Of an alias without its tilde: `~anthropic/claude-sonnet-latest` is by `anthropic`. '' for a preset. */
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

/** An id without what only changes the way to a model, and what was taken off. */
export interface RoutedId {
  /** '' where a preset chooses the model. */
  readonly model: string;
  /** Without their colons. */
  readonly variants: readonly string[];
  /** The slug of a preset; null without one. */
  readonly preset: string | null;
}

/** Takes every spelling: `openrouter/<author>/<slug>`, `@preset/<slug>`, `<id>@preset/<slug>`, `<id>:nitro`. */
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
 * These are accepted on any id and never listed (openrouter.ai/docs/guides/routing/model-variants/overview); `:free` is
 * a row of the list in its own right.
 */
export const routingVariants: readonly string[] = ['nitro', 'floor', 'exacto', 'online'];

/** Accepted on any id too, though some models have them in rows of their own. */
export const modelVariants: readonly string[] = ['thinking', 'extended'];

/** Whether it is one of OpenRouter's own models that choose among those of others, in the list or not. */
export function isRouterId(id: string): boolean {
  return /^openrouter\/(?:auto(?:-beta)?|bodybuilder|free|fusion|pareto[\w-]*)$/.test(id);
}
