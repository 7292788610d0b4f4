import { defineCheck, type Problem } from '../check.ts';
import { atMember } from '../place.ts';
import { isBroad, triggerMentions } from '../triggers.ts';

export const complexityBroad = defineCheck({
  id: 'complexity/broad',
  summary: 'no trigger matches nearly every message',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    return read.entries.flatMap((entry) =>
      triggerMentions(read, entry)
        .filter(({ text }) => isBroad(text))
        .map(
          ({ text, path }): Problem => ({
            severity: 'warning',
            message: `${entry.name}: the trigger ${JSON.stringify(text)} is in nearly every message: nearly all go to the complex model`,
            ...atMember(read, path),
            fixHint: 'write a word that is said only where the complex model is wanted',
          }),
        ),
    );
  },
});
