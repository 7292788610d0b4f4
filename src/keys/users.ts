import { agentIds } from '../host/agents.ts';
import { hostCredentials } from '../host/credentials.ts';
import { resolveKey } from '../host/key-sources.ts';
import { askNewShells } from '../host/new-shells.ts';
import { type HostProcess, hostProcesses, userProcesses } from '../host/processes.ts';
import { isThroughGateway } from '../host/providers.ts';
import { shellOf } from '../host/rc-file.ts';
import {
  hostEnvironment,
  launchAgentPath,
  launchdVariable,
  serveLabel,
  serviceEnvironment,
} from '../host/services.ts';
import type { Deps, Env } from '../platform/deps.ts';
import { keyVariable } from '../setup-file/key-format.ts';
import { isPlainWord } from '../text/redact.ts';
import { readHostConfigOrNull } from './places.ts';

/** Who sends requests with a key, and why with that key. */
export interface KeyUser {
  readonly id: 'shell' | 'new-shell' | 'host' | 'host-service' | 'serve';
  /** As shown to the user, e.g. `a new login bash` or `OpenClaw (agent main)`. */
  readonly who: string;
  /** The secret; null if there is none, or if it could not be determined. */
  readonly key: string | null;
  /** Ids of the host's agents. */
  readonly agents?: readonly string[];
  /** Where the key comes from, or why there is none. */
  readonly why: string;
}

type World = Pick<Deps, 'env' | 'place' | 'files' | 'io' | 'exec' | 'signal'>;

/** The users of keys on this machine. `apiKeys` are the `apiKey` texts of the entries. */
export async function findKeyUsers(
  world: World,
  apiKeys: readonly (string | null)[],
): Promise<readonly KeyUser[]> {
  const texts = apiKeys.length === 0 ? [null] : [...new Set(apiKeys)];
  const found = await Promise.all([
    ...texts.map((text) => usersByShell(world, text)),
    hostUsers(world),
    ...texts.map((text) => serveUser(world, text)),
  ]);
  return found.flat();
}

async function usersByShell(world: World, apiKey: string | null): Promise<readonly KeyUser[]> {
  const variable = keyVariable(apiKey);
  const { key, why } = await resolved(world, apiKey);
  const own: KeyUser = { id: 'shell', who: 'this shell', key, why };
  return variable === null ? [own] : [own, ...(await newShellUsers(world, variable))];
}

/** What shells that are opened from now on will get. */
async function newShellUsers(world: World, variable: string): Promise<readonly KeyUser[]> {
  const shell = shellOf(world.env.SHELL);
  if (shell === null) return [];
  return (await askNewShells(world, shell, variable)).map(({ mode, answer }): KeyUser => {
    const who = `a new ${mode === 'login' ? 'login ' : ''}${shell}`;
    if ('unknown' in answer) return { id: 'new-shell', who, key: null, why: answer.unknown };
    const key = answer.value === '' ? null : answer.value;
    if (key !== null && !isPlainWord(key)) world.io.conceal(key);
    const why = key === null ? `${variable} is not set there` : `${variable} of its startup files`;
    return { id: 'new-shell', who, key, why };
  });
}

/** The keys that the host's agents use, both when started here and through its gateway. */
export async function hostUsers(world: World): Promise<readonly KeyUser[]> {
  const config = await readHostConfigOrNull(world);
  if (config === null) return [];
  const isPresent = (await world.files.stat(config.snapshot.target).catch(() => null)) !== null;
  const processes = ofThisHome(world, await hostProcesses(world));
  const service = await serviceEnvironment(world, config.value);
  if (!isPresent && service === null && processes.length === 0) return [];
  if (isThroughGateway(config.value)) {
    return [{ id: 'host', who: 'OpenClaw', key: null, why: 'it sends its requests to serve' }];
  }
  const own = await agentUsers(world, config.value, world.env, 'host');
  if (processes.length === 0 && service === null) return own;
  const env = await hostEnvironment(world, processes, config.value);
  return [...own, ...(await agentUsers(world, config.value, env, 'host-service'))];
}

/** The host's agents, grouped into one user if they take the key from the same place. */
async function agentUsers(
  world: World,
  config: unknown,
  env: Env,
  id: 'host' | 'host-service',
): Promise<readonly KeyUser[]> {
  const groups = new Map<string, Pick<KeyUser, 'key' | 'why'> & { agents: string[] }>();
  for (const agent of agentIds(config)) {
    const [used] = await hostCredentials({ ...world, env }, config, agent);
    const key = used?.key || null;
    const why = used === undefined ? 'it has no key' : used.where;
    const name = JSON.stringify([key, why]);
    groups.set(name, { key, why, agents: [...(groups.get(name)?.agents ?? []), agent] });
  }
  const program = id === 'host' ? 'OpenClaw, started here' : "OpenClaw's gateway";
  return [...groups.values()].map(({ key, why, agents }) => ({
    id,
    who: `${program} (${agents.length === 1 ? 'agent' : 'agents'} ${agents.join(', ')})`,
    agents,
    key,
    why,
  }));
}

/** The running `serve`, or else the one that would be started here. */
async function serveUser(world: World, apiKey: string | null): Promise<readonly KeyUser[]> {
  const running = ofThisHome(world, await userProcesses(world, isServe));
  if (running.length === 0) {
    const env = await serveAgentEnvironment(world, apiKey);
    const who = env === null ? 'serve, started here' : 'serve, started by launchd';
    return [{ id: 'serve', who, ...(await resolved({ ...world, env: env ?? world.env }, apiKey)) }];
  }
  return Promise.all(
    running.map(async ({ pid, env }) => ({
      id: 'serve' as const,
      who: `serve (process ${pid})`,
      ...(await resolved({ ...world, env: Object.fromEntries(env) }, apiKey)),
    })),
  );
}

/** Null if no LaunchAgent starts `serve`. */
async function serveAgentEnvironment(world: World, apiKey: string | null): Promise<Env | null> {
  const { place, files, env } = world;
  if (place.platform !== 'darwin' || place.home === null) return null;
  if ((await files.stat(launchAgentPath(world, serveLabel)).catch(() => null)) === null)
    return null;
  const variable = keyVariable(apiKey);
  if (variable === null) return env;
  return { ...env, [variable]: (await launchdVariable(world, variable)) ?? undefined };
}

/** One user may have several homes, each with its own setup. */
export function ofThisHome(
  { env }: Pick<Deps, 'env'>,
  processes: readonly HostProcess[],
): readonly HostProcess[] {
  return processes.filter((one) => one.env.get('HOME') === env.HOME);
}

export function isServe(command: readonly string[]): boolean {
  const at = command.findIndex((word) => /(^|\/)openclaw-openrouter(\.js)?$/.test(word));
  return at >= 0 && command[at + 1] === 'serve';
}

async function resolved(
  world: World,
  apiKey: string | null,
): Promise<Pick<KeyUser, 'key' | 'why'>> {
  const found = await resolveKey(world, apiKey);
  if ('missing' in found) return { key: null, why: `${found.missing} is not set` };
  const { kind, where } = found.source;
  return { key: found.key, why: kind === 'environment' ? `${where} of its environment` : where };
}
