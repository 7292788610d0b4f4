import { formatUsd } from '../../catalog/prices.ts';
import { defineCheck, type Problem } from '../check.ts';
import { limitsOf } from '../money.ts';
import { atMember } from '../place.ts';

export const budgetOrder = defineCheck({
  id: 'budget/order',
  summary: 'the monthly limit is not below the daily one',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return read.entries.flatMap((entry): Problem[] => {
      const limits = limitsOf(entry);
      const [daily, monthly] = ['dailyLimit', 'monthlyLimit'].map((key) =>
        limits.find((limit) => limit.key === key),
      );
      if (daily === undefined || monthly === undefined || monthly.usd.gte(daily.usd)) return [];
      return [
        {
          severity: 'warning',
          message: `${entry.name}: monthlyLimit ${formatUsd(monthly.usd.toFixed())} is below dailyLimit ${formatUsd(daily.usd.toFixed())}: the daily one is never reached`,
          ...atMember(read, [...entry.path, 'budget', 'monthlyLimit']),
          fixHint: 'are they swapped?',
        },
      ];
    });
  },
});
