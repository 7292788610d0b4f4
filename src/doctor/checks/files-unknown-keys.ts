import { defineCheck } from '../check.ts';
import { setupProblems } from '../setup-problems.ts';

export const filesUnknownKeys = defineCheck({
  id: 'files/unknown-keys',
  summary: 'every key is one that is known',
  needs: ['setup'],
  async run({ setup }) {
    const problems = setupProblems(await setup(), 'files/unknown-keys');
    return problems.length > 0 ? problems : [{ remark: 'known keys only' }];
  },
});
