import { chainOf } from '../chain.ts';
import { defineCheck, type Problem } from '../check.ts';
import { isFreeVariant } from '../models.ts';
import { atMember } from '../place.ts';

export const chainOneKey = defineCheck({
  id: 'chain/one-key',
  summary: 'something answers when the credit of the one key is used up',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return read.entries.flatMap((entry): Problem[] => {
      const chain = chainOf(read, entry);
      if (chain.length < 2 || chain.some(({ model }) => isFreeVariant(model))) return [];
      return [
        {
          severity: 'info',
          message: `${entry.name}: all ${chain.length} links are on one key, and none is free: without credit nothing answers`,
          ...atMember(read, [...entry.path, 'fallbackModels'], 'key'),
          fixHint: 'a :free model as the last fallback would still answer',
        },
      ];
    });
  },
});
