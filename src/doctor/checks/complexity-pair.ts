import { canonicalModelId } from '../../routing/choose.ts';
import { defineCheck, type Problem } from '../check.ts';
import { memberAt } from '../models.ts';
import { atMember } from '../place.ts';

export const complexityPair = defineCheck({
  id: 'complexity/pair',
  summary: 'complexModel and complexTriggers are both there, and the model is another one',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return read.entries.flatMap((entry): Problem[] => {
      const { name, path, complexModel, complexTriggers, defaultModel } = entry;
      const hasTriggers = complexTriggers.length > 0;
      const at = (key: string) => atMember(read, [...path, key]);
      if (complexModel !== null && !hasTriggers) {
        return [
          warning(
            `${name}: complexModel without complexTriggers is never used`,
            at('complexModel'),
            'add complexTriggers, or remove complexModel',
          ),
        ];
      }
      const isWritten = (key: string) => memberAt(read.value, [...path, key]) !== undefined;
      if (isWritten('complexTriggers') && !isWritten('complexModel')) {
        return [
          warning(
            `${name}: complexTriggers without complexModel do nothing`,
            at('complexTriggers'),
            'add complexModel, or remove complexTriggers',
          ),
        ];
      }
      if (
        complexModel === null ||
        canonicalModelId(complexModel) !== canonicalModelId(defaultModel)
      ) {
        return [];
      }
      return [
        warning(
          `${name}: complexModel is the same model as defaultModel`,
          at('complexModel'),
          'choose another model for one of them',
        ),
      ];
    });
  },
});

function warning(message: string, at: ReturnType<typeof atMember>, fixHint: string): Problem {
  return { severity: 'warning', message, ...at, fixHint };
}
