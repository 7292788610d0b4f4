import { defineCheck, type Problem } from '../check.ts';
import { atMember } from '../place.ts';

export const channelsUnused = defineCheck({
  id: 'channels/unused',
  summary: 'every entry is used by a channel, where there are channels',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    if (read.channels.length === 0) return [];
    const used = new Set(read.channels.map(({ entry }) => entry));
    return read.entries
      .filter(({ name }) => !used.has(name))
      .map(
        ({ name, path }): Problem => ({
          severity: 'info',
          message: `No channel uses ${name}`,
          ...atMember(read, path, 'key'),
        }),
      );
  },
});
