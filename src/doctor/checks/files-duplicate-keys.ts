import { defineCheck } from '../check.ts';
import { setupProblems } from '../setup-problems.ts';

export const filesDuplicateKeys = defineCheck({
  id: 'files/duplicate-keys',
  summary: 'no key is there twice: the last one silently wins',
  needs: ['setup'],
  async run({ setup }) {
    return setupProblems(await setup(), 'files/duplicate-keys');
  },
});
