import { defineCheck } from '../check.ts';
import { atMember } from '../place.ts';

export const filesEntries = defineCheck({
  id: 'files/entries',
  summary: 'at least one entry is of OpenRouter',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    // A file that is wrong about an entry has its own finding for that.
    if (read.entries.length > 0 || read.problems.length > 0) return [];
    return [
      {
        severity: 'error',
        message: 'No entry has the provider "openrouter": OpenRouter is not used',
        ...atMember(read, ['models'], 'key'),
        fixHint: 'openclaw-openrouter init adds one',
      },
    ];
  },
});
