import { defineCheck, type Problem } from '../check.ts';
import { daysBetween, inDays } from '../days.ts';
import { placeOfKey } from '../key-place.ts';

const soonDays = 14;

export const keyExpires = defineCheck({
  id: 'key/expires',
  summary: 'the key does not expire soon',
  needs: ['accounts', 'setup', 'world'],
  async run({ accounts, setup, world }) {
    const [read, all] = await Promise.all([setup(), accounts()]);
    return all.flatMap(({ key, info }): Problem[] => {
      const expiresAt = info?.expiresAt ?? null;
      const days = expiresAt === null ? null : daysBetween(world.clock.now(), expiresAt);
      if (expiresAt === null || days === null || days > soonDays) return [];
      const when = `${expiresAt.slice(0, 10)} (${inDays(days)})`;
      return [
        {
          severity: days < 0 ? 'error' : 'warning',
          message: `The key ${days < 0 ? 'expired' : 'expires'} on ${when}`,
          ...placeOfKey(world, read, key),
          fixHint: 'create a new one at https://openrouter.ai/settings/keys',
        },
      ];
    });
  },
});
