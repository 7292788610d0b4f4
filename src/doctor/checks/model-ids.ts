import { type IdProblem, idProblemText, judgeId, suggestionFor } from '../../catalog/judge-id.ts';
import type { Catalog } from '../../catalog/load.ts';
import { findModel } from '../../catalog/model.ts';
import { type ModelTrouble, modelTrouble } from '../../catalog/model-trouble.ts';
import { priceTag } from '../../catalog/prices.ts';
import { successorOf } from '../../catalog/successor.ts';
import type { Served } from '../../openrouter/endpoints.ts';
import { routedId } from '../../openrouter/model-id.ts';
import { daysBetween, inDays } from '../../platform/durations.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import { type Check, defineCheck } from '../check.ts';
import { Unavailable } from '../facts/context.ts';
import type { Facts } from '../facts/index.ts';
import { atMember, type CheckId, type Problem, type Problems } from '../finding.ts';
import { allMentions, type Mention, replaceModel } from '../models.ts';

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
        fixHint: successor === null ? 'choose another model' : priceTag(list.models, successor.id),
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
  const now = facts.world.clock.now();
  const mentions = allMentions(setup);
  let suggestions = 0;
  const problems = await Promise.all(
    [...new Set(mentions.map(({ id }) => id))].map(async (id) => {
      const trouble = knownTrouble(catalog, changes, id);
      if (trouble?.kind !== kind) return [];
      suggestions += 1;
      const isSought = trouble.isSpelling === true || suggestions <= maxSuggestions;
      const sought = isSought ? trouble : { ...trouble, instead: () => null };
      const problem = await judgeId(catalog, id, sought, now, (model) => servedBy(facts, model));
      return problem === null ? [] : [problem];
    }),
  );
  const problemOf = new Map(problems.flat().map((problem) => [problem.id, problem]));
  return mentions.flatMap((mention) => {
    const found = problemOf.get(mention.id);
    return found === undefined ? [] : [problem(setup, catalog, mention, found)];
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

/** Similar ids are searched for only this many, since each search takes milliseconds. */
const maxSuggestions = 100;

/** Who serves a model, or what OpenRouter suggests instead; null if OpenRouter cannot be asked. */
async function servedBy(facts: Pick<Facts, 'endpoints'>, id: string): Promise<Served | null> {
  try {
    return await facts.endpoints(id);
  } catch (error) {
    if (error instanceof Unavailable) return null;
    throw error;
  }
}

function problem(setup: Setup, catalog: Catalog, mention: Mention, found: IdProblem): Problem {
  const { kind, instead, isReplaceable, wasAsked } = found;
  return {
    severity: kind === 'free-ended' && !wasAsked ? 'warning' : 'error',
    message: idProblemText(found),
    ...atMember(setup, mention.path),
    fixHint: suggestionFor(catalog, found) ?? ((command) => `find one with: ${command('models')}`),
    ...(isReplaceable && instead !== null ? { fix: replaceModel(setup, mention, instead) } : {}),
  };
}
