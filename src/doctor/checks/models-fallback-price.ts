import Big from 'big.js';
import type { CatalogModel } from '../../catalog/model.ts';
import { costOf } from '../../catalog/prices.ts';
import { defineCheck, type Problem } from '../check.ts';
import { priceTag } from '../model-trouble.ts';
import { mentionsOf, modelOf } from '../models.ts';
import { atMember } from '../place.ts';
import { usualRequest } from '../request-size.ts';

const muchDearer = 5;

/** An outage of the primary should not be noticed on the bill first. */
export const modelsFallbackPrice = defineCheck({
  id: 'models/fallback-price',
  summary: 'no fallback costs many times what the primary costs',
  needs: ['setup', 'catalog'],
  async run({ setup, catalog }) {
    const [read, list] = await Promise.all([setup(), catalog()]);
    return read.entries.flatMap((entry): Problem[] => {
      const links = mentionsOf(read, entry);
      const first = links.find(({ role }) => role === 'primary');
      const primary = first === undefined ? null : usualCost(modelOf(list, first));
      if (first === undefined || primary === null) return [];
      return links.flatMap((link): Problem[] => {
        const cost = link.role.startsWith('fallback') ? usualCost(modelOf(list, link)) : null;
        if (cost === null || cost.lt(primary.times(muchDearer)) || cost.eq(0)) return [];
        const times = primary.eq(0) ? null : cost.div(primary).round(0).toFixed();
        return [
          {
            severity: times === null ? 'info' : 'warning',
            message:
              times === null
                ? `"${link.id}" costs money, the primary is free`
                : `"${link.id}" costs ${times} times what the primary costs`,
            ...atMember(read, link.path),
            fixHint: `${priceTag(list, link.id)} behind ${priceTag(list, first.id)}`,
          },
        ];
      });
    });
  },
});

function usualCost(model: CatalogModel | undefined): Big | null {
  const { promptTokens, completionTokens } = usualRequest;
  const cost = model === undefined ? null : costOf(model, promptTokens, completionTokens);
  return cost === null ? null : new Big(cost);
}
