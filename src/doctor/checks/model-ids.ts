import type { Catalog } from '../../catalog/load.ts';
import { findModel } from '../../catalog/model.ts';
import { successorOf } from '../../catalog/successor.ts';
import { hasDoubledPrefix, isFreeModelId, routedId } from '../../openrouter/model-id.ts';
import { daysBetween, inDays } from '../../platform/durations.ts';
import type { Hint } from '../../platform/errors.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import { type Check, defineCheck } from '../check.ts';
import { Unavailable } from '../facts/context.ts';
import type { Facts } from '../facts/index.ts';
import type { Served } from '../facts/openrouter.ts';
import { atMember, type CheckId, type Problem, type Problems } from '../finding.ts';
import {
  allMentions,
  type Mention,
  type ModelTrouble,
  maxIdLength,
  modelTrouble,
  priceTag,
  replaceModel,
} from '../models.ts';

const troubleChecks = (
  [
    ['models/exists', 'unknown', 'OpenRouter lists every model id'],
    ['models/vanished', 'vanished', 'no model was removed since the list was last fetched'],
    ['models/free-ended', 'free-ended', 'every :free model is still free'],
    ['models/prefix', 'prefix', 'every id is written as OpenRouter writes it'],
    ['models/variant', 'variant', 'what follows the colon of an id is a known variant'],
  ] satisfies [CheckId, ModelTrouble['kind'], string][]
).map(
  ([id, kind, summary]): Check =>
    defineCheck({
      id,
      summary,
      needs: ['setup', 'catalog', 'changes', 'endpoints', 'world'],
      run: (facts) => modelProblems(facts, kind),
    }),
);

const soonDays = 90;

const retiring = defineCheck({
  id: 'models/retiring',
  summary: 'no model is about to be removed',
  needs: ['setup', 'catalog', 'world'],
  async run({ setup, catalog, world }) {
    const [read, list] = await Promise.all([setup(), catalog()]);
    return allMentions(read).flatMap(({ id, path }): Problems => {
      const date = findModel(list.models, id)?.expirationDate ?? null;
      const days = date === null ? null : daysBetween(world.clock.now(), date);
      if (date === null || days === null || days > soonDays) return [];
      const successor = successorOf(list.models, id);
      return {
        severity: days < 0 ? 'error' : 'warning',
        message: `"${id}" ${days < 0 ? 'retired' : 'retires'} on ${date.slice(0, 10)} (${inDays(days)})`,
        ...atMember(read, path),
        fixHint: successor === null ? 'choose another model' : priceTag(list, successor.id),
      };
    });
  },
});

const online = defineCheck({
  id: 'models/online',
  summary: 'no model searches the web by its variant :online, which is deprecated',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return allMentions(read).flatMap(({ id, path }): Problems => {
      if (!routedId(id).variants.includes('online')) return [];
      return {
        severity: 'info',
        message: `"${id}" works, but :online is deprecated`,
        ...atMember(read, path),
        fixHint: 'write plugins: [{ id: "web" }] in parameters in its place',
      };
    });
  },
});

export const modelIdChecks = [...troubleChecks, retiring, online];

/** The model ids with this kind of trouble, as the problems of the check that reports it. */
async function modelProblems(
  facts: Pick<Facts, 'setup' | 'catalog' | 'changes' | 'endpoints' | 'world'>,
  kind: ModelTrouble['kind'],
): Promise<Problem[]> {
  const [setup, catalog, changes] = await Promise.all([
    facts.setup(),
    facts.catalog(),
    facts.changes(),
  ]);
  const isRecent = facts.world.clock.now().getTime() - Date.parse(catalog.fetchedAt) < recentMs;
  const mentions = allMentions(setup);
  let suggestions = 0;
  const answers = await Promise.all(
    [...new Set(mentions.map(({ id }) => id))].map(async (id) => {
      const trouble = knownTrouble(catalog, changes, id);
      if (trouble?.kind !== kind) return [id, null] as const;
      suggestions += 1;
      const isSought = trouble.isSpelling === true || suggestions <= maxSuggestions;
      const served = trouble.isSpelling ? null : await servedBy(facts, id);
      // The id works although the public list lacks it: a model of this account, or a former name.
      if (served !== null && served.endpoints.length > 0) return [id, null] as const;
      const offer = served?.fallbackModels[0] ?? null;
      const { id: instead, isMeant } = (isSought ? trouble.instead() : null) ?? {
        id: offer,
        isMeant: false,
      };
      const isCertain = isRecent && isMeant;
      return [id, { ...trouble, instead, offer, isCertain, wasAsked: served !== null }] as const;
    }),
  );
  const answerTo = new Map<string, Answered | null>(answers);
  return mentions.flatMap((mention) => {
    const answer = answerTo.get(mention.id) ?? null;
    return answer === null ? [] : [problem(setup, catalog, mention, answer)];
  });
}

const troubles = new WeakMap<Catalog, Map<string, ModelTrouble | null>>();

/** Judges each id once for all of these checks. */
function knownTrouble(
  catalog: Catalog,
  changes: Parameters<typeof modelTrouble>[1],
  id: string,
): ModelTrouble | null {
  const known = troubles.get(catalog) ?? new Map<string, ModelTrouble | null>();
  troubles.set(catalog, known);
  const judged = known.get(id);
  if (judged !== undefined) return judged;
  const trouble = modelTrouble(catalog, changes, id);
  known.set(id, trouble);
  return trouble;
}

/** For this many ids a similar one is sought in the list, each of which takes milliseconds. */
const maxSuggestions = 100;

/** A model that is missing from a list this recent does not exist; with an older list, it may be new. */
const recentMs = 24 * 60 * 60 * 1000;

/** Who serves a model, or what OpenRouter suggests instead; null if OpenRouter cannot be asked. */
async function servedBy(facts: Pick<Facts, 'endpoints'>, id: string): Promise<Served | null> {
  try {
    return await facts.endpoints(id.trim());
  } catch (error) {
    if (error instanceof Unavailable) return null;
    throw error;
  }
}

type Answered = Pick<ModelTrouble, 'kind' | 'isSpelling' | 'missingSince'> & {
  /** The model with the most similar name, or else `offer`. */
  readonly instead: string | null;
  readonly offer: string | null;
  /** The list is recent enough to rule out a new model, and only the model in `instead` can be meant. */
  readonly isCertain: boolean;
  /** OpenRouter was asked about this id, and no provider serves it. */
  readonly wasAsked: boolean;
};

function problem(setup: Setup, catalog: Catalog, mention: Mention, trouble: Answered): Problem {
  const { instead } = trouble;
  const fixable = instead !== null && mayReplace(mention.id, instead, trouble);
  return {
    severity: trouble.kind === 'free-ended' && !trouble.wasAsked ? 'warning' : 'error',
    message: words(mention, trouble),
    ...atMember(setup, mention.path),
    fixHint: hint(catalog, trouble),
    ...(fixable ? { fix: replaceModel(setup, mention, instead) } : {}),
  };
}

function hint(catalog: Catalog, { instead, offer }: Answered): Hint {
  if (instead === null) return (program) => `find one with: ${program} models`;
  const other = offer === null || offer === instead ? '' : `; OpenRouter suggests ${offer}`;
  return priceTag(catalog, instead) + other;
}

// A free id is only ever replaced by another free one, so that a fix never starts to cost money.
function mayReplace(id: string, instead: string, { isCertain, kind }: Answered): boolean {
  return isCertain && kind !== 'free-ended' && (!isFreeModelId(id) || isFreeModelId(instead));
}

function words({ id }: Mention, { kind, isSpelling, missingSince, wasAsked }: Answered): string {
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
