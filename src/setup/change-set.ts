import type { DialectId } from '../config/dialects/types.ts';
import { type Edit, type Note, unifiedDiff } from '../config/edit.ts';
import type { FileSnapshot } from '../config/file.ts';
import type { Deps } from '../deps.ts';
import { dialectOf } from '../openclaw/dialect.ts';
import { hideSecrets } from './hide-secrets.ts';
import { forget, remember, trim } from './records.ts';
import { missingFolders, withLocks, writeAll } from './write-all.ts';

/** A file as it is and as it is to be. */
export interface PlannedFile {
  readonly path: string;
  readonly dialect: DialectId;
  readonly before: FileSnapshot;
  readonly after: string;
  /** Permission bits for a new file; one that is there keeps its own. */
  readonly mode?: number;
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
  return changeSet.files.filter(({ before, after }) => before.text !== after);
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
    .map(({ path, before, after }) => unifiedDiff(before.text, after, name(path)))
    .map((diff) => mask(hideSecrets(diff)))
    .join('');
}

/**
 * Writes the whole set or nothing of it, under locks, and makes it one undo. A set that changes nothing writes
 * nothing and leaves no undo. The undo is there before the first file changes: whatever happens in between, it can
 * be taken back. Throws UserError; of type `conflict` when a file has changed since it was read.
 */
export async function commit(
  deps: Deps,
  changeSet: ChangeSet,
): Promise<{ readonly undoId: string | null; readonly written: readonly string[] }> {
  const files = changedFiles(changeSet);
  if (files.length === 0) return { undoId: null, written: [] };
  const folders = await Promise.all(
    files.map(({ before }) => missingFolders(deps.files, before.target)),
  );
  const targets = files.map(({ before }) => before.target);
  const undoId = await withLocks(deps, targets, async () => {
    const record = await remember(deps, {
      command: changeSet.command,
      files: files.map((file, index) => ({ ...file, folders: folders[index] ?? [] })),
    });
    try {
      await writeAll(deps, files);
    } catch (error) {
      await forget(deps, record);
      throw error;
    }
    return record;
  });
  await trim(deps);
  return { undoId, written: files.map(({ path }) => path) };
}
