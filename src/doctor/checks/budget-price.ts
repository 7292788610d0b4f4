import Big from 'big.js';
import { costOf, formatUsd } from '../../catalog/prices.ts';
import { defineCheck, type Problem } from '../check.ts';
import { mentionsOf, modelOf } from '../models.ts';
import { limitsOf } from '../money.ts';
import { atMember } from '../place.ts';
import { usualRequest } from '../request-size.ts';

export const budgetPrice = defineCheck({
  id: 'budget/price',
  summary: 'a budget pays for at least one request to each model',
  needs: ['setup', 'catalog'],
  async run({ setup, catalog }) {
    const [read, list] = await Promise.all([setup(), catalog()]);
    return read.entries.flatMap((entry): Problem[] => {
      const priced = mentionsOf(read, entry).map((mention) => {
        const model = modelOf(list, mention);
        const { promptTokens, completionTokens } = usualRequest;
        const cost = model === undefined ? null : costOf(model, promptTokens, completionTokens);
        return { id: mention.id, cost: new Big(cost ?? 0) };
      });
      const dearest = priced.reduce<(typeof priced)[number] | undefined>(
        (a, b) => (a === undefined || b.cost.gt(a.cost) ? b : a),
        undefined,
      );
      if (dearest === undefined) return [];
      return limitsOf(entry)
        .filter(({ usd }) => usd.lt(dearest.cost))
        .map(({ key, usd }) => ({
          severity: 'warning',
          message: `${entry.name}: ${key} ${formatUsd(usd.toFixed())} is less than one request to ${dearest.id} costs (about ${formatUsd(dearest.cost.toFixed())})`,
          ...atMember(read, [...entry.path, 'budget', key]),
          fixHint: 'limits are in USD, not in cents or thousands of tokens',
        }));
    });
  },
});
