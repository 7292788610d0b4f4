import { type FoundKey, keyFormatProblem, keyPrefix } from '../../host/key-sources.ts';
import { defineCheck, type Problem, type Remark } from '../check.ts';
import { placeOfKey, sourceText } from '../key-place.ts';

export const keyFormat = defineCheck({
  id: 'key/format',
  summary: 'the key is whole: no spaces, no quotes, not cut off, of OpenRouter',
  needs: ['keys', 'setup', 'world'],
  async run({ keys, setup, world }) {
    const [read, all] = await Promise.all([setup(), keys()]);
    return all.flatMap((key): (Problem | Remark)[] => {
      const { found } = key;
      if (!('key' in found)) return [];
      const problem = keyFormatProblem(found.key);
      if (problem === null) return [{ remark: wholeKey(found) }];
      return [
        {
          severity: 'error',
          message: `The key ${sourceText(found.source)} ${problem}`,
          ...placeOfKey(world, read, key),
          fixHint: 'copy it again from https://openrouter.ai/settings/keys',
        },
      ];
    });
  },
});

/** `sk-or-v1-1a2b… from the environment, not from ~/.bashrc:12`. */
function wholeKey({ key, source, shadowed }: FoundKey): string {
  const losers = shadowed.filter(({ same }) => !same).map(({ where }) => where);
  const not = losers.length === 0 ? '' : `, not from ${losers.join(' or ')}`;
  return `${keyPrefix(key)} ${sourceText(source)}${not}`;
}
