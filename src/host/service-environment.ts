import { join } from 'node:path';
import { readTextIfPossible } from '../config/snapshot.ts';
import { variablesIn } from '../config/variables.ts';
import type { Deps, Env } from '../platform/deps.ts';
import { configHome, homeFolder } from '../platform/paths.ts';
import { defaultKeyVariable } from '../setup-file/key-format.ts';
import { unitValues } from '../text/systemd.ts';
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
  const overriding = await filesIn(world, join(folder, `${name}.service.d`), '.conf');
  const texts = await Promise.all(overriding.map((path) => readTextIfPossible(world.files, path)));
  const text = [unit, ...texts].join('\n');
  const env: Record<string, unknown> = {};
  for (const word of unitValues(text, 'Environment').flatMap(wordsOf)) {
    const equals = word.indexOf('=');
    if (equals > 0) env[word.slice(0, equals)] = word.slice(equals + 1);
  }
  const inherited = await variablesOf(world, await managerVariableFiles(world));
  const own = await variablesOf(world, environmentFiles(world, text));
  const all = Object.entries({ ...inherited, ...env, ...own });
  return Object.fromEntries(all.map(([key, value]) => [key, String(value)]));
}

async function variablesOf({ files }: World, paths: readonly string[]): Promise<object> {
  const texts = await Promise.all(paths.map((path) => readTextIfPossible(files, path)));
  return Object.assign({}, ...texts.map((text) => variablesIn(text, 'dotenv')));
}

/** The files from which systemd takes variables for all services of the user (environment.d(5)). */
export async function managerVariableFiles(
  world: Pick<Deps, 'env' | 'place' | 'files'>,
): Promise<readonly string[]> {
  return filesIn(world, join(configHome(world), 'environment.d'), '.conf');
}

/** The files from which a unit takes variables; `%h` stands for the home folder (systemd.unit(5)). */
export function environmentFiles({ place }: Pick<Deps, 'place'>, unit: string): readonly string[] {
  return unitValues(unit, 'EnvironmentFile').flatMap((value) => {
    const path = value.replace(/^-/, '').replaceAll('%h', homeFolder(place));
    return path.startsWith('/') ? [path] : [];
  });
}

/** In the order of their names. */
async function filesIn(
  { files }: Pick<Deps, 'files'>,
  folder: string,
  ending: string,
): Promise<readonly string[]> {
  const names = await files.list(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}

/** The words of an assignment, which may be in quotes (systemd.exec(5)). */
function wordsOf(text: string): readonly string[] {
  const words = text.match(/"(?:[^"\\]|\\.)*"|'[^']*'|\S+/g) ?? [];
  return words.map((word) =>
    /^["']/.test(word) ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word,
  );
}
