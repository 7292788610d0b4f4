import { defineCheck } from '../check.ts';
import { atMember, type Problem } from '../finding.ts';
import { setupProblemCheck } from '../setup-problems.ts';

const unused = defineCheck({
  id: 'channels/unused',
  summary: 'if there are channels, every entry is used by one',
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

export const channelChecks = [
  setupProblemCheck('channels/entry', 'every channel names an entry that exists'),
  unused,
];
