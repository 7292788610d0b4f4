import { UserError } from '../platform/errors.ts';
import type { EntryDraft, EntryMembers } from './presets.ts';

/** What the catalogue knows of model ids. */
export interface KnownModels {
  /** The model answers today: it is listed, as it is or behind a routing variant such as `:nitro`. */
  has(id: string): boolean;
  /** The living model that takes the place of one that is gone, or null. */
  successorOf(id: string): string | null;
  /** Ids that were probably meant, nearest first. */
  nearest(id: string): readonly string[];
}

/**
 * The draft with ids of models that live: the host's spelling made canonical, one that is gone replaced by its
 * successor, a fallback that repeats another link left out. Each change is said in `notes`. An id of `typed` that
 * nothing follows is a slip: UserError of type `not_found`; one of a preset is kept and said.
 */
export function withLivingModels(
  draft: EntryDraft,
  known: KnownModels | null,
  typed: ReadonlySet<string>,
): { readonly draft: EntryDraft; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const living = (id: string) => livingModel(id, known, typed.has(id), notes);
  const { defaultModel, fallbackModels, complexModel } = draft.members;
  const primary = defaultModel === undefined ? undefined : living(defaultModel);
  const members: EntryMembers = {
    ...draft.members,
    ...(primary === undefined ? {} : { defaultModel: primary }),
    ...(fallbackModels === undefined
      ? {}
      : { fallbackModels: withoutRepeats(fallbackModels.map(living), primary, notes) }),
    ...(complexModel === undefined ? {} : { complexModel: living(complexModel) }),
  };
  return { draft: { ...draft, members }, notes };
}

/** Throws UserError of type `not_found` for the first of these typed ids that OpenRouter has not and never had. */
export function refuseSlips(ids: Iterable<string>, known: KnownModels | null): void {
  for (const id of ids) livingModel(id, known, true, []);
}

function livingModel(
  id: string,
  known: KnownModels | null,
  typed: boolean,
  notes: string[],
): string {
  const plain = withoutHostPrefix(id);
  if (known === null || known.has(plain)) return plain;
  const successor = known.successorOf(plain);
  if (successor !== null) {
    notes.push(`OpenRouter does not offer "${plain}"; "${successor}" takes its place`);
    return successor;
  }
  if (typed) throw noSuchModel(plain, known);
  notes.push(`OpenRouter does not offer "${plain}" any more, and nothing follows it`);
  return plain;
}

// The host writes `openrouter/anthropic/claude-sonnet-4`; `openrouter/auto` is OpenRouter's own id.
function withoutHostPrefix(id: string): string {
  return /^openrouter\/[^/]+\/./.test(id) ? id.slice('openrouter/'.length) : id;
}

function noSuchModel(id: string, known: KnownModels): UserError {
  const near = known.nearest(id);
  return new UserError(`There is no model "${id}"`, {
    type: 'not_found',
    hint:
      near.length === 0
        ? 'Look for it with: openclaw-openrouter models <words>'
        : `Did you mean ${near.map((other) => `"${other}"`).join(' or ')}?`,
  });
}

function withoutRepeats(
  fallbacks: readonly string[],
  primary: string | undefined,
  notes: string[],
): readonly string[] {
  return fallbacks.filter((id, index) => {
    const repeats = id === primary || fallbacks.indexOf(id) < index;
    if (repeats) notes.push(`The fallback "${id}" is in the chain already and was left out`);
    return !repeats;
  });
}
