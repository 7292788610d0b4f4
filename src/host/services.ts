import { join } from 'node:path';
import { readTextIfPossible } from '../config/snapshot.ts';
import { variablesIn } from '../config/variables.ts';
import type { Deps, Env } from '../platform/deps.ts';
import { configHome, homeFolder } from '../platform/paths.ts';
import { isRecord } from '../platform/record.ts';
import { defaultKeyVariable } from '../setup-file/key-format.ts';
import { parseJson } from '../text/parse-json.ts';
import { unitValues } from '../text/service-file.ts';
import { openRouterProvider, referencedVariable } from './credentials.ts';
import type { HostProcess } from './processes.ts';

type World = Pick<Deps, 'env' | 'place' | 'files' | 'exec'>;

/**
 * The variables that `openclaw gateway install` sets in the systemd unit or LaunchAgent of the host's gateway, plus the
 * keys that it inherits from launchd; null if there is no such service. Variables that the host manages are left out,
 * because it reads their values from `.env` on startup.
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

/** The files from which systemd reads variables for all services of the user (environment.d(5)). */
export async function managerVariableFiles(
  world: Pick<Deps, 'env' | 'place' | 'files'>,
): Promise<readonly string[]> {
  return filesIn(world, join(configHome(world), 'environment.d'), '.conf');
}

/** The files from which a unit reads variables; `%h` stands for the home folder (systemd.unit(5)). */
export function environmentFiles({ place }: Pick<Deps, 'place'>, unit: string): readonly string[] {
  return unitValues(unit, 'EnvironmentFile').flatMap((value) => {
    const path = value.replace(/^-/, '').replaceAll('%h', homeFolder(place));
    return path.startsWith('/') ? [path] : [];
  });
}

/** Sorted by name. */
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

/** The words of an assignment, which may be quoted (systemd.exec(5)). */
function wordsOf(text: string): readonly string[] {
  const words = text.match(/"(?:[^"\\]|\\.)*"|'[^']*'|\S+/g) ?? [];
  return words.map((word) =>
    /^["']/.test(word) ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word,
  );
}

/** The LaunchAgent that `serve --install` writes on macOS. */
export const serveLabel = 'openclaw-openrouter.serve';

/** For querying the current state, which takes milliseconds. */
const timeoutMs = 10_000;

export function launchAgentsFolder({ place }: Pick<Deps, 'place'>): string {
  return join(homeFolder(place), 'Library', 'LaunchAgents');
}

export function launchAgentPath(world: Pick<Deps, 'place'>, label: string): string {
  return join(launchAgentsFolder(world), `${label}.plist`);
}

/** A variable that every launchd agent inherits, as set by `launchctl setenv`; null if it is not set. */
export async function launchdVariable(world: World, name: string): Promise<string | null> {
  if (world.place.platform !== 'darwin') return null;
  const { exitCode, stdout } = await world.exec('launchctl', ['getenv', name], {
    env: world.env,
    timeoutMs,
  });
  const value = stdout.replace(/\n$/, '');
  return exitCode === 0 && value !== '' ? value : null;
}

/**
 * The variables that the LaunchAgent of the host's gateway sets; null if there is none. In OpenClaw 2026.9.6, a program
 * reads them from `service-env/<label>.env` (docs/platforms/mac/bundled-gateway.md); older versions kept them in the
 * agent itself.
 */
async function gatewayAgentEnvironment(world: World): Promise<Env | null> {
  const path = launchAgentPath(world, gatewayLabel(world.env));
  if ((await world.files.stat(path).catch(() => null)) === null) return null;
  const agent = await readPlist(world, path);
  const own = isRecord(agent?.EnvironmentVariables) ? agent.EnvironmentVariables : {};
  const words = Array.isArray(agent?.ProgramArguments) ? agent.ProgramArguments : [];
  const file = words.find((word) => /\/service-env\/[^/]+\.env$/.test(String(word)));
  const sourced =
    typeof file === 'string'
      ? variablesIn(await readTextIfPossible(world.files, file), 'bash')
      : {};
  const texts = Object.entries({ ...own, ...sourced }).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}

function gatewayLabel({ OPENCLAW_LAUNCHD_LABEL, OPENCLAW_PROFILE = 'default' }: Env): string {
  const label = OPENCLAW_LAUNCHD_LABEL?.trim() ?? '';
  if (label !== '') return label;
  return `ai.openclaw.${OPENCLAW_PROFILE === 'default' ? 'gateway' : OPENCLAW_PROFILE}`;
}

/** A property list may be binary, which plutil(1) can read too. */
async function readPlist(world: World, path: string): Promise<Record<string, unknown> | null> {
  const { exitCode, stdout } = await world.exec(
    '/usr/bin/plutil',
    ['-convert', 'json', '-o', '-', '--', path],
    { env: world.env, timeoutMs },
  );
  if (exitCode !== 0) return null;
  const value = parseJson(stdout);
  return isRecord(value) ? value : null;
}

/** What the host runs with: the environment of its gateway, else that of its service, else ours. */
export async function hostEnvironment(
  world: World,
  [running]: readonly HostProcess[],
  config: unknown,
): Promise<Env> {
  if (running !== undefined) return Object.fromEntries(running.env);
  return (await serviceEnvironment(world, config)) ?? world.env;
}
