import { dirname } from 'node:path';
import { type LockOptions, withLock } from '../config/lock.ts';
import { type FileSnapshot, readText } from '../config/snapshot.ts';
import { writeAtomic } from '../config/write.ts';
import type { Deps, Files } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';

/** A file to write, or to remove if `after` is null. */
export interface Write {
  readonly before: FileSnapshot;
  readonly after: string | null;
  /** Permission bits for a new file. */
  readonly mode?: number;
  /** Permission bits to set, whether or not the file is new. */
  readonly setMode?: number;
  /** The file contains a key that others must not read. */
  readonly holdsKey?: boolean;
}

/** Runs `body` with all of these files locked. Reports the stale locks that it removes. */
export async function withLocks<T>(
  deps: Deps,
  targets: readonly string[],
  body: () => Promise<T>,
  options: Pick<LockOptions, 'waitMs'> = {},
): Promise<T> {
  // Always in the same order, so that two change sets cannot wait for each other.
  const onNotice = (message: string) => deps.io.err(`  ${message}\n`);
  const ordered = [...new Set(targets)].sort();
  const run = ordered.reduceRight<() => Promise<T>>(
    (inner, target) => () => withLock(deps, target, inner, { ...options, onNotice }),
    body,
  );
  return run();
}

/**
 * Writes all of the files or leaves all of them as they were. The caller holds the locks and must not allow an
 * interruption. `finish` is the last step; if it fails, the files are restored too. Throws UserError of type `conflict`
 * before the first byte if a file has changed since it was read. If a write fails, rethrows that error once the earlier
 * files are restored, or throws PartlyWritten if restoring them failed too.
 */
export async function writeAll(
  deps: Deps,
  writes: readonly Write[],
  finish: () => Promise<void>,
): Promise<void> {
  for (const { before } of writes) await assertUnchanged(deps.files, before);
  const done: Write[] = [];
  try {
    for (const write of writes) {
      await writeOne(deps, write);
      done.push(write);
    }
    await finish();
  } catch (error) {
    // Includes the failed write, which may have changed its file.
    const notRestored = await putAllBack(deps, writes.slice(0, done.length + 1), done);
    for (const path of notRestored) deps.written.add(path);
    throw notRestored.length === 0 ? error : new PartlyWritten(notRestored, error);
  }
}

/** Returns the paths that could not be restored. A file that we have not written may have been changed by others. */
async function putAllBack(
  deps: Deps,
  writes: readonly Write[],
  done: readonly Write[],
): Promise<string[]> {
  const notRestored: string[] = [];
  for (const write of writes.toReversed()) {
    try {
      const isBack = await putBack(deps, write);
      if (!isBack && done.includes(write)) notRestored.push(write.before.path);
    } catch {
      notRestored.push(write.before.path);
    }
  }
  return notRestored;
}

/** A write failed, and so did restoring these files. The undo record remains. */
export class PartlyWritten extends UserError {
  override readonly name = 'PartlyWritten';

  constructor(paths: readonly string[], cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${paths.join(' and ')} could not be restored`, {
      detail: reason,
      hint: (command) => `Fix the cause, then run: ${command('undo')}`,
      cause,
    });
  }
}

async function assertUnchanged(files: Files, before: FileSnapshot): Promise<void> {
  const now = await readText(files, before.path);
  if (now.hash === before.hash && now.target === before.target) return;
  throw new UserError(`${before.path} was changed by another program`, {
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
  throw new UserError(`${before.path} does not have the content that was just written to it`, {
    hint: 'Another program may be writing to it: check the file, then run the command again',
  });
}

/** False if another program has changed the file since. */
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
