import { defineCheck } from '../check.ts';
import { modelProblems } from '../model-problems.ts';

export const modelsPrefix = defineCheck({
  id: 'models/prefix',
  summary: 'the author openrouter/ is neither doubled nor missing',
  needs: ['setup', 'catalog', 'changes', 'endpoints'],
  async run(facts) {
    return modelProblems(facts, 'prefix');
  },
});
