import type { DialectId } from '../config/dialect.ts';
import { dialectOf } from '../config/dialects.ts';
import type { Edit, Note } from '../config/edit.ts';
import type { FileSnapshot } from '../config/snapshot.ts';
import { assertReplaceable } from '../config/write.ts';
import type { Deps } from '../platform/deps.ts';
import { fileDiff } from './diff.ts';

/** A file before and after the change. */
export interface PlannedFile {
  readonly path: string;
  readonly dialect: DialectId;
  readonly before: FileSnapshot;
  readonly after: string;
  /** Permission bits for a new file; others keep theirs. */
  readonly mode?: number;
  /** Permission bits for the file, new or not. */
  readonly setMode?: number;
  readonly notes: readonly Note[];
  /** It has a key: only its owner may read it. */
  readonly holdsKey: boolean;
  /** It has the token of the gateway, which works on this machine only: only its owner may read it too. */
  readonly holdsToken?: boolean;
  /** Our own record of what was written: it is written and undone with the rest, and not shown. */
  readonly isMemory?: boolean;
}

/** Files that are changed together and undone together. */
export interface ChangeSet {
  /** For `undo --list`, e.g. `init`. */
  readonly command: string;
  readonly files: readonly PlannedFile[];
  /** It replaces one key by another. */
  readonly rotation?: Rotation;
}

/** The hashes of two keys at OpenRouter, of which an undo has to enable the old one first. */
export interface Rotation {
  readonly oldHash: string;
  readonly newHash: string;
}

/** Applies edits to a file without writing it. Throws UserError if an edit cannot be made. */
export function planFile(
  before: FileSnapshot,
  dialect: DialectId,
  edits: readonly Edit[],
  options: Partial<Pick<PlannedFile, 'holdsKey' | 'holdsToken'>> = {},
): PlannedFile {
  const { holdsKey = false, holdsToken = false } = options;
  const { text, notes } = dialectOf(dialect).edit(before.text, edits, before.path);
  if (text !== before.text) assertReplaceable(before);
  return {
    path: before.path,
    dialect,
    before,
    after: text,
    notes,
    holdsKey,
    holdsToken,
    ...(holdsKey || holdsToken ? privateMode(before) : {}),
  };
}

/** For a file with a secret: only its owner may read it. */
function privateMode({ facts }: FileSnapshot): Pick<PlannedFile, 'mode' | 'setMode'> {
  if (facts === null) return { mode: 0o600 };
  return (facts.mode & 0o077) === 0 ? {} : { setMode: facts.mode & ~0o077 };
}

/** The files that would change, without our own record. */
export function changedFiles(changeSet: ChangeSet): readonly PlannedFile[] {
  return changeSet.files.filter((file) => file.isMemory !== true && isChanged(file));
}

/** The files that would change, with our own record unless it is the only one. */
export function filesToWrite(changeSet: ChangeSet): readonly PlannedFile[] {
  return changedFiles(changeSet).length === 0 ? [] : changeSet.files.filter(isChanged);
}

function isChanged({ before, after, setMode }: PlannedFile): boolean {
  return before.text !== after || changesMode(before, setMode);
}

function changesMode({ facts }: FileSnapshot, setMode: number | undefined): boolean {
  return facts !== null && setMode !== undefined && facts.mode !== setMode;
}

/** The unified diff of the whole set; empty if nothing changes. */
export function diffOf(world: Pick<Deps, 'io' | 'place'>, changeSet: ChangeSet): string {
  return changedFiles(changeSet)
    .map((file) => fileDiff(world, { ...file, now: file.before }))
    .join('');
}

/** What a command that plans a change set reports about it. */
export interface ChangeReport {
  /** Before it is written: would be changed. */
  readonly changed: boolean;
  readonly files: readonly { readonly path: string; readonly action: 'create' | 'update' }[];
  /** Unified, keys masked; empty when nothing changes. */
  readonly diff: string;
  /** Of the written change set; null until then. */
  readonly undoId: string | null;
}

export function changeReport(
  world: Pick<Deps, 'io' | 'place'>,
  changeSet: ChangeSet,
): ChangeReport {
  const files = changedFiles(changeSet);
  return {
    changed: files.length > 0,
    files: files.map(({ path, before }) => ({ path, action: before.exists ? 'update' : 'create' })),
    diff: diffOf(world, changeSet),
    undoId: null,
  };
}
