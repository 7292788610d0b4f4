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
  /** Permission bits for a new file; an existing file keeps its own. */
  readonly mode?: number;
  /** Permission bits to set, whether or not the file is new. */
  readonly setMode?: number;
  readonly notes: readonly Note[];
  /** The file contains a key, so only its owner may read it. */
  readonly holdsKey: boolean;
  /** The file contains the gateway token, which only works on this machine; only its owner may read it. */
  readonly holdsToken?: boolean;
  /** Our own record of what was written. It is written and undone with the other files, but not shown. */
  readonly isMemory?: boolean;
}

/** Files that are changed together and undone together. */
export interface ChangeSet {
  /** Shown by `undo --list`, e.g. `init`. */
  readonly command: string;
  readonly files: readonly PlannedFile[];
  /** Set if the change replaces one key with another. */
  readonly rotation?: Rotation;
  /** Set if the change stores a key that this run has created, which OpenRouter does not show again. */
  readonly createdKey?: CreatedKey;
}

export interface CreatedKey {
  readonly prefix: string;
  /** The hash by which OpenRouter identifies the key. */
  readonly hash: string;
}

/** The OpenRouter hashes of two keys. An undo has to re-enable the old key first. */
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

/** Makes a file with a secret readable only by its owner. */
function privateMode({ facts }: FileSnapshot): Pick<PlannedFile, 'mode' | 'setMode'> {
  if (facts === null) return { mode: 0o600 };
  return (facts.mode & 0o077) === 0 ? {} : { setMode: facts.mode & ~0o077 };
}

/** The files that would change, except our own record. */
export function changedFiles(changeSet: ChangeSet): readonly PlannedFile[] {
  return changeSet.files.filter((file) => file.isMemory !== true && isChanged(file));
}

/** The files that would change, including our own record unless nothing else changes. */
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
    .map((file) => {
      concealKeys(world, file);
      return fileDiff(world, { ...file, now: file.before });
    })
    .join('');
}

/** Masks the keys that the file held, since it may write one in pieces or with escapes. */
function concealKeys({ io }: Pick<Deps, 'io'>, { dialect, before }: PlannedFile): void {
  for (const text of textsIn(dialectOf(dialect).read(before.text))) {
    if (text.startsWith('sk-or-')) io.conceal(text);
  }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return value instanceof Object ? Object.values(value).flatMap(textsIn) : [];
}

/** What a command that plans a change set reports about it. */
export interface ChangeReport {
  /** Before the change set is written: whether it would change anything. */
  readonly changed: boolean;
  readonly files: readonly { readonly path: string; readonly action: 'create' | 'update' }[];
  /** A unified diff with masked keys; empty if nothing changes. */
  readonly diff: string;
  /** Id of the undo record; null until the change set is written. */
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
