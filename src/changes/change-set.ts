import type { DialectId } from '../config/dialect.ts';
import { dialectOf } from '../config/dialects.ts';
import type { Edit, Note } from '../config/edit.ts';
import type { FileSnapshot } from '../config/snapshot.ts';
import { assertReplaceable } from '../config/write.ts';
import { type DiffOptions, fileDiff } from './diff.ts';

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
  /** Its text holds a key: the file is for its owner alone. */
  readonly holdsKey: boolean;
  /** Its text holds the token of the gateway, which opens nothing from elsewhere: it is for its owner alone too. */
  readonly holdsToken?: boolean;
  /** Our own record of what was written: it changes and is taken back with the rest, and is shown to nobody. */
  readonly isMemory?: boolean;
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
  options: Partial<Pick<PlannedFile, 'holdsKey' | 'holdsToken'>> = {},
): PlannedFile {
  const { holdsKey = false, holdsToken = false } = options;
  const { text, notes } = dialectOf(dialect).edit(before.text, edits);
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

/** What a file that receives a secret is to be: readable by its owner alone. */
function privateMode({ facts }: FileSnapshot): Pick<PlannedFile, 'mode' | 'setMode'> {
  if (facts === null) return { mode: 0o600 };
  return (facts.mode & 0o077) === 0 ? {} : { setMode: facts.mode & ~0o077 };
}

/** The files of the set that would change, as shown to people: without our own record. */
export function changedFiles(changeSet: ChangeSet): readonly PlannedFile[] {
  return changeSet.files.filter((file) => file.isMemory !== true && isChanged(file));
}

/** All that is to be written: where no other file changes, there is nothing to remember either. */
export function filesToWrite(changeSet: ChangeSet): readonly PlannedFile[] {
  return changedFiles(changeSet).length === 0 ? [] : changeSet.files.filter(isChanged);
}

function isChanged({ before, after, setMode }: PlannedFile): boolean {
  return before.text !== after || changesMode(before, setMode);
}

function changesMode({ facts }: FileSnapshot, setMode: number | undefined): boolean {
  return facts !== null && setMode !== undefined && facts.mode !== setMode;
}

/** The unified diff of the whole set; empty when nothing changes. */
export function diffOf(changeSet: ChangeSet, options: DiffOptions): string {
  return changedFiles(changeSet)
    .map((file) => fileDiff({ ...file, now: file.before }, options))
    .join('');
}
