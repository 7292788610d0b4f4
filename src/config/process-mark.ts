import type { Exec, Files, Place } from '../platform/deps.ts';

/** Names one process for good: ids are given out again, so where the system tells, when it started is part of it. */
export interface ProcessMark {
  readonly pid: number;
  /** Clock ticks since boot (field 22 of Linux's /proc/<pid>/stat); null where there is no /proc. */
  readonly startedAt: string | null;
}

interface World {
  readonly files: Files;
  readonly place: Pick<Place, 'pid'>;
  readonly exec: Exec;
}

/** The mark of this process. */
export async function processMark({ files, place }: World): Promise<ProcessMark> {
  return { pid: place.pid, startedAt: await startOf(files, place.pid) };
}

/** Whether that very process still runs. */
export async function isAlive({ files, place, exec }: World, mark: ProcessMark): Promise<boolean> {
  if (mark.pid <= 0) return false;
  const hasProc = (await startOf(files, place.pid)) !== null;
  // `ps` says 1 where there is none; one that cannot tell says nothing about the process.
  if (!hasProc) return (await exec('ps', ['-p', String(mark.pid)])).exitCode !== 1;
  const startedAt = await startOf(files, mark.pid);
  return startedAt !== null && (mark.startedAt === null || mark.startedAt === startedAt);
}

// The second field is the program's name in brackets and may hold spaces: count from the last bracket.
async function startOf(files: Files, pid: number): Promise<string | null> {
  try {
    const stat = new TextDecoder().decode(await files.read(`/proc/${pid}/stat`));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
