import { dirname } from 'node:path';
import { readText } from '../config/snapshot.ts';
import { missingFolders, removeFolders } from '../config/write.ts';
import type { Deps } from '../platform/deps.ts';
import { CancelError } from '../platform/errors.ts';
import { uninterrupted } from '../platform/interrupts.ts';
import { type ChangeSet, changedFiles, filesToWrite, type PlannedFile } from './change-set.ts';
import { assertPrivate, type ExposureConsent } from './key-exposure.ts';
import { forget, remember, settle, trim } from './records.ts';
import { recoverInterrupted } from './undo.ts';
import { PartlyWritten, withLocks, writeAll } from './write-all.ts';

export interface Committed {
  /** Null if nothing changed. */
  readonly undoId: string | null;
  /** Paths, in the order of the set. */
  readonly written: readonly string[];
}

export interface CommitOptions {
  /** Runs after the files are written. If it throws or is interrupted by Ctrl-C, the files are restored. */
  readonly verify?: () => Promise<void>;
  /** Whether a key may be written to a file that others can see; `refuse` by default. */
  readonly consent?: ExposureConsent;
}

/**
 * Writes all files of the set or none, under locks, as a single undo record. A set without changes leaves no record.
 * Ctrl-C takes effect before the first byte is written and while `verify` runs, but not in between. The undo record is
 * written before the first file, so if the process is killed, the next command that writes can undo the partial change.
 * Throws UserError (type `conflict` if a file has changed since it was read) or CancelError; in both cases nothing is
 * written.
 */
export async function commit(
  deps: Deps,
  changeSet: ChangeSet,
  options: CommitOptions = {},
): Promise<Committed> {
  const targets = filesToWrite(changeSet).map(({ before }) => before.target);
  if (targets.length === 0) return nothing;
  await assertPrivate(deps, changeSet, options.consent ?? 'refuse');
  return underLocks(deps, targets, async () => changeSet, options);
}

/**
 * Locks the files before reading them, then plans and commits, so processes that change the same file at once wait for
 * each other instead of failing with a conflict. Only for changes that do not prompt, since an answer may take long.
 * `paths` are the files that `plan` reads and may change.
 */
export async function commitFresh(
  deps: Deps,
  paths: readonly string[],
  plan: () => Promise<ChangeSet>,
  verify: NonNullable<CommitOptions['verify']> = async () => {},
): Promise<Committed> {
  const snapshots = await Promise.all(paths.map((path) => readText(deps.files, path)));
  const targets = snapshots.map(({ target }) => target);
  const planPrivate = async () => {
    const changeSet = await plan();
    await assertPrivate(deps, changeSet, 'refuse');
    return changeSet;
  };
  return underLocks(deps, targets, planPrivate, { verify });
}

const nothing: Committed = { undoId: null, written: [] };

async function underLocks(
  deps: Deps,
  targets: readonly string[],
  plan: () => Promise<ChangeSet>,
  options: CommitOptions,
): Promise<Committed> {
  await recoverInterrupted(deps);
  // Before locking, because taking the locks creates missing folders.
  const folders = new Map<string, readonly string[]>();
  for (const target of targets)
    folders.set(target, await missingFolders(deps.files, dirname(target)));
  const committed = await withLocks(deps, targets, async () =>
    write(deps, await plan(), folders, options),
  );
  if (committed.undoId === null) {
    for (const made of folders.values()) await removeFolders(deps.files, made);
  } else {
    await trim(deps);
  }
  return committed;
}

async function write(
  deps: Deps,
  changeSet: ChangeSet,
  folders: ReadonlyMap<string, readonly string[]>,
  { verify }: CommitOptions,
): Promise<Committed> {
  const files = await Promise.all(filesToWrite(changeSet).map((file) => withFactsNow(deps, file)));
  if (files.length === 0) return nothing;
  const { id, madeFolders } = await remember(deps, {
    command: changeSet.command,
    ...(changeSet.rotation === undefined ? {} : { rotation: changeSet.rotation }),
    ...(changeSet.createdKey === undefined ? {} : { createdKey: changeSet.createdKey }),
    files: files.map((file) => ({ ...file, folders: folders.get(file.before.target) ?? [] })),
  });
  const written = changedFiles(changeSet).map(({ path }) => path);
  return uninterrupted(deps, async (shielded) => {
    try {
      await writeAll(shielded, files, async () => {
        if (verify !== undefined) await verified(deps, verify);
        await settle(shielded, id);
      });
    } catch (error) {
      if (error instanceof PartlyWritten) throw error;
      await forget(shielded, id);
      await removeFolders(shielded.files, madeFolders);
      throw error instanceof CancelError ? cancelledAndUndone(error) : error;
    }
    for (const path of written) deps.written.add(path);
    return { undoId: id, written };
  });
}

// The mode may have changed since the file was read, and an undo must restore the latest one.
async function withFactsNow({ files }: Deps, file: PlannedFile): Promise<PlannedFile> {
  const facts = file.before.exists ? await files.lstat(file.before.target) : null;
  return { ...file, before: { ...file.before, facts } };
}

/** An interruption takes precedence over the result of the verification, which is meaningless then. */
async function verified({ signal }: Deps, verify: () => Promise<void>): Promise<void> {
  try {
    await verify();
  } finally {
    signal.throwIfAborted();
  }
}

function cancelledAndUndone({ exitCode }: CancelError): CancelError {
  return new CancelError('Cancelled; the changes were undone', exitCode);
}
