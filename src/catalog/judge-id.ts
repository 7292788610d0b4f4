import type { Served } from '../openrouter/endpoints.ts';
import { hasDoubledPrefix, isFreeModelId } from '../openrouter/model-id.ts';
import type { Catalog } from './load.ts';
import { type ModelTrouble, maxIdLength } from './model-trouble.ts';
import { priceTag } from './prices.ts';

/** What is wrong with a model id, and what to write in its place. */
export interface IdProblem extends Pick<ModelTrouble, 'kind' | 'isSpelling' | 'missingSince'> {
  readonly id: string;
  /** The model with the most similar name, or else `offer`. */
  readonly instead: string | null;
  /** What OpenRouter suggests. */
  readonly offer: string | null;
  /** `instead` is certainly meant and costs nothing unless `id` does, so it may be written without asking. */
  readonly isReplaceable: boolean;
  /** OpenRouter was asked about this id, and no provider serves it. */
  readonly wasAsked: boolean;
}

/**
 * The problem behind the trouble with an id; null if there is none, since the id works although the public list lacks
 * it: a model of this account, or a former name. `ask` returns who serves a model, or null if OpenRouter cannot be
 * asked.
 */
export async function judgeId(
  { fetchedAt }: Pick<Catalog, 'fetchedAt'>,
  id: string,
  trouble: ModelTrouble,
  now: Date,
  ask: (id: string) => Promise<Served | null>,
): Promise<IdProblem | null> {
  const { kind, isSpelling, missingSince } = trouble;
  const served = isSpelling ? null : await ask(id.trim());
  if (served !== null && served.endpoints.length > 0) return null;
  const offer = served?.fallbackModels[0] ?? null;
  const { id: instead, isMeant } = trouble.instead() ?? { id: offer, isMeant: false };
  const isRecent = now.getTime() - Date.parse(fetchedAt) < recentMs;
  return {
    id,
    kind,
    ...(isSpelling === undefined ? {} : { isSpelling }),
    ...(missingSince === undefined ? {} : { missingSince }),
    instead,
    offer,
    isReplaceable: isRecent && isMeant && instead !== null && mayReplace(id, instead, kind),
    wasAsked: served !== null,
  };
}

/** A model that is missing from a list this recent does not exist; with an older list, it may be new. */
const recentMs = 24 * 60 * 60 * 1000;

// A free id is only ever replaced by another free one, so that a replacement never starts to cost money.
function mayReplace(id: string, instead: string, kind: ModelTrouble['kind']): boolean {
  return kind !== 'free-ended' && (!isFreeModelId(id) || isFreeModelId(instead));
}

/** E.g. `"gpt-4o" is missing its author`. */
export function idProblemText({ id, kind, isSpelling, missingSince, wasAsked }: IdProblem): string {
  const model = JSON.stringify(id.length > maxIdLength ? `${id.slice(0, maxIdLength)}…` : id);
  switch (kind) {
    case 'prefix':
      if (hasDoubledPrefix(id)) return `${model} repeats openrouter/`;
      return id.includes('/')
        ? `${model} is not how OpenRouter writes it`
        : `${model} is missing its author`;
    case 'free-ended':
      return wasAsked
        ? `${model} is no longer free: the model exists, but its :free variant does not`
        : `${model} is not in the list of models: its :free variant may have ended`;
    case 'variant':
      return `${model} has an unknown variant`;
    case 'vanished':
      return `${model} was removed: it was listed until ${missingSince?.slice(0, 10)}`;
    case 'unknown':
      if (id !== id.trim()) return `${model} has blanks around it`;
      return isSpelling ? `${model} is not how OpenRouter writes it` : `${model} does not exist`;
  }
}

/** The model to write instead, with its price; null if there is none. */
export function suggestionFor(
  { models }: Pick<Catalog, 'models'>,
  { instead, offer }: IdProblem,
): string | null {
  if (instead === null) return null;
  const other = offer === null || offer === instead ? '' : `; OpenRouter suggests ${offer}`;
  return priceTag(models, instead) + other;
}
