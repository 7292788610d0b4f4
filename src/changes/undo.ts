import { basename, dirname, join } from 'node:path';
import { LockHeldError } from '../config/lock.ts';
import { type FileSnapshot, readText } from '../config/snapshot.ts';
import { missingFolders, removeFolders, writeAtomic } from '../config/write.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { uninterrupted } from '../platform/interrupts.ts';
import type { OwnCommand } from '../platform/own-command.ts';
import { tildePath } from '../platform/paths.ts';
import { fileDiff } from './diff.ts';
import {
  allRecords,
  assertTrusted,
  forget,
  newestRecord,
  pendingIds,
  recordPath,
  reopen,
  settle,
  type UndoFile,
  type UndoRecord,
} from './records.ts';
import { PartlyWritten, type Write, withLocks, writeAll } from './write-all.ts';

/** A record without the contents of its files. */
export interface UndoSummary
  extends Pick<UndoRecord, 'id' | 'time' | 'command' | 'rotation' | 'createdKey'> {
  readonly files: readonly string[];
}

/**
 * `ready`: still as the change left it. `already`: as it was before the change. `changed`: edited, deleted or moved
 * since.
 */
type UndoState = 'ready' | 'already' | 'changed';

interface UndoStep {
  readonly path: string;
  /** See `PlannedFile`. */
  readonly isMemory: boolean;
  readonly state: UndoState;
  /** The path now leads to another file than the one that was changed. */
  readonly isMoved: boolean;
  /** Undoing the change removes the file, because the change created it. */
  readonly removes: boolean;
  readonly now: FileSnapshot;
  readonly before: string | null;
  /** Permission bits to restore; absent if they do not change. */
  readonly setMode?: number;
}

export interface UndoPlan {
  readonly record: UndoSummary;
  /** The file of the record. */
  readonly recordFile: string;
  /** Excludes our own record of what was written. */
  readonly steps: readonly UndoStep[];
}

export interface Undone {
  readonly record: UndoSummary;
  readonly restored: readonly string[];
  readonly removed: readonly string[];
  /** With `force`: copies of files that had been edited since the change. */
  readonly kept: readonly { readonly path: string; readonly copy: string }[];
}

/** The change sets that can be undone, at most 20, newest first. */
export async function listUndo(deps: Deps): Promise<readonly UndoSummary[]> {
  return (await allRecords(deps)).map(summary);
}

/**
 * What undoing the change set with that id (by default the last one) would do; null if there is none. Writes nothing.
 */
export async function planUndo(deps: Deps, id?: string): Promise<UndoPlan | null> {
  const record = await recordOf(deps, id);
  if (record === null) return null;
  const steps = (await stepsOf(deps, record)).filter(({ isMemory }) => !isMemory);
  return { record: summary(record), recordFile: recordPath(deps, record), steps };
}

/** The unified diff of an undo; empty if there is nothing to restore. */
export function undoDiff(world: Pick<Deps, 'io' | 'place'>, { steps }: UndoPlan): string {
  return steps.map((step) => fileDiff(world, { ...step, after: step.before ?? '' })).join('');
}

interface UndoOptions {
  readonly id?: string;
  readonly force?: boolean;
  /**
   * Only undo an interrupted change; skip it if another process has finished it in the meantime. If its files were
   * edited since, it is marked as no longer pending.
   */
  readonly onlyPending?: boolean;
  readonly waitMs?: number;
}

/**
 * Undoes a whole change set or nothing, under locks: restores the exact bytes of every file, and removes files and
 * empty folders that the change created. Throws UserError of type `not_found` if there is nothing to undo, and
 * EditedSinceError if a file has been edited since, unless `force` is set; then a copy of the edited file is kept in
 * the same folder.
 */
export async function undo(deps: Deps, options: UndoOptions = {}): Promise<Undone> {
  const record = await recordOf(deps, options.id);
  if (record === null) throw nothingToUndo(options.id);
  const { waitMs } = options;
  const targets = record.files.map(({ target }) => target);
  // Taking the locks creates missing folders.
  const missing = await Promise.all(
    targets.map((target) => missingFolders(deps.files, dirname(target))),
  );
  // Folders are removed only after the locks are released, because the lock files are in them.
  try {
    const undone = await withLocks(
      deps,
      targets,
      () => undoLocked(deps, record.id, options),
      waitMs === undefined ? {} : { waitMs },
    );
    for (const { folders } of record.files) await removeFolders(deps.files, folders);
    return undone;
  } finally {
    for (const folders of missing) await removeFolders(deps.files, folders);
  }
}

async function undoLocked(
  deps: Deps,
  id: string,
  { force = false, onlyPending = false }: UndoOptions,
): Promise<Undone> {
  const record = await recordOf(deps, id);
  if (record === null || (onlyPending && !record.isPending)) throw nothingToUndo(id);
  const steps = await stepsOf(deps, record);
  const edited = steps.filter(({ state }) => state === 'changed');
  // Still under the locks, so only one of two concurrent processes does this.
  if (edited.length > 0 && onlyPending) await settle(deps, id);
  if (!force) assertUnedited(steps);
  const undone = await uninterrupted(deps, async (shielded) => {
    const kept = await keepCopies(shielded, edited);
    await putBack(shielded, record, steps);
    return { record: summary(record), ...namesOf(steps), kept };
  });
  for (const path of [...undone.restored, ...undone.removed]) deps.written.add(path);
  return undone;
}

/** If this is interrupted, the record stays pending and the next command that writes finishes the undo. */
async function putBack(deps: Deps, record: UndoRecord, steps: readonly UndoStep[]): Promise<void> {
  await reopen(deps, record);
  const writes = steps.filter(({ state }) => state !== 'already').map(writeOf(record));
  try {
    await writeAll(deps, writes, () => forget(deps, record.id));
  } catch (error) {
    if (!(error instanceof PartlyWritten) && !record.isPending) await settle(deps, record.id);
    throw error;
  }
}

async function recordOf(deps: Deps, id: string | undefined): Promise<UndoRecord | null> {
  const record =
    id === undefined
      ? await newestRecord(deps)
      : (await allRecords(deps)).find((one) => one.id === id);
  if (record == null) return null;
  await assertTrusted(deps, record);
  return record;
}

function summary(record: UndoRecord): UndoSummary {
  const { id, time, command, files, rotation, createdKey } = record;
  const shown = files.filter(({ isMemory }) => isMemory !== true);
  return {
    id,
    time,
    command,
    files: shown.map(({ path }) => path),
    ...(rotation === undefined ? {} : { rotation }),
    ...(createdKey === undefined ? {} : { createdKey }),
  };
}

function stepsOf(deps: Deps, record: UndoRecord): Promise<readonly UndoStep[]> {
  return Promise.all(record.files.map((file) => stepOf(deps, file)));
}

async function stepOf(deps: Deps, file: UndoFile): Promise<UndoStep> {
  const now = await readText(deps.files, file.path);
  const { path, before, mode, isMemory = false } = file;
  const hasSetMode = file.setMode !== undefined && now.facts?.mode === file.setMode;
  return {
    path,
    isMemory,
    state: stateOf(file, now),
    isMoved: now.target !== file.target,
    removes: before === null,
    now,
    before,
    ...(hasSetMode && mode !== null ? { setMode: mode } : {}),
  };
}

function stateOf(file: UndoFile, now: FileSnapshot): UndoState {
  if (now.target !== file.target) return 'changed';
  if (now.hash === file.afterHash) return 'ready';
  if ((now.exists ? now.text : null) === file.before) return 'already';
  // Nobody edits our own record, and it must match the files.
  return file.isMemory === true ? 'ready' : 'changed';
}

function nothingToUndo(id: string | undefined): UserError {
  return new UserError(id === undefined ? 'There is nothing to undo' : `There is no undo ${id}`, {
    type: 'not_found',
    hint:
      id === undefined
        ? 'No changes are on record'
        : (command: OwnCommand) => `List the changes: ${command('undo --list')}`,
  });
}

/** A file has been edited since the change that is to be undone. */
class EditedSinceError extends UserError {
  override readonly name = 'EditedSinceError';

  constructor(edited: readonly UndoStep[]) {
    super(edited.map((step) => `${step.path} ${sinceText(step)}`).join(' and '), {
      type: 'conflict',
      hint: 'Nothing was written. See the difference with --dry-run, or undo it anyway with --force, which keeps a copy',
    });
  }
}

/** What has happened to a file in state `changed`. */
export function sinceText({ isMoved, now }: Pick<UndoStep, 'isMoved' | 'now'>): string {
  if (isMoved) return 'leads to another file now';
  return now.exists ? 'has been edited since' : 'has been deleted since';
}

/** Throws EditedSinceError if a file has been edited since the change. */
export function assertUnedited(steps: readonly UndoStep[]): void {
  const edited = steps.filter(({ state }) => state === 'changed');
  if (edited.length > 0) throw new EditedSinceError(edited);
}

async function keepCopies(deps: Deps, steps: readonly UndoStep[]): Promise<Undone['kept']> {
  const kept: { path: string; copy: string }[] = [];
  for (const { path, now } of steps) {
    if (now.exists) kept.push({ path, copy: await keepCopy(deps, now) });
  }
  return kept;
}

/**
 * The copy is next to the file, under a name that no shell loads. Only its owner may read it, since it may contain a
 * key.
 */
async function keepCopy(deps: Deps, now: FileSnapshot): Promise<string> {
  for (let number = 1; ; number += 1) {
    const copy = join(dirname(now.target), `${basename(now.target)}.kept-${number}`);
    if ((await deps.files.lstat(copy)) !== null) continue;
    const nothing = await readText(deps.files, copy);
    await writeAtomic(deps, nothing, now.text, { mode: 0o600 });
    return copy;
  }
}

function writeOf(record: UndoRecord) {
  return ({ path, now, before, setMode }: UndoStep): Write => {
    const mode = record.files.find((file) => file.path === path)?.mode ?? null;
    return {
      before: now,
      after: before,
      ...(mode === null ? {} : { mode }),
      ...(setMode === undefined ? {} : { setMode }),
    };
  };
}

function namesOf(steps: readonly UndoStep[]): Pick<Undone, 'restored' | 'removed'> {
  const done = steps.filter(({ state, isMemory }) => state !== 'already' && !isMemory);
  return {
    restored: done.filter(({ removes }) => !removes).map(({ path }) => path),
    removed: done.filter(({ removes }) => removes).map(({ path }) => path),
  };
}

/**
 * Undoes what a killed process left half done, and reports it on stderr. Every command that writes calls this first,
 * before it reads what it is about to change. A change whose files were edited since is left for `undo --force`.
 */
export async function recoverInterrupted(deps: Deps): Promise<void> {
  for (const id of await pendingIds(deps)) {
    try {
      await recover(deps, id);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      deps.io.err(`  An interrupted change cannot be undone now: ${error.message}\n`);
    }
  }
}

async function recover(deps: Deps, id: string): Promise<void> {
  try {
    // With its own `written`, because the last message of this run is about its own writes.
    const { record, restored, removed } = await undo(
      { ...deps, written: new Set() },
      { id, waitMs: 0, onlyPending: true },
    );
    const paths = [...restored, ...removed].map((path) => tildePath(path, deps.place));
    if (paths.length === 0) return;
    const change = `${record.command} of ${record.time}`;
    deps.io.err(`  Undid the interrupted ${change}: ${paths.join(', ')}\n`);
  } catch (error) {
    // The process that holds the lock is working on the change, or has just finished it.
    if (error instanceof LockHeldError) return;
    if (error instanceof UserError && error.type === 'not_found') return;
    if (!(error instanceof EditedSinceError)) throw error;
    deps.io.err(`  An interrupted change stays: ${error.message} (undo --force undoes it)\n`);
  }
}
