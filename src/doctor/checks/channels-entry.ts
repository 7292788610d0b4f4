import { defineCheck } from '../check.ts';
import { setupProblems } from '../setup-problems.ts';

export const channelsEntry = defineCheck({
  id: 'channels/entry',
  summary: 'every channel names an entry that is there',
  needs: ['setup'],
  async run({ setup }) {
    return setupProblems(await setup(), 'channels/entry');
  },
});
