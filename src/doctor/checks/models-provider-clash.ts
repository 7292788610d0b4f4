import { defineCheck, type Problem } from '../check.ts';
import { atMember } from '../place.ts';
import { preferenceMentions } from '../preferences.ts';
import { takeOut } from '../take-out.ts';

export const modelsProviderClash = defineCheck({
  id: 'models/provider-clash',
  summary: 'no provider is both preferred and excluded',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return read.entries.flatMap((entry) => {
      const mentions = preferenceMentions(read, entry);
      const excluded = mentions.filter(({ list }) => list === 'exclude').map(({ slug }) => slug);
      return mentions
        .filter(({ list, slug }) => list === 'prefer' && excluded.includes(slug))
        .map(
          ({ written, path }): Problem => ({
            severity: 'warning',
            message: `${entry.name}: ${written} is both preferred and excluded; excluded wins`,
            ...atMember(read, path),
            fixHint: 'take it out of prefer',
            ...takeOut(read, path, `${entry.name}: take ${written} out of prefer`),
          }),
        );
    });
  },
});
