import { basename, dirname, join } from 'node:path';
import type { Clock, Exec, Files, Place } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { errorCode } from '../platform/files.ts';
import { fileError } from './file-error.ts';
import { resolveTarget } from './snapshot.ts';
import { removeTemp, tempName, tempOwner, token } from './temp-file.ts';
import { makeFolders, removeFolders } from './write.ts';

export interface LockWorld {
  readonly files: Files;
  readonly place: Pick<Place, 'pid'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly exec: Exec;
  readonly signal: AbortSignal;
}

export interface LockOptions {
  /** Milliseconds to wait for another process; 10,000 by default. */
  readonly waitMs?: number;
  /** Called after the lock of a dead process has been broken. */
  readonly onNotice?: (message: string) => void;
}

export interface Lock {
  /** Folders that were created for the lock, outermost first. They are kept if `body` succeeds. */
  readonly madeFolders: readonly string[];
}

interface Holder extends ProcessMark {
  readonly token: string;
}

/**
 * Runs `body` while holding the lock of the target file. The lock is a file next to the target that contains the
 * holder's process id. Locks of dead processes are broken and their temp files removed. Throws LockHeldError (type
 * `conflict`) if the holder does not finish in time.
 */
export async function withLock<T>(
  world: LockWorld,
  path: string,
  body: (lock: Lock) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const target = await resolveTarget(world.files, path);
  const madeFolders: string[] = [];
  const lockPath = join(dirname(target), `.${basename(target)}.lock`);
  try {
    const own = await acquire(world, lockPath, path, madeFolders, options);
    try {
      await removeDeadTemps(world, target);
      return await body({ madeFolders });
    } finally {
      await release(world.files, lockPath, own);
    }
  } catch (error) {
    await removeFolders(world.files, madeFolders);
    throw error;
  }
}

async function acquire(
  world: LockWorld,
  lockPath: string,
  path: string,
  madeFolders: string[],
  { waitMs = 10_000, onNotice }: LockOptions,
): Promise<Holder> {
  const { clock, random, signal } = world;
  const own = { ...(await processMark(world)), token: token(random) };
  const deadline = clock.monotonic() + waitMs;
  for (;;) {
    signal.throwIfAborted();
    // On each attempt, since a concurrent undo removes empty folders.
    madeFolders.push(...(await makeFolders(world.files, dirname(lockPath))));
    if (await tryLock(world, lockPath, own)) return own;
    const holder = await holderOf(world.files, lockPath);
    if (holder === null) continue;
    if (!(await isAlive(world, holder))) {
      if (await breakLock(world, lockPath, holder)) {
        onNotice?.(brokenLockNotice(path, holder));
      }
    } else if (clock.monotonic() >= deadline) {
      throw new LockHeldError(path, lockPath, holder);
    } else {
      await clock.sleep(10 + random() * 40, signal);
    }
  }
}

function brokenLockNotice(path: string, { pid }: Holder): string {
  return pid === 0
    ? `Removed a lock of ${path} without a process id`
    : `Removed the lock of ${path} by process ${pid}, which is no longer running`;
}

/** Another process holds the lock and did not finish in time. */
export class LockHeldError extends UserError {
  override readonly name = 'LockHeldError';

  constructor(path: string, lockPath: string, { pid }: ProcessMark) {
    super(`${path} is being changed by another openclaw-openrouter (process ${pid})`, {
      type: 'conflict',
      hint: `Wait for it to finish and run this again. If there is no such process: rm '${lockPath}'`,
    });
  }
}

/**
 * Writes the lock to a temp file and links it into place, so that nobody reads a partial lock. Returns false if another
 * process holds the lock or has removed the folder.
 */
async function tryLock(
  { files, ...world }: LockWorld,
  lockPath: string,
  own: Holder,
): Promise<boolean> {
  const temp = join(dirname(lockPath), tempName(basename(lockPath), world));
  try {
    const file = await files.create(temp, 0o600);
    await file.write(new TextEncoder().encode(JSON.stringify(own))).finally(file.close);
    await files.link(temp, lockPath);
    return true;
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes(errorCode(error) ?? '')) return false;
    throw fileError('lock', lockPath, error);
  } finally {
    await files.remove(temp).catch(() => undefined);
  }
}

/**
 * Null if the lock is gone; `nobody` if it cannot be read. Throws UserError for anything that cannot be a lock: reading
 * a pipe would block, and a link could point anywhere.
 */
async function holderOf(files: Files, lockPath: string): Promise<Holder | null> {
  try {
    const facts = await files.lstat(lockPath);
    if (facts === null) return null;
    if (facts.kind !== 'file') throw notALock(lockPath);
    if (facts.size > maxLockBytes) return nobody;
    return parseHolder(new TextDecoder().decode(await files.read(lockPath)));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw fileError('lock', lockPath, error);
  }
}

function notALock(lockPath: string): UserError {
  return new UserError(`Cannot lock ${lockPath}: it is not a regular file`, {
    hint: 'Check it with ls -l and move it out of the way',
  });
}

/** In bytes; about ten times the size of our locks. */
const maxLockBytes = 1000;

const nobody: Holder = { pid: 0, startedAt: null, token: 'unreadable' };

function parseHolder(text: string): Holder {
  const match = /^\{"pid":(\d+),"startedAt":(null|"(\d*)"),"token":"([0-9a-z]+)"\}$/.exec(text);
  if (match === null) return nobody;
  return { pid: Number(match[1]), startedAt: match[3] ?? null, token: match[4] ?? '' };
}

/**
 * Removes a dead holder's lock, guarded by a second lock with that holder's token in its name. Otherwise, if two
 * processes saw the same dead lock, the slower one could remove the lock that the faster one has just acquired.
 */
async function breakLock(world: LockWorld, lockPath: string, dead: Holder): Promise<boolean> {
  const guardPath = `${lockPath}.${dead.token}`;
  const own = { ...(await processMark(world)), token: token(world.random) };
  if (!(await tryLock(world, guardPath, own))) {
    const guard = await holderOf(world.files, guardPath);
    if (guard !== null && !(await isAlive(world, guard))) await breakLock(world, guardPath, guard);
    return false;
  }
  try {
    const still = (await holderOf(world.files, lockPath))?.token === dead.token;
    if (still) await world.files.remove(lockPath);
    return still;
  } finally {
    await world.files.remove(guardPath);
  }
}

async function release(files: Files, lockPath: string, own: Holder): Promise<void> {
  const holder = await holderOf(files, lockPath);
  if (holder?.token === own.token) await files.remove(lockPath);
}

async function removeDeadTemps(world: LockWorld, target: string): Promise<void> {
  const folder = dirname(target);
  const base = basename(target);
  for (const name of await world.files.list(folder)) {
    const pid = tempOwner(name, base) ?? tempOwner(name, `.${base}.lock`);
    if (pid === null || (await isAlive(world, { pid, startedAt: null }))) continue;
    await removeTemp(world.files, join(folder, name)).catch(() => undefined);
  }
}

/** Identifies a process. Process ids are reused, so the start time is included if the system provides it. */
export interface ProcessMark {
  readonly pid: number;
  /** Clock ticks since boot (field 22 of /proc/<pid>/stat on Linux); null if there is no /proc. */
  readonly startedAt: string | null;
}

interface World {
  readonly files: Files;
  readonly place: Pick<Place, 'pid'>;
  readonly exec: Exec;
}

export async function processMark({ files, place }: World): Promise<ProcessMark> {
  return { pid: place.pid, startedAt: await startOf(files, place.pid) };
}

/** Whether the process is still running. */
export async function isAlive({ files, place, exec }: World, mark: ProcessMark): Promise<boolean> {
  if (mark.pid <= 0) return false;
  const hasProc = (await startOf(files, place.pid)) !== null;
  // `ps` exits with 1 if the process does not exist. Other errors are inconclusive.
  if (!hasProc) return (await exec('ps', ['-p', String(mark.pid)])).exitCode !== 1;
  const startedAt = await startOf(files, mark.pid);
  return startedAt !== null && (mark.startedAt === null || mark.startedAt === startedAt);
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
