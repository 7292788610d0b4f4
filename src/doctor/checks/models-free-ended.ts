import { defineCheck } from '../check.ts';
import { modelProblems } from '../model-problems.ts';

export const modelsFreeEnded = defineCheck({
  id: 'models/free-ended',
  summary: 'every :free model is still free',
  needs: ['setup', 'catalog', 'changes', 'endpoints'],
  async run(facts) {
    return modelProblems(facts, 'free-ended');
  },
});
