import { defineCheck } from '../check.ts';
import { setupProblems } from '../setup-problems.ts';

export const filesTypes = defineCheck({
  id: 'files/types',
  summary: 'values have the right type and a possible value (0.8, not 80 or "0.8")',
  needs: ['setup'],
  async run({ setup }) {
    return setupProblems(await setup(), 'files/types');
  },
});
