import { chainOf, fallbacksOf } from '../chain.ts';
import { defineCheck, type Problem } from '../check.ts';
import { atMember } from '../place.ts';

export const chainNoFallback = defineCheck({
  id: 'chain/no-fallback',
  summary: 'every entry has a fallback',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return read.entries.flatMap((entry): Problem[] => {
      const chain = chainOf(read, entry);
      // The router of OpenRouter is a choice of models in itself.
      if (chain.length === 0 || fallbacksOf(chain).length > 0) return [];
      if (chain[0]?.model === 'openrouter/auto') return [];
      return [
        {
          severity: 'info',
          message: `${entry.name} has no fallback behind ${chain[0]?.id}`,
          ...atMember(read, entry.path, 'key'),
          fixHint: 'name one or two in fallbackModels',
        },
      ];
    });
  },
});
