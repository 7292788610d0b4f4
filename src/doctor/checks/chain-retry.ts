import { chainOf, fallbacksOf } from '../chain.ts';
import { defineCheck, type Problem } from '../check.ts';
import { atMember } from '../place.ts';

export const chainRetry = defineCheck({
  id: 'chain/retry',
  summary: 'retryOnFailure has a fallback to go on to',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return read.entries.flatMap((entry): Problem[] => {
      if (!entry.retryOnFailure || fallbacksOf(chainOf(read, entry)).length > 0) return [];
      return [
        {
          severity: 'warning',
          message: `${entry.name}: retryOnFailure without fallbackModels asks the model that failed again, and no other`,
          ...atMember(read, [...entry.path, 'retryOnFailure']),
          fixHint: 'name one or two in fallbackModels',
        },
      ];
    });
  },
});
