import { findModel } from '../../catalog/model.ts';
import { successorOf } from '../../catalog/successor.ts';
import { defineCheck, type Problem } from '../check.ts';
import { daysBetween, inDays } from '../days.ts';
import { priceTag } from '../model-trouble.ts';
import { allMentions } from '../models.ts';
import { atMember } from '../place.ts';

const soonDays = 90;

export const modelsRetiring = defineCheck({
  id: 'models/retiring',
  summary: 'no model is about to be taken away',
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
