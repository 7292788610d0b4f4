import { defineCheck, type Problem } from '../check.ts';
import { allMentions, modelOf } from '../models.ts';
import { atMember } from '../place.ts';

export const modelsTools = defineCheck({
  id: 'models/tools',
  summary: 'every model can call tools: agents need them',
  needs: ['setup', 'catalog'],
  async run({ setup, catalog }) {
    const [read, list] = await Promise.all([setup(), catalog()]);
    return allMentions(read).flatMap((mention): Problem[] => {
      const model = modelOf(list, mention);
      if (model === undefined || model.supportedParameters.includes('tools')) return [];
      return [
        {
          severity: 'warning',
          message: `"${mention.id}" cannot call tools, and agents of OpenClaw need them`,
          ...atMember(read, mention.path),
          fixHint: 'openclaw-openrouter models --supports tools lists those that can',
        },
      ];
    });
  },
});
