import { defineCheck } from '../check.ts';
import { setupProblems } from '../setup-problems.ts';

export const filesShape = defineCheck({
  id: 'files/shape',
  summary: 'objects, lists and required members are where they belong',
  needs: ['setup'],
  async run({ setup }) {
    return setupProblems(await setup(), 'files/shape');
  },
});
