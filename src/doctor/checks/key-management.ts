import { defineCheck, type Problem } from '../check.ts';
import { placeOfKey } from '../key-place.ts';

export const keyManagement = defineCheck({
  id: 'key/management',
  summary: 'the key is for inference, not a management key',
  needs: ['accounts', 'setup', 'world'],
  async run({ accounts, setup, world }) {
    const [read, all] = await Promise.all([setup(), accounts()]);
    return all.flatMap(({ key, info }): Problem[] => {
      if (info?.isManagementKey !== true) return [];
      return [
        {
          severity: 'error',
          message: 'This is a management key: it manages other keys, and no model answers to it',
          ...placeOfKey(world, read, key),
          fixHint: 'create an ordinary key at https://openrouter.ai/settings/keys',
        },
      ];
    });
  },
});
