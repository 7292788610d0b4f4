import { readChanges } from '../catalog/cached-list.ts';
import { type IdProblem, idProblemText, judgeId, suggestionFor } from '../catalog/judge-id.ts';
import { type Catalog, lazyClient } from '../catalog/load.ts';
import { isValidModelId } from '../catalog/model.ts';
import { modelTrouble } from '../catalog/model-trouble.ts';
import { successorOf } from '../catalog/successor.ts';
import { baseUrlFrom } from '../openrouter/base-url.ts';
import { type Served, servedBy } from '../openrouter/endpoints.ts';
import { canonicalModelId, idParts, routedId } from '../openrouter/model-id.ts';
import { WireError } from '../openrouter/wire-error.ts';
import type { Deps } from '../platform/deps.ts';
import { UsageError, UserError } from '../platform/errors.ts';
import type { OwnCommand } from '../platform/own-command.ts';
import { cacheFolder } from '../platform/paths.ts';
import { modelIdHint } from './check-flags.ts';
import type { EntryMembers, EntryRequest } from './setup-request.ts';

/** What the catalog knows about model ids. */
export interface KnownModels {
  /**
   * The problem with an id of the user, by the rule of `doctor`; null if there is none. Afterwards, `current` gives the
   * id that `doctor --fix` would write.
   */
  judge(id: string): Promise<IdProblem | null>;
  /** A successor may take the place of an id that was not judged, since a preset may name a model that has disappeared. */
  current(id: string): CurrentModel;
  /** The model to write instead, with its price; null if there is none. */
  suggestionFor(problem: IdProblem): string | null;
}

interface CurrentModel {
  readonly id: string;
  /** Why it is another id, or what is wrong with it; null for an id that OpenRouter offers. */
  readonly note: string | null;
}

export function knownModels(deps: Deps, catalog: Catalog, timeoutMs: number): KnownModels {
  const { models, stale } = catalog;
  const judged = new Map<string, IdProblem | null>();
  const place = { folder: cacheFolder(deps), baseUrl: baseUrlFrom(deps.env) };
  const judge = async (id: string) => {
    // A model that an outdated list lacks may be new.
    const trouble = stale ? null : modelTrouble(catalog, await readChanges(deps, place), id);
    if (trouble === null) return null;
    const ask = (model: string) => whoServes(deps, timeoutMs, model);
    return judgeId(catalog, id, trouble, deps.clock.now(), ask);
  };
  return {
    async judge(id) {
      const problem = await judge(id);
      judged.set(id, problem);
      return problem;
    },
    current(id) {
      const problem = judged.get(id);
      const plain = canonicalModelId(id);
      if (problem === null || stale) return { id: plain, note: null };
      if (problem !== undefined) return fixed(problem, suggestionFor(catalog, problem));
      return isValidModelId(models, plain)
        ? { id: plain, note: null }
        : replaced(plain, successorOf(models, plain)?.id ?? null);
    },
    suggestionFor: (problem) => suggestionFor(catalog, problem),
  };
}

async function whoServes(deps: Deps, timeoutMs: number, id: string): Promise<Served | null> {
  try {
    return await servedBy(await lazyClient(deps, timeoutMs).load(), id);
  } catch (error) {
    if (error instanceof WireError) return null;
    throw error;
  }
}

function fixed(problem: IdProblem, suggestion: string | null): CurrentModel {
  const { id, instead, isReplaceable } = problem;
  const text = idProblemText(problem);
  if (isReplaceable && instead !== null) {
    return { id: instead, note: `${text}; "${instead}" takes its place` };
  }
  const hint = suggestion === null ? '' : `; did you mean ${suggestion}?`;
  return { id: canonicalModelId(id), note: text + hint };
}

function replaced(id: string, successor: string | null): CurrentModel {
  return successor === null
    ? { id, note: `OpenRouter no longer offers "${id}", and it has no successor` }
    : { id: successor, note: `OpenRouter does not offer "${id}"; "${successor}" takes its place` };
}

/**
 * Judges ids of the user. Throws UserError of type `not_found` for the first one that `doctor` would report and not
 * fix, and UsageError for one that is not the id of a model if there is no list to complete it from.
 */
export async function assertKnownModels(
  ids: Iterable<string>,
  known: KnownModels | null,
): Promise<void> {
  for (const id of ids) {
    const problem = known === null ? null : await known.judge(id);
    if (known === null || problem === null) assertComplete(id);
    else if (!problem.isReplaceable) throw unknownModel(problem, known.suggestionFor(problem));
  }
}

function assertComplete(id: string): void {
  const { author, slug } = idParts(id);
  if (routedId(id).preset !== null || (author !== '' && slug !== '')) return;
  throw new UsageError(`"${id}" is not a model id`, { hint: modelIdHint });
}

function unknownModel(problem: IdProblem, suggestion: string | null): UserError {
  return new UserError(`The model ${idProblemText(problem)}`, {
    type: 'not_found',
    hint:
      suggestion === null
        ? (command: OwnCommand) => `Search for it with: ${command('models <words>')}`
        : `Did you mean ${suggestion}?`,
  });
}

/** Judges the ids of what the user has elsewhere, so that `withCurrentModels` follows the rule of `doctor`. */
export async function judgeModels(
  entries: readonly EntryRequest[],
  known: KnownModels | null,
): Promise<void> {
  const ids = entries.flatMap(({ members: { defaultModel, fallbackModels = [], complexModel } }) =>
    [defaultModel, ...fallbackModels, complexModel].filter((id) => id !== undefined),
  );
  for (const id of ids) await known?.judge(id);
}

/**
 * The entry with ids that OpenRouter offers: the host's prefix is removed, a model that is no longer offered is
 * replaced, and a fallback that repeats another link is dropped. `notes` lists each change.
 */
export function withCurrentModels(
  entry: EntryRequest,
  known: KnownModels | null,
): { readonly entry: EntryRequest; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const current = (written: string) => {
    const { id, note } = known?.current(written) ?? { id: canonicalModelId(written), note: null };
    if (note !== null) notes.push(note);
    return id;
  };
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
