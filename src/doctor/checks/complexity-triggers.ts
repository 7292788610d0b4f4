import type { Setup } from '../../setup-file/setup-file.ts';
import { defineCheck, type Problem } from '../check.ts';
import { atMember } from '../place.ts';
import { setupProblems } from '../setup-problems.ts';
import { takeOut } from '../take-out.ts';
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
        const trigger = JSON.stringify(text);
        return [
          {
            severity: 'warning',
            message: twice
              ? `${entry.name}: the trigger ${trigger} is there twice`
              : `${entry.name}: the trigger ${trigger} is a single character and matches by chance`,
            ...atMember(read, path),
            fixHint: twice ? 'take one out' : 'write a whole word',
            ...(twice ? takeOut(read, path, `${entry.name}: take the second ${trigger} out`) : {}),
          },
        ];
      });
    });
    return [...empty(read), ...found];
  },
});

function empty(read: Setup): Problem[] {
  return setupProblems(read, 'complexity/triggers').map((problem) => ({
    ...problem,
    fixHint: 'take it out',
    ...takeOut(
      read,
      problem.path ?? [],
      `${String(problem.path?.[1])}: take the empty trigger out`,
    ),
  }));
}
