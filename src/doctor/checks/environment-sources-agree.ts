import { type FoundKey, keyPrefix } from '../../host/key-sources.ts';
import { defineCheck, type Problem } from '../check.ts';
import type { World } from '../facts.ts';
import { placeOfSource, sourceText } from '../key-place.ts';

export const environmentSourcesAgree = defineCheck({
  id: 'environment/sources-agree',
  summary: 'the environment, the rc file and the .env of the host hold the same key',
  needs: ['keys', 'world'],
  async run({ keys, world }) {
    return (await keys()).flatMap(({ found }) =>
      'key' in found ? disagreements(world, found) : [],
    );
  },
});

function disagreements(world: World, found: FoundKey): Problem[] {
  return found.shadowed
    .filter(({ same }) => !same)
    .map((loser) => {
      const place = placeOfSource(world, loser);
      return {
        severity: 'warning',
        message: `${found.variable} in ${loser.where} is another key than the one ${sourceText(found.source)}, which wins here (${keyPrefix(found.key)})`,
        ...(place === undefined ? {} : { place }),
        fixHint: 'keep one of them; programs that start elsewhere use the other',
      };
    });
}
