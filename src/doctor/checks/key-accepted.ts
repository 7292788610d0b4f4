import { keyPrefix } from '../../host/key-sources.ts';
import { defineCheck, type Problem } from '../check.ts';
import { placeOfKey } from '../key-place.ts';

export const keyAccepted = defineCheck({
  id: 'key/accepted',
  summary: 'OpenRouter accepts the key',
  needs: ['accounts', 'setup', 'world'],
  async run({ accounts, setup, world }) {
    const [read, all] = await Promise.all([setup(), accounts()]);
    return all.flatMap(({ key, refused }): Problem[] => {
      if (refused === null || !('key' in key.found)) return [];
      return [
        {
          severity: refused.certain ? 'error' : 'warning',
          message: `OpenRouter ${refused.certain ? 'refuses' : 'could not say whether it accepts'} ${keyPrefix(key.found.key)}: ${refused.headline} (${refused.message})`,
          ...placeOfKey(world, read, key),
          fixHint: refused.fix,
        },
      ];
    });
  },
});
