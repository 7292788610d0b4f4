import { defineCheck } from '../check.ts';
import { modelProblems } from '../model-problems.ts';

export const modelsVanished = defineCheck({
  id: 'models/vanished',
  summary: 'no model has gone since the list was last fetched',
  needs: ['setup', 'catalog', 'changes', 'endpoints'],
  async run(facts) {
    return modelProblems(facts, 'vanished');
  },
});
