import { tildePath } from '../../platform/paths.ts';
import { defineCheck } from '../check.ts';
import { noHost } from '../host-config.ts';

export const hostInstalled = defineCheck({
  id: 'host/installed',
  summary: 'OpenClaw is installed, in a version that this tool knows',
  needs: ['host', 'world'],
  async run({ host, world }) {
    const { program, version, config, paths } = await host();
    if (program === null && config === null) throw noHost();
    if (program === null) {
      return [
        {
          severity: 'info',
          message: `OpenClaw has a config at ${tildePath(paths.config, world.place)} and is not on PATH`,
          fixHint: 'npm install -g openclaw',
        },
      ];
    }
    if (version !== null && isOlder(version, oldestKnown)) {
      return [
        {
          severity: 'info',
          message: `OpenClaw ${version} is older than ${oldestKnown}, the oldest that this tool was tried with`,
          fixHint: 'openclaw update',
        },
      ];
    }
    return [{ remark: version === null ? 'OpenClaw' : `OpenClaw ${version}` }];
  },
});

const oldestKnown = '2026.9.6';

function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(/[.-]/).slice(0, 3).map(Number));
  const at = a?.findIndex((number, index) => number !== b?.[index]) ?? -1;
  return at !== -1 && (a?.[at] ?? 0) < (b?.[at] ?? 0);
}
