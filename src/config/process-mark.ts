import type { Clock, Exec, Files, Place } from '../platform/deps.ts';
import { isRecord } from '../platform/record.ts';

/** Identifies a process. Process ids are reused, so the start time is included if the system provides it. */
export interface ProcessMark {
  readonly pid: number;
  /** Clock ticks since boot (field 22 of /proc/<pid>/stat on Linux); null if there is no /proc. */
  readonly startedAt: string | null;
  /** Where the process id is valid; see `pidSpace`. Absent in marks of earlier versions. */
  readonly space?: string;
}

/** Whether a value from a file is a mark. */
export function isProcessMark(value: unknown): value is ProcessMark {
  return (
    isRecord(value) &&
    Number.isSafeInteger(value.pid) &&
    (value.startedAt === null || typeof value.startedAt === 'string') &&
    (value.space === undefined || typeof value.space === 'string')
  );
}

interface World {
  readonly files: Files;
  readonly place: Pick<Place, 'pid' | 'host'>;
}

export async function processMark({ files, place }: World): Promise<ProcessMark> {
  const startedAt = await startOf(files, place.pid);
  return { pid: place.pid, startedAt, space: await pidSpace({ files, place }) };
}

/**
 * Whether the process is still running. If it cannot be seen from here (another container or computer, or hidden by the
 * system), it counts as running until `presumedUntilMs`, in milliseconds since 1970.
 */
export async function isAlive(
  world: World & { readonly clock: Pick<Clock, 'now'>; readonly exec: Exec },
  mark: ProcessMark,
  presumedUntilMs: number,
): Promise<boolean> {
  const { files, place, clock, exec } = world;
  if (mark.pid <= 0) return false;
  const hasProc = (await startOf(files, place.pid)) !== null;
  // With the mount option `hidepid`, /proc shows only the user's own processes, so process 1 is missing.
  const isComplete = !hasProc || (await startOf(files, 1)) !== null;
  if (mark.space !== undefined && !(isComplete && (await isOurSpace(world, mark)))) {
    return clock.now().getTime() < presumedUntilMs;
  }
  // `ps` exits with 1 if the process does not exist. Other errors are inconclusive.
  if (!hasProc) return (await exec('ps', ['-p', String(mark.pid)])).exitCode !== 1;
  const startedAt = await startOf(files, mark.pid);
  return startedAt !== null && (mark.startedAt === null || mark.startedAt === startedAt);
}

/** Whether the mark's process id is valid here. Marks of earlier versions have no space and count as ours. */
export async function isOurSpace(world: World, { space }: ProcessMark): Promise<boolean> {
  return space === undefined || space === (await pidSpace(world));
}

/**
 * A process id is valid within one boot and one PID namespace: a container has its own. Without /proc, this is the name
 * of the host.
 */
async function pidSpace({ files, place }: World): Promise<string> {
  try {
    const boot = new TextDecoder().decode(await files.read('/proc/sys/kernel/random/boot_id'));
    return `${boot.trim()} ${await files.readlink('/proc/self/ns/pid')}`;
  } catch {
    return place.host;
  }
}

// The program name (field 2) is in parentheses and may contain spaces, so count from the last parenthesis.
async function startOf(files: Files, pid: number): Promise<string | null> {
  try {
    const stat = new TextDecoder().decode(await files.read(`/proc/${pid}/stat`));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
