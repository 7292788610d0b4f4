import Big from 'big.js';
import { formatUsd } from '../../catalog/prices.ts';
import { defineCheck, type Problem, type Remark } from '../check.ts';
import type { Account } from '../facts/account.ts';
import { type Limit, limitsOf } from '../money.ts';
import { atMember } from '../place.ts';

/** OpenRouter counts by key, in UTC days and months; entries that share a key share what is counted. */
export const budgetSpent = defineCheck({
  id: 'budget/spent',
  summary: "what today and this month cost stays below the entry's budget",
  needs: ['accounts', 'setup'],
  async run({ accounts, setup }) {
    const [read, all] = await Promise.all([setup(), accounts()]);
    const several = read.entries.filter((entry) => limitsOf(entry).length > 0).length > 1;
    return all.flatMap((account) =>
      account.key.entries.flatMap((entry) => {
        const alert = new Big(entry.budget?.alertThreshold ?? 1);
        return limitsOf(entry).flatMap((limit): (Problem | Remark)[] => {
          const spent = spentOf(account, limit);
          if (spent === null) return [];
          const of = `${formatUsd(spent.toFixed())} of ${formatUsd(limit.usd.toFixed())} ${windows[limit.key]}`;
          if (spent.lt(limit.usd.times(alert))) {
            return [{ remark: several ? `${entry.name} ${of}` : of }];
          }
          const exceeded = spent.gte(limit.usd);
          return [
            {
              severity: exceeded ? 'error' : 'warning',
              message: `${entry.name}: ${of}: ${exceeded ? 'the budget is exceeded' : 'the alert is reached'}`,
              ...atMember(read, [...entry.path, 'budget', limit.key]),
              fixHint: 'openclaw-openrouter spend shows what it went to',
            },
          ];
        });
      }),
    );
  },
});

const windows = { dailyLimit: 'today', monthlyLimit: 'this month' } as const;

function spentOf({ info }: Account, { key, usd }: Limit): Big | null {
  if (info === null || usd.eq(0)) return null;
  return new Big(key === 'dailyLimit' ? info.usageDaily : info.usageMonthly);
}
