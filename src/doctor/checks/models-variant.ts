import { defineCheck } from '../check.ts';
import { modelProblems } from '../model-problems.ts';

export const modelsVariant = defineCheck({
  id: 'models/variant',
  summary: 'what follows the colon of an id is a known variant',
  needs: ['setup', 'catalog', 'changes', 'endpoints'],
  async run(facts) {
    return modelProblems(facts, 'variant');
  },
});
