import { dirname } from 'node:path';
import { dialectOf } from '../config/dialects/index.ts';
import type { DialectId } from '../config/dialects/types.ts';
import { modeChange, unifiedDiff } from '../config/diff.ts';
import type { Edit, Note } from '../config/edit.ts';
import { type FileSnapshot, readText } from '../config/file.ts';
import { missingFolders, removeFolders } from '../config/folders.ts';
import type { Deps } from '../deps.ts';
import { hideSecrets } from './hide-secrets.ts';
import { forget, remember, trim } from './records.ts';
import { PartlyWritten, withLocks, writeAll } from './write-all.ts';

/** A file as it is and as it is to be. */
export interface PlannedFile {
  readonly path: string;
  readonly dialect: DialectId;
  readonly before: FileSnapshot;
  readonly after: string;
  /** Permission bits for a new file; one that is there keeps its own. */
  readonly mode?: number;
  /** Permission bits that the file gets, also when it is there already. */
  readonly setMode?: number;
  readonly notes: readonly Note[];
  /** Its text holds a key: a new file is for the owner alone. */
  readonly holdsKey: boolean;
}

/** Files that change together, and are taken back together. */
export interface ChangeSet {
  /** For `undo --list`, e.g. `init`. */
  readonly command: string;
  readonly files: readonly PlannedFile[];
}

/** What the edits make of a file. Nothing is written. Throws UserError where an edit cannot be done. */
export function planFile(
  before: FileSnapshot,
  dialect: DialectId,
  edits: readonly Edit[],
  options: { readonly holdsKey?: boolean } = {},
): PlannedFile {
  const holdsKey = options.holdsKey === true;
  const { text, notes } = dialectOf(dialect).edit(before.text, edits);
  return {
    path: before.path,
    dialect,
    before,
    after: text,
    notes,
    holdsKey,
    ...(holdsKey ? { mode: 0o600 } : {}),
  };
}

/** The files of the set that would change. */
export function changedFiles(changeSet: ChangeSet): readonly PlannedFile[] {
  return changeSet.files.filter(
    ({ before, after, setMode }) => before.text !== after || changesMode(before, setMode),
  );
}

function changesMode({ facts }: FileSnapshot, setMode: number | undefined): boolean {
  return facts !== null && setMode !== undefined && facts.mode !== setMode;
}

export interface DiffOptions {
  /** Hides keys: `Io.mask`. Other secrets that stand near a change are hidden here. */
  readonly mask: (text: string) => string;
  /** The path as people want to see it. */
  readonly name?: (path: string) => string;
}

/** The unified diff of the whole set; empty when nothing changes. */
export function diffOf(changeSet: ChangeSet, { mask, name = (path) => path }: DiffOptions): string {
  return changedFiles(changeSet)
    .map(
      ({ path, before, after, setMode }) =>
        modeChange(before.facts?.mode, setMode, name(path)) +
        unifiedDiff(before.text, after, name(path)),
    )
    .map((diff) => mask(hideSecrets(diff)))
    .join('');
}

export interface Committed {
  /** Null when there was nothing to change. */
  readonly undoId: string | null;
  /** Paths, in the order of the set. */
  readonly written: readonly string[];
}

/**
 * Writes the whole set or nothing of it, under locks, and makes it one undo. A set that changes nothing writes
 * nothing and leaves no undo. The undo is there before the first file changes: whatever happens in between, it can
 * be taken back. Throws UserError; of type `conflict` when a file has changed since it was read.
 */
export async function commit(deps: Deps, changeSet: ChangeSet): Promise<Committed> {
  const targets = changedFiles(changeSet).map(({ before }) => before.target);
  if (targets.length === 0) return { undoId: null, written: [] };
  return underLocks(deps, targets, async () => changeSet);
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
): Promise<Committed> {
  const snapshots = await Promise.all(paths.map((path) => readText(deps.files, path)));
  return underLocks(
    deps,
    snapshots.map(({ target }) => target),
    plan,
  );
}

async function underLocks(
  deps: Deps,
  targets: readonly string[],
  plan: () => Promise<ChangeSet>,
): Promise<Committed> {
  // Before the locks: they make the folders that are missing.
  const folders = new Map<string, readonly string[]>();
  for (const target of targets)
    folders.set(target, await missingFolders(deps.files, dirname(target)));
  const committed = await withLocks(deps, targets, async () => write(deps, await plan(), folders));
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
): Promise<Committed> {
  const files = changedFiles(changeSet);
  if (files.length === 0) return { undoId: null, written: [] };
  const { id, madeFolders } = await remember(deps, {
    command: changeSet.command,
    files: files.map((file) => ({ ...file, folders: folders.get(file.before.target) ?? [] })),
  });
  try {
    await writeAll(deps, files);
  } catch (error) {
    if (!(error instanceof PartlyWritten)) {
      await forget(deps, id);
      await removeFolders(deps.files, madeFolders);
    }
    throw error;
  }
  return { undoId: id, written: files.map(({ path }) => path) };
}
