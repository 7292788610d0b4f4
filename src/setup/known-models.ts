import type { Catalog } from '../catalog/load.ts';
import { isValidModelId } from '../catalog/model.ts';
import { successorOf } from '../catalog/successor.ts';
import { nearestIds } from '../catalog/suggest.ts';
import { canonicalModelId } from '../openrouter/model-id.ts';
import { UserError } from '../platform/errors.ts';
import type { EntryMembers, EntryRequest } from './setup-request.ts';

/** What the catalog knows about model ids. */
export interface KnownModels {
  /** Whether OpenRouter accepts the id: a listed model, a preset, a router or an alias. */
  has(id: string): boolean;
  /** The replacement for a model that is no longer offered, or null. */
  successorOf(id: string): string | null;
  /** Similar ids, nearest first. */
  nearest(id: string): readonly string[];
}

export function knownModels({ models, stale }: Catalog): KnownModels {
  return {
    // A model that an outdated list lacks may be new.
    has: (id) => stale || isValidModelId(models, id),
    successorOf: (id) => successorOf(models, id)?.id ?? null,
    nearest: (id) => nearestIds(models, id, 3),
  };
}

/**
 * Throws UserError of type `not_found` for the first id that OpenRouter does not offer and that has no successor. Only
 * for ids typed by the user: a preset may name a model that has since disappeared.
 */
export function assertKnownModels(ids: Iterable<string>, known: KnownModels | null): void {
  for (const id of ids) {
    const plain = canonicalModelId(id);
    if (known === null || known.has(plain) || known.successorOf(plain) !== null) continue;
    const near = known.nearest(plain).map((other) => `"${other}"`);
    throw new UserError(`There is no model "${plain}"`, {
      type: 'not_found',
      hint:
        near.length === 0
          ? (program: string) => `Search for it with: ${program} models <words>`
          : `Did you mean ${near.join(' or ')}?`,
    });
  }
}

/**
 * The entry with ids that OpenRouter offers: the host's prefix is removed, a model that is no longer offered is
 * replaced by its successor, and a fallback that repeats another link is dropped. `notes` lists each change.
 */
export function withCurrentModels(
  entry: EntryRequest,
  known: KnownModels | null,
): { readonly entry: EntryRequest; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const current = (id: string) => currentModel(id, known, notes);
  const { defaultModel, fallbackModels, complexModel } = entry.members;
  const primary = defaultModel === undefined ? undefined : current(defaultModel);
  const members: EntryMembers = {
    ...entry.members,
    ...(primary === undefined ? {} : { defaultModel: primary }),
    ...(fallbackModels === undefined
      ? {}
      : { fallbackModels: withoutRepeats(fallbackModels.map(current), primary, notes) }),
    ...(complexModel === undefined ? {} : { complexModel: current(complexModel) }),
  };
  return { entry: { ...entry, members }, notes };
}

function currentModel(id: string, known: KnownModels | null, notes: string[]): string {
  const plain = canonicalModelId(id);
  if (known === null || known.has(plain)) return plain;
  const successor = known.successorOf(plain);
  notes.push(
    successor === null
      ? `OpenRouter no longer offers "${plain}", and it has no successor`
      : `OpenRouter does not offer "${plain}"; "${successor}" takes its place`,
  );
  return successor ?? plain;
}

function withoutRepeats(
  fallbacks: readonly string[],
  primary: string | undefined,
  notes: string[],
): readonly string[] {
  return fallbacks.filter((id, index) => {
    const repeats = id === primary || fallbacks.indexOf(id) < index;
    if (repeats) notes.push(`The fallback "${id}" is already in the chain and was left out`);
    return !repeats;
  });
}
