import { canonicalModelId } from '../../openrouter/model-id.ts';
import { valueAt } from '../../platform/record.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import { defineCheck, entryCheck } from '../check.ts';
import type { Problem } from '../finding.ts';
import { atMember } from '../place.ts';
import { setupProblems } from '../setup-problems.ts';
import { takeOut } from '../take-out.ts';
import { folded, isBroad, triggerMentions } from '../triggers.ts';

const pair = entryCheck(
  { id: 'complexity/pair', summary: 'complexModel and complexTriggers come together' },
  (setup, { name, path, complexModel, complexTriggers, defaultModel }) => {
    const warning = (key: string, problem: string, fixHint: string): Problem[] => [
      {
        severity: 'warning',
        message: `${name}: ${problem}`,
        ...atMember(setup, [...path, key]),
        fixHint,
      },
    ];
    if (complexModel === null) {
      const isWritten = (key: string) => valueAt(setup.value, [...path, key]) !== undefined;
      // A complexModel that is not a model id has its own finding.
      if (isWritten('complexModel') || !isWritten('complexTriggers')) return [];
      return warning(
        'complexTriggers',
        'complexTriggers without complexModel have no effect',
        'add complexModel, or remove complexTriggers',
      );
    }
    if (complexTriggers.length === 0) {
      return warning(
        'complexModel',
        'complexModel without complexTriggers is never used',
        'add complexTriggers, or remove complexModel',
      );
    }
    if (canonicalModelId(complexModel) !== canonicalModelId(defaultModel)) return [];
    return warning(
      'complexModel',
      'complexModel is the same model as defaultModel',
      'choose another model for one of them',
    );
  },
);

const triggers = defineCheck({
  id: 'complexity/triggers',
  summary: 'no trigger is empty, a single character, or listed twice',
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
              ? `${entry.name}: the trigger ${trigger} is listed twice`
              : `${entry.name}: the trigger ${trigger} is a single character and matches by chance`,
            ...atMember(read, path),
            fixHint: twice ? 'remove one of them' : 'use a whole word',
            ...(twice ? takeOut(read, path, `${entry.name}: remove the second ${trigger}`) : {}),
          },
        ];
      });
    });
    return [...emptyTriggers(read), ...found];
  },
});

function emptyTriggers(setup: Setup): Problem[] {
  return setupProblems(setup, 'complexity/triggers').map((problem) => {
    const path = problem.path ?? [];
    const does = `${String(path[1])}: remove the empty trigger`;
    return { ...problem, fixHint: 'remove it', ...takeOut(setup, path, does) };
  });
}

const broad = entryCheck(
  { id: 'complexity/broad', summary: 'no trigger matches nearly every message' },
  (setup, entry) =>
    triggerMentions(setup, entry)
      .filter(({ text }) => isBroad(text))
      .map(({ text, path }) => ({
        severity: 'warning',
        message: `${entry.name}: the trigger ${JSON.stringify(text)} is in nearly every message, so nearly all go to the complex model`,
        ...atMember(setup, path),
        fixHint: 'use a word that appears only where the complex model is wanted',
      })),
);

export const complexityChecks = [pair, triggers, broad];
