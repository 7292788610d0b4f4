import { dirname } from 'node:path';
import { missingFolders, removeFolders } from '../config/folders.ts';
import { readText } from '../config/snapshot.ts';
import type { Deps } from '../platform/deps.ts';
import { CancelError } from '../platform/errors.ts';
import { uninterrupted } from '../platform/interrupts.ts';
import { type ChangeSet, changedFiles, filesToWrite, type PlannedFile } from './change-set.ts';
import { assertPrivate, type ExposureConsent } from './key-exposure.ts';
import { forget, remember, settle, trim } from './records.ts';

import { recoverInterrupted } from './recover.ts';
import { PartlyWritten, withLocks, writeAll } from './write-all.ts';

export interface Committed {
  /** Null when there was nothing to change. */
  readonly undoId: string | null;
  /** Paths, in the order of the set. */
  readonly written: readonly string[];
}

export interface CommitOptions {
  /** Has what is written verified while it can be taken back. What it throws takes it back, and so does Ctrl-C. */
  readonly verify?: () => Promise<void>;
  /** Who decides where a file that receives a key is no private place; it is refused unless told. */
  readonly consent?: ExposureConsent;
}

/**
 * Writes the whole set or nothing of it, under locks, and makes it one undo. A set that changes nothing writes
 * nothing and leaves no undo. Ctrl-C is heeded until the first byte and while `verify` runs, not in between. The undo
 * record exists before the first file changes: what a killed process leaves half done is taken back by the next command
 * that writes. Throws UserError, of type `conflict` when a file has changed since it was read,
 * and CancelError; nothing is written then.
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
 * Plans and commits in one go, with the files locked from before they are read: several processes that change the
 * same file at once wait for each other, and none meets a conflict. For changes that nobody is asked about, as a
 * person may take long to answer. `paths` are the files that `plan` reads and may change.
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
  // Before the locks: they make the folders that are missing.
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
      throw error instanceof CancelError ? takenBack(error) : error;
    }
    for (const path of written) deps.written.add(path);
    return { undoId: id, written };
  });
}

// Somebody may have changed its mode since it was read: that is what an undo is to bring back.
async function withFactsNow({ files }: Deps, file: PlannedFile): Promise<PlannedFile> {
  const facts = file.before.exists ? await files.lstat(file.before.target) : null;
  return { ...file, before: { ...file.before, facts } };
}

/** What an interrupted verification says, or how it fails, means nothing. */
async function verified({ signal }: Deps, verify: () => Promise<void>): Promise<void> {
  try {
    await verify();
  } finally {
    signal.throwIfAborted();
  }
}

function takenBack({ exitCode }: CancelError): CancelError {
  return new CancelError('Cancelled; what was written is taken back: all is as it was', exitCode);
}
