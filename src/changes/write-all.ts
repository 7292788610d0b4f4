import { dirname } from 'node:path';
import { type LockOptions, withLock } from '../config/lock.ts';
import { type FileSnapshot, readText } from '../config/snapshot.ts';
import { writeAtomic } from '../config/write.ts';
import type { Deps, Files } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';

/** One file to be written; `after` null removes it. */
export interface Write {
  readonly before: FileSnapshot;
  readonly after: string | null;
  /** Permission bits for a file that is new. */
  readonly mode?: number;
  /** Permission bits that the file gets, also when it is there. */
  readonly setMode?: number;
  /** Its mode is to keep others from a key. */
  readonly holdsKey?: boolean;
}

/** Runs `body` while no other process of ours can write any of these files. A stale lock is broken, and said so. */
export async function withLocks<T>(
  deps: Deps,
  targets: readonly string[],
  body: () => Promise<T>,
  options: Pick<LockOptions, 'waitMs'> = {},
): Promise<T> {
  // Everybody locks in the same order: two change sets cannot wait for each other.
  const onNotice = (message: string) => deps.io.err(`  ${message}\n`);
  const ordered = [...new Set(targets)].sort();
  const run = ordered.reduceRight<() => Promise<T>>(
    (inner, target) => () => withLock(deps, target, inner, { ...options, onNotice }),
    body,
  );
  return run();
}

/**
 * Writes all of the files or leaves all as they were. The caller holds their locks, and lets nothing interrupt this.
 * `seal` is the last step; where it fails, the files are put back too. Throws UserError of type `conflict` before the
 * first byte when one has changed since it was read, whatever a write throws once the files before it are put back,
 * and PartlyWritten where that failed too.
 */
export async function writeAll(
  deps: Deps,
  writes: readonly Write[],
  seal: () => Promise<void>,
): Promise<void> {
  for (const { before } of writes) await assertUnchanged(deps.files, before);
  const done: Write[] = [];
  try {
    for (const write of writes) {
      await writeOne(deps, write);
      done.push(write);
    }
    await seal();
  } catch (error) {
    // The write that failed may have come to something all the same.
    const stuck = await putAllBack(deps, writes.slice(0, done.length + 1), done);
    for (const path of stuck) deps.written.add(path);
    throw stuck.length === 0 ? error : new PartlyWritten(stuck, error);
  }
}

/** The paths of those that could not be put back. What others wrote to a file whose write never happened stays. */
async function putAllBack(
  deps: Deps,
  writes: readonly Write[],
  done: readonly Write[],
): Promise<string[]> {
  const stuck: string[] = [];
  for (const write of writes.toReversed()) {
    try {
      const isBack = await putBack(deps, write);
      if (!isBack && done.includes(write)) stuck.push(write.before.path);
    } catch {
      stuck.push(write.before.path);
    }
  }
  return stuck;
}

/** A write failed, and so did putting these files back: the undo record is all that can. */
export class PartlyWritten extends UserError {
  override readonly name = 'PartlyWritten';

  constructor(paths: readonly string[], cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${paths.join(' and ')} could not be put back as it was`, {
      detail: reason,
      hint: (program) => `Fix the cause, then take the change back with: ${program} undo`,
      cause,
    });
  }
}

async function assertUnchanged(files: Files, before: FileSnapshot): Promise<void> {
  const now = await readText(files, before.path);
  if (now.hash === before.hash && now.target === before.target) return;
  throw new UserError(`${before.path} was changed by another program in the meantime`, {
    type: 'conflict',
    hint: 'Nothing was written; run the command again to start from the file as it is now',
  });
}

async function writeOne(deps: Deps, { before, after, ...modes }: Write): Promise<void> {
  if (after === null) {
    await deps.files.remove(before.target);
    await deps.files.syncFolder(dirname(before.target));
    return;
  }
  const onNotice = (message: string) => deps.io.err(`  ${message}\n`);
  await writeAtomic(deps, before, after, { ...modes, onNotice });
  const now = await readText(deps.files, before.path);
  if (now.text === after) return;
  throw new UserError(`${before.path} does not hold what was just written to it`, {
    hint: 'Another program may be writing it: look at the file, then run the command again',
  });
}

/** False where the file is neither as it was nor as it was written: somebody else has changed it since. */
async function putBack(deps: Deps, { before, after }: Write): Promise<boolean> {
  const now = await readText(deps.files, before.path);
  if (now.hash === before.hash && now.facts?.mode === before.facts?.mode) return true;
  if ((now.exists ? now.text : null) !== after) return false;
  const setMode = before.facts?.mode;
  await writeOne(deps, {
    before: now,
    after: before.exists ? before.text : null,
    ...(setMode === undefined ? {} : { setMode }),
  });
  return true;
}
