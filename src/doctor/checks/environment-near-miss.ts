import { resolveKey } from '../../host/key-sources.ts';
import { defineCheck, type Problem } from '../check.ts';
import type { World } from '../facts.ts';
import { placeOfKey, placeOfSource } from '../key-place.ts';

/** The variable is unset, and one that reads nearly like it is set. */
export const environmentNearMiss = defineCheck({
  id: 'environment/near-miss',
  summary: 'no key lies under a name that is nearly right, e.g. OPEN_ROUTER_API_KEY',
  needs: ['keys', 'setup', 'world'],
  async run({ keys, setup, world }) {
    const [all, read] = await Promise.all([keys(), setup()]);
    const found = await Promise.all(
      all.map(async (key) => {
        if ('key' in key.found) return [];
        const where = placeOfKey(world, read, key);
        const misses = await nearMisses(world, key.found.missing);
        return misses.map((miss) => ({ ...where, ...miss }));
      }),
    );
    return found.flat();
  },
});

async function nearMisses(world: World, wanted: string): Promise<Problem[]> {
  const found = await Promise.all(
    candidates(world, wanted).map(async (name) => ({
      name,
      found: await resolveKey(world, `\${${name}}`),
    })),
  );
  return found.flatMap(({ name, found: key }): Problem[] => {
    if (!('key' in key)) return [];
    world.io.conceal(key.key);
    const place = placeOfSource(world, key.source);
    const where = key.source.kind === 'environment' ? 'the environment' : key.source.where;
    return [
      {
        severity: 'error',
        message: `${name} is set in ${where}; the setup file asks for ${wanted}`,
        ...(place === undefined ? {} : { place }),
        fixHint: `rename it to ${wanted}`,
      },
    ];
  });
}

function candidates({ env }: World, wanted: string): string[] {
  const plain = (name: string) => name.toUpperCase().replace(/[_-]/g, '');
  const alike = Object.keys(env).filter(
    (name) => name !== wanted && /OPEN_?ROUTER.*(KEY|TOKEN|API)/i.test(name),
  );
  const usual = ['OPEN_ROUTER_API_KEY', 'OPENROUTER_KEY', 'OPENROUTER_APIKEY', 'OPENROUTER_TOKEN'];
  return [...new Set([...alike, ...usual])].filter(
    (name) => name !== wanted && (plain(name) === plain(wanted) || wanted.includes('OPENROUTER')),
  );
}
