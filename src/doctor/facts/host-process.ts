import type { World } from './context.ts';

/** A gateway of the host that runs now. */
export interface HostProcess {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  /** What it was started with; values may be secrets. */
  readonly env: ReadonlyMap<string, string>;
}

/**
 * Looks through `/proc`, read only (proc(5): `cmdline` and `environ` are separated by NUL bytes). Other people's
 * processes do not show their environment, and are none of ours.
 */
export async function hostProcesses({ files, place }: World): Promise<readonly HostProcess[]> {
  if (place.platform !== 'linux') return [];
  const names = await files.list('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name) && Number(name) !== place.pid);
  const found = await Promise.all(pids.map((pid) => readProcess(files, place.uid, pid)));
  return found.filter((process) => process !== null);
}

async function readProcess(
  files: World['files'],
  uid: number | null,
  pid: string,
): Promise<HostProcess | null> {
  try {
    const command = await wordsOf(files, `/proc/${pid}/cmdline`);
    if (!isGateway(command)) return null;
    const facts = await files.stat(`/proc/${pid}`);
    if (facts === null || facts.uid !== uid) return null;
    const env = (await wordsOf(files, `/proc/${pid}/environ`)).map(nameAndValue);
    return { pid: Number(pid), startedMs: facts.modifiedMs, env: new Map(env) };
  } catch {
    // It ended meanwhile, or belongs to somebody else.
    return null;
  }
}

async function wordsOf(files: World['files'], path: string): Promise<string[]> {
  return new TextDecoder().decode(await files.read(path)).split('\0');
}

// The host names its gateway process `openclaw-gateway`; started by hand it is `openclaw gateway [run]`.
function isGateway(command: readonly string[]): boolean {
  const [program = '', ...words] = command;
  if (/^openclaw-gateway\b/.test(program)) return true;
  const names = [program, ...words.slice(0, 1)].map((word) => word.split('/').at(-1) ?? '');
  return names.some((name) => /^openclaw(\.m?js)?$/.test(name)) && words.includes('gateway');
}

function nameAndValue(line: string): [string, string] {
  const equals = line.indexOf('=');
  return equals === -1 ? [line, ''] : [line.slice(0, equals), line.slice(equals + 1)];
}
