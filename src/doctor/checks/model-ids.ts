import { findModel } from '../../catalog/model.ts';
import { successorOf } from '../../catalog/successor.ts';
import { type Check, defineCheck } from '../check.ts';
import { daysBetween, inDays } from '../days.ts';
import type { CheckId, Problem } from '../finding.ts';
import { modelProblems } from '../model-problems.ts';
import { type ModelTrouble, priceTag } from '../model-trouble.ts';
import { allMentions } from '../models.ts';
import { atMember } from '../place.ts';

const troubleChecks = (
  [
    ['models/exists', 'unknown', 'OpenRouter lists every model id'],
    ['models/vanished', 'vanished', 'no model was removed since the list was last fetched'],
    ['models/free-ended', 'free-ended', 'every :free model is still free'],
    ['models/prefix', 'prefix', 'the author openrouter/ is neither doubled nor missing'],
    ['models/variant', 'variant', 'what follows the colon of an id is a known variant'],
  ] satisfies [CheckId, ModelTrouble['kind'], string][]
).map(
  ([id, kind, summary]): Check =>
    defineCheck({
      id,
      summary,
      needs: ['setup', 'catalog', 'changes', 'endpoints'],
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
    return allMentions(read).flatMap(({ id, path }): Problem[] => {
      const date = findModel(list.models, id)?.expirationDate ?? null;
      const days = date === null ? null : daysBetween(world.clock.now(), date);
      if (date === null || days === null || days > soonDays) return [];
      const successor = successorOf(list.models, id);
      return [
        {
          severity: days < 0 ? 'error' : 'warning',
          message: `"${id}" ${days < 0 ? 'retired' : 'retires'} on ${date.slice(0, 10)} (${inDays(days)})`,
          ...atMember(read, path),
          fixHint: successor === null ? 'choose another model' : priceTag(list, successor.id),
        },
      ];
    });
  },
});

export const modelIdChecks = [...troubleChecks, retiring];
