import type { Deps, Env } from '../platform/deps.ts';
import { serviceEnvironment } from './service-environment.ts';

/** A running program of the same user (Linux only). */
export interface HostProcess {
  readonly pid: number;
  /** The words of its command line; none of them is a secret of ours. */
  readonly command: readonly string[];
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  /** What it was started with; values may be secrets. */
  readonly env: ReadonlyMap<string, string>;
}

type World = Pick<Deps, 'env' | 'place' | 'files'>;

/** The gateways of the host that run now. */
export async function hostProcesses(world: World): Promise<readonly HostProcess[]> {
  return userProcesses(world, isHostGateway);
}

/**
 * Looks through `/proc`, read only (proc(5): `cmdline` and `environ` are separated by NUL bytes). Other people's
 * processes do not show their environment, and are none of ours.
 */
export async function userProcesses(
  { files, place }: World,
  isWanted: (command: readonly string[]) => boolean = () => true,
): Promise<readonly HostProcess[]> {
  if (place.platform !== 'linux') return [];
  const names = await files.list('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name) && Number(name) !== place.pid);
  const found = await Promise.all(pids.map((pid) => readProcess({ files, place }, pid, isWanted)));
  return found.filter((process) => process !== null);
}

/** What the host runs with: the environment of its gateway, else that of its service, else ours. */
export async function hostEnvironment(
  world: World & Pick<Deps, 'exec'>,
  [running]: readonly HostProcess[],
  config: unknown,
): Promise<Env> {
  if (running !== undefined) return Object.fromEntries(running.env);
  return (await serviceEnvironment(world, config)) ?? world.env;
}

async function readProcess(
  { files, place }: Pick<World, 'files' | 'place'>,
  pid: string,
  isWanted: (command: readonly string[]) => boolean,
): Promise<HostProcess | null> {
  try {
    const command = await wordsOf(files, `/proc/${pid}/cmdline`);
    if (!isWanted(command)) return null;
    const facts = await files.stat(`/proc/${pid}`);
    if (facts === null || facts.uid !== place.uid) return null;
    const env = (await wordsOf(files, `/proc/${pid}/environ`)).map(nameAndValue);
    return { pid: Number(pid), command, startedMs: facts.modifiedMs, env: new Map(env) };
  } catch {
    // It ended meanwhile, or belongs to somebody else.
    return null;
  }
}

async function wordsOf(files: World['files'], path: string): Promise<string[]> {
  return new TextDecoder().decode(await files.read(path)).split('\0');
}

// The host names its gateway process `openclaw-gateway`; started by hand it is `openclaw gateway [run]`.
export function isHostGateway(command: readonly string[]): boolean {
  const [program = '', ...words] = command;
  if (/^openclaw-gateway\b/.test(program)) return true;
  const names = [program, ...words.slice(0, 1)].map((word) => word.split('/').at(-1) ?? '');
  return names.some((name) => /^openclaw(\.m?js)?$/.test(name)) && words.includes('gateway');
}

function nameAndValue(line: string): [string, string] {
  const equals = line.indexOf('=');
  return equals === -1 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
}
