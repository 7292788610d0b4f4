import { UserError } from '../../platform/errors.ts';
import { variablePath } from '../../platform/paths.ts';
import { defineCheck } from '../check.ts';
import type { World } from '../facts/context.ts';
import type { Problem } from '../finding.ts';

const ofTheHost = ['OPENCLAW_HOME', 'OPENCLAW_STATE_DIR', 'OPENCLAW_CONFIG_PATH'];
const ofXdg = ['XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME'];

/** A relative path is another place in every folder; what holds a key would land wherever a person stands. */
export const environmentPaths = defineCheck({
  id: 'environment/paths',
  summary: 'the variables that name folders hold absolute paths',
  needs: ['world'],
  async run({ world }) {
    return [
      ...ofTheHost.flatMap((name) => refused(world, name)),
      ...ofXdg.flatMap((name) => ignored(world, name)),
    ];
  },
});

function refused({ env }: World, name: string): Problem[] {
  try {
    variablePath(env, name, () => '/');
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, hint } = error;
    return [{ severity: 'error', message, ...(hint === undefined ? {} : { fixHint: hint }) }];
  }
}

/** The XDG base directory specification has relative paths ignored. */
function ignored({ env }: World, name: string): Problem[] {
  const path = env[name] ?? '';
  if (path === '' || path.startsWith('/')) return [];
  return [
    {
      severity: 'warning',
      message: `${name} is ignored because it is not an absolute path: ${JSON.stringify(path)}`,
      fixHint: 'set it to an absolute path, or unset it',
    },
  ];
}
