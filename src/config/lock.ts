import { basename, dirname, join } from 'node:path';
import type { Clock, Exec, Files, Place } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { errorCode } from '../platform/files.ts';
import { jsonOrUndefined } from '../text/parse-json.ts';
import { fileError } from './file-error.ts';
import {
  isAlive,
  isOurSpace,
  isProcessMark,
  type ProcessMark,
  processMark,
} from './process-mark.ts';
import { resolveTarget } from './snapshot.ts';
import { removeTemp, tempName, tempOwner, token } from './temp-file.ts';
import { makeFolders, removeFolders } from './write.ts';

export interface LockWorld {
  readonly files: Files;
  readonly place: Pick<Place, 'pid' | 'host'>;
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

/** A holder as found in a lock file. */
interface FoundHolder extends Holder {
  /** When the lock was last refreshed, in milliseconds since 1970. */
  readonly refreshedMs: number;
}

/** How long a lock whose holder cannot be seen is respected without being refreshed. */
const presumedMs = 60_000;

/**
 * Runs `body` while holding the lock of the target file. The lock is a file next to the target that contains the
 * holder's process id, and is refreshed while it is held, for processes that cannot see the holder. Locks of dead
 * processes are broken and their temp files removed. Throws LockHeldError (type `conflict`) if the holder does not
 * finish in time.
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
    const stopRefreshing = world.files.keepFresh(lockPath, world.clock);
    try {
      await removeDeadTemps(world, target);
      return await body({ madeFolders });
    } finally {
      stopRefreshing();
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
    if (!(await isHeld(world, holder))) {
      if (await breakLock(world, lockPath, holder)) {
        onNotice?.(brokenLockNotice(path, holder, await isOurSpace(world, holder)));
      }
    } else if (clock.monotonic() >= deadline) {
      throw new LockHeldError(path, lockPath, holder, await isOurSpace(world, holder));
    } else {
      await clock.sleep(10 + random() * 40, signal);
    }
  }
}

function isHeld(world: LockWorld, holder: FoundHolder): Promise<boolean> {
  return isAlive(world, holder, holder.refreshedMs + presumedMs);
}

function brokenLockNotice(path: string, { pid }: Holder, isHere: boolean): string {
  if (pid === 0) return `Removed a lock of ${path} without a process id`;
  return isHere
    ? `Removed the lock of ${path} by process ${pid}, which is no longer running`
    : `Removed the lock of ${path} by process ${pid} of another container or computer, which has not refreshed it for a minute`;
}

/** Another process holds the lock and did not finish in time. */
export class LockHeldError extends UserError {
  override readonly name = 'LockHeldError';

  constructor(path: string, lockPath: string, { pid }: ProcessMark, isHere: boolean) {
    const where = isHere ? '' : ' of another container or computer';
    const otherwise = isHere
      ? 'If there is no such process'
      : 'If it was killed, its lock expires after a minute. If you are sure that it is not running';
    super(`${path} is being changed by another openclaw-openrouter (process ${pid}${where})`, {
      type: 'conflict',
      hint: `Wait for it to finish and run this again. ${otherwise}: rm '${lockPath}'`,
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
async function holderOf(files: Files, lockPath: string): Promise<FoundHolder | null> {
  try {
    const facts = await files.lstat(lockPath);
    if (facts === null) return null;
    if (facts.kind !== 'file') throw notALock(lockPath);
    const isTooLarge = facts.size > maxLockBytes;
    const text = isTooLarge ? '' : new TextDecoder().decode(await files.read(lockPath));
    return { ...parseHolder(text), refreshedMs: facts.modifiedMs };
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

/** In bytes; several times the size of our locks. */
const maxLockBytes = 1000;

const nobody: Holder = { pid: 0, startedAt: null, token: 'unreadable' };

function parseHolder(text: string): Holder {
  const value = jsonOrUndefined(text);
  return isHolder(value) ? value : nobody;
}

// The token becomes part of a path.
function isHolder(value: unknown): value is Holder {
  return (
    isProcessMark(value) &&
    'token' in value &&
    typeof value.token === 'string' &&
    /^[0-9a-z]+$/.test(value.token)
  );
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
    if (guard !== null && !(await isHeld(world, guard))) await breakLock(world, guardPath, guard);
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

/**
 * The names of temp files do not show where the process id is valid. That is safe under the lock, since a process that
 * waits for it can only lose a temp file of `tryLock`, and tries again.
 */
async function removeDeadTemps(world: LockWorld, target: string): Promise<void> {
  const folder = dirname(target);
  const base = basename(target);
  for (const name of await world.files.list(folder)) {
    const pid = tempOwner(name, base) ?? tempOwner(name, `.${base}.lock`);
    if (pid === null || (await isAlive(world, { pid, startedAt: null }, 0))) continue;
    await removeTemp(world.files, join(folder, name)).catch(() => undefined);
  }
}
