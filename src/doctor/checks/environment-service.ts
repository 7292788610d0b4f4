import { tildePath } from '../../platform/paths.ts';
import { defineCheck, type Problem } from '../check.ts';
import type { EntryKey } from '../facts/keys.ts';
import { noHost } from '../host-config.ts';
import { placeOfSource } from '../key-place.ts';

/** A service is started without a shell: what an rc file exports is not there for it. */
export const environmentService = defineCheck({
  id: 'environment/service',
  summary: 'OpenClaw as a service finds the key, not just your shell',
  needs: ['keys', 'host', 'world'],
  async run({ keys, host, world }) {
    const [all, { program, paths, processes }] = await Promise.all([keys(), host()]);
    if (program === null && processes.length === 0) throw noHost();
    return all.flatMap(({ found }): Problem[] => {
      if (!('key' in found) || found.variable === null) return [];
      const { variable } = found;
      if (inHostEnv(found) || processes.some(({ env }) => env.has(variable))) return [];
      const rc = [found.source, ...found.shadowed].find(({ kind }) => kind === 'rc');
      const place = rc === undefined ? undefined : placeOfSource(world, rc);
      return [
        {
          severity: 'warning',
          message: `${variable} is known to your shell alone; OpenClaw as a service does not see it`,
          ...(place === undefined ? {} : { place }),
          fixHint: `put ${variable}=… into ${tildePath(paths.dotenv, world.place)}`,
        },
      ];
    });
  },
});

function inHostEnv({ source, shadowed }: Extract<EntryKey['found'], { key: string }>): boolean {
  return [source, ...shadowed].some(({ kind }) => kind === 'host-env');
}
