import { chainOf } from '../chain.ts';
import { defineCheck, type Problem } from '../check.ts';
import { isFreeVariant } from '../models.ts';
import { atMember } from '../place.ts';

/** openrouter.ai/docs/api/reference/limits: the daily requests to free models are counted together. */
export const chainFreeQuota = defineCheck({
  id: 'chain/free-quota',
  summary: 'a chain does not rely on several :free links, which share one daily quota',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return read.entries.flatMap((entry): Problem[] => {
      const free = chainOf(read, entry).filter(({ model }) => isFreeVariant(model));
      const second = free[1];
      if (second === undefined) return [];
      return [
        {
          severity: 'warning',
          message: `${entry.name}: ${free.length} :free links share one daily quota: when it is used up, none answers`,
          ...atMember(read, second.path),
          fixHint: 'one :free link is enough; put a cheap paid one behind it',
        },
      ];
    });
  },
});
