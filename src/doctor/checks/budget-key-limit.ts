import Big from 'big.js';
import { formatUsd } from '../../catalog/prices.ts';
import type { KeyInfo } from '../../openrouter/key.ts';
import { defineCheck, type Problem } from '../check.ts';
import { type Limit, limitsOf } from '../money.ts';
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
        const own = info === null ? undefined : comparable(limitsOf(entry), info);
        if (info === null || own === undefined) return [];
        const { limit } = info;
        if (limit !== null && new Big(limit).lte(own.usd)) return [];
        const has = limit === null ? 'no limit' : `a limit of ${formatUsd(limit)}`;
        return [
          {
            severity: 'info',
            message: `${entry.name}: the budget is ${formatUsd(own.usd.toFixed())} a ${windows[own.key]}, and the key has ${has}`,
            ...atMember(read, [...entry.path, 'budget', own.key]),
            fixHint:
              'a limit at https://openrouter.ai/settings/keys holds even when nothing here does',
          },
        ];
      }),
    );
  },
});

const windows = { dailyLimit: 'day', monthlyLimit: 'month' } as const;

/** The limit of the entry for the window of the key's, else the one that there is. */
function comparable(
  limits: readonly Limit[],
  { limitReset }: Pick<KeyInfo, 'limitReset'>,
): Limit | undefined {
  const wanted = limitReset === 'daily' ? 'dailyLimit' : 'monthlyLimit';
  return limits.find(({ key }) => key === wanted) ?? limits[0];
}
