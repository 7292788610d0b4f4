import { join, resolve } from 'node:path';
import { fileError } from '../config/file-error.ts';
import { withLock } from '../config/lock.ts';
import { hashOf, readText, resolveTarget } from '../config/snapshot.ts';
import { removeTemp } from '../config/temp-file.ts';
import { makeFolders, removeFolders, writeAtomic } from '../config/write.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { errorCode } from '../platform/files.ts';
import { isInside, stateFolder } from '../platform/paths.ts';
import { isRecord } from '../platform/record.ts';
import { shellWord } from '../text/escape.ts';
import { parseJson } from '../text/parse-json.ts';
import type { ChangeSet, CreatedKey, PlannedFile, Rotation } from './change-set.ts';

/** A change set that can be undone. The newest has the highest id. */
export interface UndoRecord {
  readonly id: string;
  /** The change is being made or undone right now, or was interrupted. */
  readonly isPending: boolean;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly command: string;
  readonly files: readonly UndoFile[];
  /** See `ChangeSet`. */
  readonly rotation?: Rotation;
  /** See `ChangeSet`. */
  readonly createdKey?: CreatedKey;
}

export interface UndoFile {
  readonly path: string;
  /** The path with symbolic links resolved. */
  readonly target: string;
  /** The text to restore; null if the change created the file. May contain a key. */
  readonly before: string | null;
  /** SHA-256 in hex of what the change wrote. */
  readonly afterHash: string;
  /** Permission bits that the file had; null if the change created it. */
  readonly mode: number | null;
  /** Permission bits that the change set; absent if it did not change them. */
  readonly setMode?: number;
  /** Folders that the change created for the file, outermost first. */
  readonly folders: readonly string[];
  /** See `PlannedFile`. */
  readonly isMemory?: boolean;
}

type RememberedFile = Pick<PlannedFile, 'path' | 'before' | 'after' | 'setMode' | 'isMemory'> & {
  readonly folders: readonly string[];
};

type RememberedChange = Pick<ChangeSet, 'command' | 'rotation' | 'createdKey'> & {
  readonly files: readonly RememberedFile[];
};

const maxRecords = 20;

export interface Remembered {
  readonly id: string;
  /** Folders that were created for the file, outermost first. */
  readonly madeFolders: readonly string[];
}

/**
 * Stores a change set that is about to be written. The record is pending until `settle`. It may contain keys, so the
 * file is 0600 in a 0700 folder.
 */
export async function remember(deps: Deps, change: RememberedChange): Promise<Remembered> {
  const folder = folderOf(deps);
  const madeFolders = await makeFolders(deps.files, folder);
  try {
    await deps.files.chmod(folder, 0o700);
    const id = await withLock(deps, join(folder, 'records'), () => store(deps, folder, change));
    return { id, madeFolders };
  } catch (error) {
    await removeFolders(deps.files, madeFolders);
    throw fileError('write', folder, error);
  }
}

async function store(
  deps: Deps,
  folder: string,
  { command, files, rotation, createdKey }: RememberedChange,
): Promise<string> {
  await removeHalfWritten(deps, folder);
  const newest = (await namesIn(deps))[0]?.id ?? '0';
  const id = String(Number(newest) + 1).padStart(6, '0');
  const time = deps.clock.now().toISOString();
  const record: Omit<UndoRecord, 'id' | 'isPending'> = {
    time,
    command,
    files: files.map(undoFile),
    ...(rotation === undefined ? {} : { rotation }),
    ...(createdKey === undefined ? {} : { createdKey }),
  };
  const snapshot = await readText(deps.files, join(folder, pending(id)));
  await writeAtomic(deps, snapshot, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  return id;
}

// Records are written under the lock, so any temp file is left over from a killed process. It may contain a key.
async function removeHalfWritten({ files }: Deps, folder: string): Promise<void> {
  for (const name of await files.list(folder)) {
    if (/^\.\d{6,}\.(pending\.)?json\./.test(name)) await removeTemp(files, join(folder, name));
  }
}

function undoFile({ path, before, after, setMode, folders, isMemory }: RememberedFile): UndoFile {
  return {
    path,
    target: before.target,
    before: before.exists ? before.text : null,
    afterHash: hashOf(new TextEncoder().encode(after)),
    mode: before.facts?.mode ?? null,
    ...(setMode === undefined ? {} : { setMode }),
    folders,
    ...(isMemory === undefined ? {} : { isMemory }),
  };
}

/** Marks the change as written. */
export async function settle(deps: Deps, id: string): Promise<void> {
  await rename(deps, pending(id), settled(id));
}

/** Marks the change as pending again, because it is about to be undone. */
export async function reopen(deps: Deps, { id, isPending }: UndoRecord): Promise<void> {
  if (!isPending) await rename(deps, settled(id), pending(id));
}

async function rename(deps: Deps, from: string, to: string): Promise<void> {
  const folder = folderOf(deps);
  await deps.files.rename(join(folder, from), join(folder, to));
  await deps.files.syncFolder(folder);
}

function settled(id: string): string {
  return `${id}.json`;
}

function pending(id: string): string {
  return `${id}.pending.json`;
}

/** All readable records, newest first. Damaged ones are skipped. */
export async function allRecords(deps: Deps): Promise<readonly UndoRecord[]> {
  const records = await Promise.all((await namesIn(deps)).map((name) => recordIn(deps, name)));
  return records.filter((record) => record !== null && record !== 'damaged');
}

/** The record of the last change, or null. Throws UserError if it is damaged, since an older one is not the last. */
export async function newestRecord(deps: Deps): Promise<UndoRecord | null> {
  for (const name of await namesIn(deps)) {
    const record = await recordIn(deps, name);
    if (record === 'damaged') throw damaged(recordPath(deps, name));
    if (record !== null) return record;
  }
  return null;
}

function damaged(path: string): UserError {
  return new UserError(`The record of the last change is damaged: ${path}`, {
    hint: `This change cannot be undone. To go on to the one before: rm ${shellWord(path)}`,
  });
}

/** The ids of pending records, newest first. */
export async function pendingIds(deps: Deps): Promise<readonly string[]> {
  return (await namesIn(deps)).filter(({ isPending }) => isPending).map(({ id }) => id);
}

/** Removes the record of a change that has been undone or was never made. */
export async function forget(deps: Deps, id: string): Promise<void> {
  for (const name of [settled(id), pending(id)]) {
    await deps.files.remove(join(folderOf(deps), name));
  }
}

/** Removes the records of a rotation that cannot be undone any more, because its old key was deleted. */
export async function forgetRotation(deps: Deps, { oldHash }: Pick<Rotation, 'oldHash'>) {
  for (const { id, rotation } of await allRecords(deps)) {
    if (rotation?.oldHash === oldHash) await forget(deps, id);
  }
}

/** Removes all records except the newest 20. */
export async function trim(deps: Deps): Promise<void> {
  for (const { id } of (await namesIn(deps)).slice(maxRecords)) await forget(deps, id);
}

/** The file of a record. */
export function recordPath(deps: Deps, { id, isPending }: RecordName): string {
  return join(folderOf(deps), isPending ? pending(id) : settled(id));
}

function folderOf(deps: Deps): string {
  return join(stateFolder(deps), 'undo');
}

interface RecordName {
  readonly id: string;
  readonly isPending: boolean;
}

/** Newest first. */
async function namesIn(deps: Deps): Promise<readonly RecordName[]> {
  const folder = folderOf(deps);
  if ((await deps.files.stat(folder)) === null) return [];
  return (await deps.files.list(folder))
    .flatMap((name) => {
      const [, id, isPending] = /^(\d{6,})(\.pending)?\.json$/.exec(name) ?? [];
      return id === undefined ? [] : [{ id, isPending: isPending !== undefined }];
    })
    .sort((a, b) => Number(b.id) - Number(a.id));
}

// Null if it was removed in the meantime. Not `readText`: its size limit is meant for a single file, and a record is larger.
async function recordIn(deps: Deps, name: RecordName): Promise<UndoRecord | 'damaged' | null> {
  const path = recordPath(deps, name);
  try {
    const record: unknown = parseJson(new TextDecoder().decode(await deps.files.read(path)));
    return isUndoRecord(record) ? { ...record, ...name } : 'damaged';
  } catch (error) {
    if (error instanceof SyntaxError) return 'damaged';
    if (errorCode(error) === 'ENOENT') return null;
    throw fileError('read', path, error);
  }
}

/**
 * Throws UserError if root would follow another user's record to a file outside that user's home. With a forged record,
 * they could make root write anywhere.
 */
export async function assertTrusted(deps: Deps, record: UndoRecord): Promise<void> {
  const { files, place } = deps;
  if (place.uid !== 0 || place.home === null) return;
  const path = recordPath(deps, record);
  const facts = await files.lstat(path);
  if (facts === null || facts.uid === 0) return;
  const home = await files.realpath(place.home);
  for (const file of record.files) {
    const targets = [await resolveTarget(files, file.path), file.target, ...file.folders];
    const outside = targets.find((target) => !isInside(home, resolve(target)));
    if (outside === undefined) continue;
    throw new UserError(`${path} belongs to another user and names a file outside their home`, {
      hint: `Root does not write ${outside}: check the record, and undo it as user ${facts.uid}`,
    });
  }
}

function isUndoRecord(value: unknown): value is Omit<UndoRecord, 'id' | 'isPending'> {
  return (
    isRecord(value) &&
    typeof value.time === 'string' &&
    typeof value.command === 'string' &&
    (value.rotation === undefined || isRotation(value.rotation)) &&
    (value.createdKey === undefined || isCreatedKey(value.createdKey)) &&
    Array.isArray(value.files) &&
    value.files.every(isUndoFile)
  );
}

function isRotation(value: unknown): value is Rotation {
  return isRecord(value) && typeof value.oldHash === 'string' && typeof value.newHash === 'string';
}

function isCreatedKey(value: unknown): value is CreatedKey {
  return isRecord(value) && typeof value.prefix === 'string' && typeof value.hash === 'string';
}

function isUndoFile(value: unknown): value is UndoFile {
  return (
    isRecord(value) &&
    typeof value.path === 'string' &&
    typeof value.target === 'string' &&
    (value.before === null || typeof value.before === 'string') &&
    typeof value.afterHash === 'string' &&
    (value.mode === null || typeof value.mode === 'number') &&
    (value.setMode === undefined || typeof value.setMode === 'number') &&
    Array.isArray(value.folders) &&
    value.folders.every((folder) => typeof folder === 'string') &&
    (value.isMemory === undefined || typeof value.isMemory === 'boolean')
  );
}
