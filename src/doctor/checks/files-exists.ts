import { tildePath } from '../../platform/paths.ts';
import { defineCheck } from '../check.ts';

export const filesExists = defineCheck({
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
        fixHint: 'openclaw-openrouter init writes one',
      },
    ];
  },
});
