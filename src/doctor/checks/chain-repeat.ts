import { chainOf } from '../chain.ts';
import { defineCheck, type Problem } from '../check.ts';
import { roleText } from '../models.ts';
import { atMember } from '../place.ts';
import { takeOut } from '../take-out.ts';

export const chainRepeat = defineCheck({
  id: 'chain/repeat',
  summary: 'no model stands twice in a chain',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return read.entries.flatMap((entry) => {
      const chain = chainOf(read, entry);
      return chain.flatMap((link, index): Problem[] => {
        const earlier = chain.slice(0, index).find(({ model }) => model === link.model);
        if (earlier === undefined) return [];
        const does = `${entry.name}: take ${link.id}, which repeats the ${roleText(earlier.role)}, out of fallbackModels`;
        return [
          {
            severity: 'warning',
            message: `${entry.name}: "${link.id}" repeats the ${roleText(earlier.role)}: when that fails, so does this`,
            ...atMember(read, link.path),
            fixHint: 'take it out, or name another model',
            ...takeOut(read, link.path, does),
          },
        ];
      });
    });
  },
});
