import Big from 'big.js';
import { formatUsd } from '../../catalog/prices.ts';
import { defineCheck, type Problem } from '../check.ts';
import { limitsOf } from '../money.ts';
import { atMember } from '../place.ts';

/** A budget is kept on this machine; the limit of the key is kept by OpenRouter, whatever goes wrong here. */
export const budgetKeyLimit = defineCheck({
  id: 'budget/key-limit',
  summary: 'the limit of the key stands behind the budget',
  needs: ['accounts', 'setup'],
  async run({ accounts, setup }) {
    const [read, all] = await Promise.all([setup(), accounts()]);
    return all.flatMap(({ key, info }) =>
      key.entries.flatMap((entry): Problem[] => {
        const monthly = limitsOf(entry).find((limit) => limit.key === 'monthlyLimit');
        if (info === null || monthly === undefined) return [];
        const { limit } = info;
        if (limit !== null && new Big(limit).lte(monthly.usd)) return [];
        const has = limit === null ? 'no limit' : `a limit of ${formatUsd(limit)}`;
        return [
          {
            severity: 'info',
            message: `${entry.name}: the budget is ${formatUsd(monthly.usd.toFixed())} a month, and the key has ${has}`,
            ...atMember(read, [...entry.path, 'budget', 'monthlyLimit']),
            fixHint:
              'a limit at https://openrouter.ai/settings/keys holds even when nothing here does',
          },
        ];
      }),
    );
  },
});
