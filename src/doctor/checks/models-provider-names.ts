import { nearestName } from '../../platform/nearest.ts';
import { defineCheck, type Problem } from '../check.ts';
import { atMember } from '../place.ts';
import { preferenceMentions } from '../preferences.ts';

/** OpenRouter takes a slug that it does not know without a word: nothing is excluded, nothing preferred. */
export const modelsProviderNames = defineCheck({
  id: 'models/provider-names',
  summary: 'the providers that are excluded or preferred exist',
  needs: ['setup', 'providers'],
  async run({ setup, providers }) {
    const read = await setup();
    const mentions = read.entries.flatMap((entry) => preferenceMentions(read, entry));
    if (mentions.length === 0) return [];
    const known = await providers();
    const slugs = known.map(({ slug }) => slug);
    return mentions.flatMap(({ written, slug, list, path }): Problem[] => {
      if (slugs.includes(slug)) return [];
      const named = known.find(({ name }) => name.toLowerCase() === written.trim().toLowerCase());
      const near = named?.slug ?? nearestName(slug, slugs);
      return [
        {
          severity: 'warning',
          message: `OpenRouter has no provider "${written}": ${list} does nothing`,
          ...atMember(read, path),
          fixHint: near === null ? 'see https://openrouter.ai/providers' : `write "${near}"`,
          ...(near === null
            ? {}
            : {
                fix: {
                  does: `${list}: replace ${written} by ${near}`,
                  files: [
                    {
                      path: read.path,
                      dialect: 'json5',
                      edits: [{ op: 'set', path, value: near }],
                    },
                  ],
                },
              }),
        },
      ];
    });
  },
});
