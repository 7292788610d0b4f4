import { defineCheck, type Problem } from '../check.ts';
import { atMember } from '../place.ts';

export const environmentVariable = defineCheck({
  id: 'environment/variable',
  summary: 'the variable that apiKey names is set somewhere',
  needs: ['keys', 'setup'],
  async run({ keys, setup }) {
    const [read, all] = await Promise.all([setup(), keys()]);
    return all.flatMap(({ found, entries }): Problem[] => {
      if ('key' in found) return [];
      const { missing, empty, looked } = found;
      const [entry] = entries;
      const where =
        empty.length === 0
          ? `not in ${looked.join(', ')}`
          : `empty in ${empty.map((source) => source.where).join(', ')}`;
      return [
        {
          severity: 'error',
          message: `${missing} is not set: ${where}`,
          ...(entry === undefined ? {} : atMember(read, [...entry.path, 'apiKey'])),
          fixHint: `openclaw-openrouter init stores a key; a new one: https://openrouter.ai/settings/keys`,
        },
      ];
    });
  },
});
