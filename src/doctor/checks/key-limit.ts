import Big from 'big.js';
import { formatUsd } from '../../catalog/prices.ts';
import { defineCheck, type Problem, type Remark } from '../check.ts';
import type { Account } from '../facts/account.ts';
import { placeOfKey } from '../key-place.ts';

const fewShare = '0.1';

export const keyLimit = defineCheck({
  id: 'key/limit',
  summary: 'the limit of the key leaves something to spend',
  needs: ['accounts', 'setup', 'world'],
  async run({ accounts, setup, world }) {
    const [read, all] = await Promise.all([setup(), accounts()]);
    return all.flatMap((account): (Problem | Remark)[] => {
      const left = leftOf(account);
      if (left === null) return account.info === null ? [] : [{ remark: 'no limit' }];
      const { limit, remaining, reset } = left;
      if (remaining.gt(limit.times(fewShare))) {
        return [{ remark: `${formatUsd(remaining.toFixed())} left${reset}` }];
      }
      const empty = remaining.lte(0);
      return [
        {
          severity: empty ? 'error' : 'warning',
          message: empty
            ? `The limit of the key, ${formatUsd(limit.toFixed())}, is used up${reset}`
            : `The key has ${formatUsd(remaining.toFixed())} of its ${formatUsd(limit.toFixed())} left${reset}`,
          ...placeOfKey(world, read, account.key),
          fixHint: 'raise or reset it at https://openrouter.ai/settings/keys',
        },
      ];
    });
  },
});

function leftOf({ info }: Account): { limit: Big; remaining: Big; reset: string } | null {
  if (info === null || info.limit === null || info.limitRemaining === null) return null;
  const reset = info.limitReset === null ? '' : `, resets ${info.limitReset}`;
  return { limit: new Big(info.limit), remaining: new Big(info.limitRemaining), reset };
}
