import { canonicalModelId } from '../../openrouter/model-id.ts';
import { valueAt } from '../../platform/record.ts';
import type { Entry } from '../../setup-file/entry.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import { defineCheck, entryCheck } from '../check.ts';
import { atMember, listedTexts, type Problem, type Problems, takeOut } from '../finding.ts';
import { setupProblems } from '../setup-problems.ts';

const pair = entryCheck(
  { id: 'complexity/pair', summary: 'complexModel and complexTriggers come together' },
  (setup, { name, path, complexModel, complexTriggers, defaultModel }) => {
    const warning = (key: string, problem: string, fixHint: string): Problems => [
      {
        severity: 'warning',
        message: `${name}: ${problem}`,
        ...atMember(setup, [...path, key]),
        fixHint,
      },
    ];
    if (complexModel === null) {
      const isWritten = (key: string) => valueAt(setup.value, [...path, key]) !== undefined;
      // A complexModel that is not a valid model id has its own finding.
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
      const seen = new Set<string>();
      return triggersIn(read, entry).flatMap(({ text, path }): Problems => {
        const twice = seen.has(folded(text));
        seen.add(folded(text));
        if (!twice && [...text.trim()].length > 1) return [];
        const trigger = JSON.stringify(text);
        return {
          severity: 'warning',
          message: twice
            ? `${entry.name}: the trigger ${trigger} is listed twice`
            : `${entry.name}: the trigger ${trigger} is a single character and matches by chance`,
          ...atMember(read, path),
          fixHint: twice ? 'remove one of them' : 'use a whole word',
          ...(twice ? takeOut(read, path, `${entry.name}: remove the second ${trigger}`) : {}),
        };
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
    triggersIn(setup, entry)
      .filter(({ text }) => isBroad(text))
      .map(({ text, path }) => ({
        severity: 'warning',
        message: `${entry.name}: the trigger ${JSON.stringify(text)} is in nearly every message, so nearly all go to the complex model`,
        ...atMember(setup, path),
        fixHint: 'use a word that appears only where the complex model is wanted',
      })),
);

export const complexityChecks = [pair, triggers, broad];

/** The non-empty triggers, each with its path. */
function triggersIn(setup: Pick<Setup, 'value'>, { path, complexTriggers }: Entry) {
  return listedTexts(setup, [...path, 'complexTriggers'], complexTriggers);
}

/** Normalized as for trigger matching. */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim();
}

/**
 * Whether nearly every message would contain the trigger. Triggers match anywhere, even inside words, so two letters of
 * the Latin alphabet match by chance, and so do the most common words of a language.
 */
export function isBroad(text: string): boolean {
  const trigger = folded(text);
  return [...trigger].length > 1 && (/^[a-z]{2}$/.test(trigger) || common.has(trigger));
}

const common: ReadonlySet<string> = new Set(
  [
    'the and you for are not can how what with this that have from will your please help but all any was who why when',
    'ing tion http hello thanks',
    '什么 怎么 我们 你们 可以 这个 那个 一个 请问 帮我 你好 是的',
    'der die das und ist nicht ein eine wie les des est que por una para como con',
  ].flatMap((words) => words.split(' ')),
);
