import { defineCheck } from '../check.ts';
import { modelProblems } from '../model-problems.ts';

export const modelsExists = defineCheck({
  id: 'models/exists',
  summary: 'every model id is one that OpenRouter lists',
  needs: ['setup', 'catalog', 'changes', 'endpoints'],
  async run(facts) {
    return modelProblems(facts, 'unknown');
  },
});
