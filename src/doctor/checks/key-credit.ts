import Big from 'big.js';
import { costOf, formatUsd } from '../../catalog/prices.ts';
import { defineCheck, type Problem } from '../check.ts';
import type { Account } from '../facts/account.ts';
import { type Mention, mentionsOf, modelOf } from '../models.ts';
import { atMember } from '../place.ts';
import { largestRequest } from '../request-size.ts';

/**
 * OpenRouter holds back the price of the longest answer that a request allows, and refuses it with 402 when the
 * credit does not cover that, however short the answer would have been.
 */
export const keyCredit = defineCheck({
  id: 'key/credit',
  summary: 'what is left pays for one request of the largest kind of each entry',
  needs: ['accounts', 'setup', 'catalog'],
  async run({ accounts, setup, catalog }) {
    const [read, list, all] = await Promise.all([setup(), catalog(), accounts()]);
    return all.flatMap((account): Problem[] => {
      const left = leftOf(account);
      if (left === null) return [];
      return account.key.entries.flatMap((entry): Problem[] => {
        const dearest = mentionsOf(read, entry)
          .map((mention) => ({ mention, cost: costOfLargest(mention) }))
          .reduce((a, b) => (b.cost.gt(a.cost) ? b : a), {
            mention: null,
            cost: new Big(0),
          } as Priced);
        const { mention, cost } = dearest;
        if (mention === null || cost.lte(left)) return [];
        return [
          {
            severity: left.lte(0) ? 'error' : 'warning',
            message: `${entry.name}: ${formatUsd(left.toFixed())} is left, and a request to ${mention.id} may cost up to ${formatUsd(cost.toFixed())}: it is refused with 402`,
            ...atMember(read, mention.path),
            fixHint:
              'add credit at https://openrouter.ai/settings/credits, or lower max_tokens in parameters',
          },
        ];
      });
    });

    function costOfLargest(mention: Mention): Big {
      const model = modelOf(list, mention);
      if (model === undefined) return new Big(0);
      const { promptTokens, completionTokens } = largestRequest(mention.entry, model);
      return new Big(costOf(model, promptTokens, completionTokens) ?? 0);
    }
  },
});

interface Priced {
  readonly mention: Mention | null;
  readonly cost: Big;
}

/** The smaller of what the key and the account have; null when neither tells. */
function leftOf({ info, credits }: Account): Big | null {
  const amounts = [
    ...(info?.limitRemaining == null ? [] : [new Big(info.limitRemaining)]),
    ...(credits === null ? [] : [new Big(credits.totalCredits).minus(credits.totalUsage)]),
  ];
  return amounts.reduce<Big | null>((a, b) => (a === null || b.lt(a) ? b : a), null);
}
