import { defineCheck } from '../check.ts';
import { setupProblems } from '../setup-problems.ts';

export const filesKeyReference = defineCheck({
  id: 'files/key-reference',
  summary: 'a variable in apiKey is written with $ and braces',
  needs: ['setup'],
  async run({ setup }) {
    return setupProblems(await setup(), 'files/key-reference');
  },
});
