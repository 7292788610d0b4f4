import { defineCheck, type Problem } from '../check.ts';
import { placeOfSource } from '../key-place.ts';

/** A shell reads its rc file when it starts: one that was open before the key was written has no key. */
export const environmentSourced = defineCheck({
  id: 'environment/sourced',
  summary: 'what the rc file sets is set in this shell too',
  needs: ['keys', 'world'],
  async run({ keys, world }) {
    return (await keys()).flatMap(({ found }): Problem[] => {
      if (!('key' in found) || found.source.kind !== 'rc') return [];
      const place = placeOfSource(world, found.source);
      return [
        {
          severity: 'warning',
          message: `${found.variable} is set in ${found.source.where}, but not in this shell`,
          ...(place === undefined ? {} : { place }),
          fixHint: `open a new shell, or: source ${found.source.where.replace(/:\d+$/, '')}`,
        },
      ];
    });
  },
});
