import { defineCheck, type Problem } from '../check.ts';
import { atMember } from '../place.ts';
import { setupProblems } from '../setup-problems.ts';
import { folded, triggerMentions } from '../triggers.ts';

export const complexityTriggers = defineCheck({
  id: 'complexity/triggers',
  summary: 'no trigger is empty, a single character, or there twice',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    const found = read.entries.flatMap((entry) => {
      const mentions = triggerMentions(read, entry);
      return mentions.flatMap(({ text, path }, index): Problem[] => {
        const twice = mentions.slice(0, index).some((other) => folded(other.text) === folded(text));
        if (!twice && [...text.trim()].length > 1) return [];
        return [
          {
            severity: 'warning',
            message: twice
              ? `${entry.name}: the trigger ${JSON.stringify(text)} is there twice`
              : `${entry.name}: the trigger ${JSON.stringify(text)} is a single character and matches by chance`,
            ...atMember(read, path),
            fixHint: twice ? 'take one out' : 'write a whole word',
          },
        ];
      });
    });
    return [...setupProblems(read, 'complexity/triggers'), ...found];
  },
});
