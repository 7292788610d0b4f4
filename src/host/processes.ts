import type { Deps, Files } from '../platform/deps.ts';

type FileWorld = Pick<Deps, 'place' | 'files'>;

/** A running program of the same user (Linux only). */
export interface HostProcess {
  readonly pid: number;
  /** The words of its command line, none of which is one of our secrets. */
  readonly command: readonly string[];
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  /** The environment it was started with; values may be secrets. */
  readonly env: ReadonlyMap<string, string>;
}

/** The running gateways of the host. */
export async function hostProcesses(world: FileWorld): Promise<readonly HostProcess[]> {
  return userProcesses(world, isHostGateway);
}

/**
 * Reads `/proc` (proc(5): `cmdline` and `environ` are separated by NUL bytes). Processes of other users do not expose
 * their environment and do not concern us.
 */
export async function userProcesses(
  { files, place }: FileWorld,
  isWanted: (command: readonly string[]) => boolean = () => true,
): Promise<readonly HostProcess[]> {
  if (place.platform !== 'linux') return [];
  const names = await files.list('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name) && Number(name) !== place.pid);
  const found = await Promise.all(pids.map((pid) => readProcess({ files, place }, pid, isWanted)));
  return found.filter((process) => process !== null);
}

async function readProcess(
  { files, place }: FileWorld,
  pid: string,
  isWanted: (command: readonly string[]) => boolean,
): Promise<HostProcess | null> {
  try {
    const command = await nulSeparated(files, `/proc/${pid}/cmdline`);
    if (!isWanted(command)) return null;
    const facts = await files.stat(`/proc/${pid}`);
    if (facts === null || facts.uid !== place.uid) return null;
    const env = (await nulSeparated(files, `/proc/${pid}/environ`)).map(nameAndValue);
    return { pid: Number(pid), command, startedMs: facts.modifiedMs, env: new Map(env) };
  } catch {
    // It has exited in the meantime, or belongs to another user.
    return null;
  }
}

async function nulSeparated(files: Files, path: string): Promise<string[]> {
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
