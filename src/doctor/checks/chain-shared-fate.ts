import { authorOf, chainOf } from '../chain.ts';
import { defineCheck, type Problem } from '../check.ts';
import { atMember } from '../place.ts';

export const chainSharedFate = defineCheck({
  id: 'chain/shared-fate',
  summary: 'the links of a chain are not all of one author',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return read.entries.flatMap((entry): Problem[] => {
      const chain = chainOf(read, entry);
      const authors = new Set(chain.map(authorOf));
      const [author = ''] = authors;
      const models = new Set(chain.map(({ model }) => model));
      // What bears OpenRouter's own name chooses among the models of others.
      if (models.size < 2 || authors.size > 1 || ['', 'openrouter'].includes(author)) return [];
      return [
        {
          severity: 'warning',
          message: `${entry.name} has one author, ${author}, behind all ${chain.length} links: one outage takes all`,
          ...atMember(read, [...entry.path, 'fallbackModels'], 'key'),
          fixHint: 'name a fallback of another author',
        },
      ];
    });
  },
});
