import { join } from 'node:path';
import { readTextIfPossible } from '../config/snapshot.ts';
import { variablesIn } from '../config/variables.ts';
import type { Deps, Env } from '../platform/deps.ts';
import { homeFolder } from '../platform/paths.ts';
import { defaultKeyVariable } from '../setup-file/key-format.ts';
import { openRouterProvider, referencedVariable } from './credentials.ts';
import { gatewayAgentEnvironment, launchdVariable } from './launchd.ts';

type World = Pick<Deps, 'env' | 'place' | 'files' | 'exec'>;

/**
 * The variables of the host's gateway that `openclaw gateway install` sets in its systemd unit or LaunchAgent, and the
 * keys that launchd gives to it; null where there is no such service. Those that the host manages are left out: it takes
 * their values from `.env` when it starts.
 */
export async function serviceEnvironment(world: World, config: unknown): Promise<Env | null> {
  const env =
    world.place.platform === 'darwin'
      ? await agentEnvironment(world, config)
      : await unitEnvironment(world);
  if (env === null) return null;
  const managed = String(env.OPENCLAW_SERVICE_MANAGED_ENV_KEYS ?? '').split(',');
  return Object.fromEntries(Object.entries(env).filter(([key]) => !managed.includes(key)));
}

async function agentEnvironment(world: World, config: unknown): Promise<Env | null> {
  const own = await gatewayAgentEnvironment(world);
  if (own === null) return null;
  const named = referencedVariable(openRouterProvider(config).apiKey);
  const inherited: Record<string, string> = {};
  for (const name of new Set([defaultKeyVariable, named ?? defaultKeyVariable])) {
    const value = await launchdVariable(world, name);
    if (value !== null) inherited[name] = value;
  }
  return { ...inherited, ...own };
}

async function unitEnvironment(world: World): Promise<Env | null> {
  const { OPENCLAW_PROFILE: profile = 'default' } = world.env;
  const name = profile === 'default' ? 'openclaw-gateway' : `openclaw-gateway-${profile}`;
  const folder = join(homeFolder(world.place), '.config', 'systemd', 'user');
  const unit = await readTextIfPossible(world.files, join(folder, `${name}.service`));
  if (unit === '') return null;
  const env: Record<string, unknown> = {};
  for (const word of valuesOf(unit, 'Environment').flatMap(wordsOf)) {
    const equals = word.indexOf('=');
    if (equals > 0) env[word.slice(0, equals)] = word.slice(equals + 1);
  }
  for (const path of valuesOf(unit, 'EnvironmentFile')) {
    const text = await readTextIfPossible(world.files, path.replace(/^-/, ''));
    Object.assign(env, variablesIn(text, 'dotenv'));
  }
  return Object.fromEntries(Object.entries(env).map(([key, value]) => [key, String(value)]));
}

function valuesOf(unit: string, key: string): readonly string[] {
  const lines = unit.split(/\r?\n/).filter((line) => line.startsWith(`${key}=`));
  return lines.map((line) => line.slice(key.length + 1).trim());
}

/** The words of an assignment, which may be in quotes (systemd.exec(5)). */
function wordsOf(text: string): readonly string[] {
  const words = text.match(/"(?:[^"\\]|\\.)*"|'[^']*'|\S+/g) ?? [];
  return words.map((word) =>
    /^["']/.test(word) ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word,
  );
}
