import { tildePath } from '../../platform/paths.ts';
import { defineCheck } from '../check.ts';
import { atMember } from '../place.ts';
import { setupProblemCheck, setupProblems } from '../setup-problems.ts';

const exists = defineCheck({
  id: 'files/exists',
  summary: 'there is a setup file',
  needs: ['reading', 'world'],
  async run({ reading, world }) {
    const { state, path } = await reading();
    if (state !== 'missing') return [];
    return [
      {
        severity: 'error',
        message: `There is no setup file at ${tildePath(path, world.place)}`,
        file: path,
        fixHint: (program) => `${program} init writes one`,
      },
    ];
  },
});

const syntax = defineCheck({
  id: 'files/syntax',
  summary: 'the setup file parses as JSON5',
  needs: ['reading'],
  async run({ reading }) {
    const read = await reading();
    if (read.state === 'missing') return [];
    if (read.state === 'read') return [{ remark: 'parses' }];
    const { message, line, column, frame, hint } = read.error;
    return [
      {
        severity: 'error',
        message,
        place: { file: read.path, line, column },
        detail: frame,
        ...(hint === undefined ? {} : { fixHint: hint }),
      },
    ];
  },
});

const entries = defineCheck({
  id: 'files/entries',
  summary: 'at least one entry uses OpenRouter',
  needs: ['setup'],
  async run({ setup }) {
    const read = await setup();
    // A problem with an entry has its own finding.
    if (read.entries.length > 0 || read.problems.length > 0) return [];
    return [
      {
        severity: 'error',
        message: 'No entry has the provider "openrouter", so OpenRouter is not used',
        ...atMember(read, ['models'], 'key'),
        fixHint: (program) => `${program} init adds one`,
      },
    ];
  },
});

const unknownKeys = defineCheck({
  id: 'files/unknown-keys',
  summary: 'every key is known',
  needs: ['setup'],
  async run({ setup }) {
    const problems = setupProblems(await setup(), 'files/unknown-keys');
    return problems.length > 0 ? problems : [{ remark: 'known keys only' }];
  },
});

export const fileChecks = [
  exists,
  syntax,
  setupProblemCheck('files/shape', 'objects, lists and required members are where they belong'),
  entries,
  setupProblemCheck(
    'files/types',
    'values have the right type and a possible value (0.8, not 80 or "0.8")',
  ),
  unknownKeys,
  setupProblemCheck('files/duplicate-keys', 'no key appears twice: the last one silently wins'),
  setupProblemCheck('files/key-reference', 'a variable in apiKey is written with $ and braces'),
];
