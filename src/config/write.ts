import { dirname } from 'node:path';
import type { FileFacts, Files, NewFile, Place } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { errorCode } from '../platform/files.ts';
import { shellWord } from '../text/escape.ts';
import { fileError } from './file-error.ts';
import { type FileSnapshot, hashOf } from './snapshot.ts';
import { makeTemp, removeTemp, withoutTempLinks } from './temp-file.ts';

export interface WriteWorld {
  readonly files: Files;
  readonly place: Pick<Place, 'pid'>;
  readonly random: () => number;
}

export interface WriteOptions {
  /** Permission bits for a new file. Defaults to 0o600, since a key may be added later. */
  readonly mode?: number;
  /** Permission bits for an existing file, which otherwise keeps its own. */
  readonly setMode?: number;
  /** The file contains a key, so nothing is written if the file system ignores permissions. */
  readonly holdsKey?: boolean;
  /** Receives messages that the user should see. */
  readonly onNotice?: (message: string) => void;
}

export interface Written {
  /** Folders that were created for it, outermost first. */
  readonly madeFolders: readonly string[];
}

/**
 * Atomically replaces the snapshot's target: temp file on the same file system, fsync, rename, fsync of the folder. If
 * the process is killed at any point, the file has either the old or the new bytes. It keeps its current owner, mode
 * (unless `setMode`), access control list and extended attributes. Throws UserError (type `conflict` if the file has
 * changed since the snapshot), in which case nothing is written. Must be called under `withLock`.
 */
export async function writeAtomic(
  world: WriteWorld,
  snapshot: FileSnapshot,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<Written> {
  const { files } = world;
  const { target } = snapshot;
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const madeFolders = await makeFolders(files, dirname(target));
  let temp: string | null = null;
  try {
    const facts = await files.lstat(target);
    const counted = facts && (await withoutTempLinks(files, target, facts));
    assertReplaceable({ ...snapshot, facts: counted }, hashOf(bytes) !== snapshot.hash);
    temp = await makeTemp(files, target, world);
    await writeTemp(files, temp, bytes, { target, facts, options });
    await assertUnchanged(files, snapshot, facts);
    await moveIntoPlace(files, temp, snapshot);
    await files.syncFolder(dirname(target));
  } catch (error) {
    if (temp !== null) await quietly(removeTemp(files, dirname(temp)));
    await removeFolders(files, madeFolders);
    throw fileError('write', target, error);
  }
  await quietly(removeTemp(files, dirname(temp)));
  return { madeFolders };
}

/**
 * Throws UserError if the file should not be replaced by a rename: a read-only file whose content changes, or a file
 * with several hard links, because the other links would keep the old content.
 */
export function assertReplaceable(
  { path, target, facts }: FileSnapshot,
  contentChanges = true,
): void {
  if (facts === null) return;
  if (contentChanges && (facts.mode & 0o222) === 0) {
    throw new UserError(`Cannot write ${path}: the file is read-only (mode ${octal(facts.mode)})`, {
      hint: `Unless another tool manages it: chmod u+w ${shellWord(target)}`,
    });
  }
  if (facts.kind === 'file' && facts.links > 1) {
    throw new UserError(
      `Cannot write ${path}: it is one of ${facts.links} hard links to the same file, and the rest would keep the old content`,
      {
        hint: [
          `List them: find ~ -xdev -samefile '${target}'`,
          `Make the others symbolic links, or make this one a separate file: cp -p '${target}' '${target}.new' && mv '${target}.new' '${target}'`,
        ].join('\n'),
      },
    );
  }
}

interface Replaced {
  readonly target: string;
  /** The facts of the current file; null if there is none. */
  readonly facts: FileFacts | null;
  readonly options: WriteOptions;
}

async function writeTemp(
  files: Files,
  temp: string,
  bytes: Uint8Array,
  { target, facts, options }: Replaced,
): Promise<void> {
  const mode = options.setMode ?? facts?.mode ?? options.mode ?? 0o600;
  const file = await files.create(temp, 0o600);
  try {
    if (facts !== null) {
      await keepOwner(file, target, facts);
      await keepAttributes(file, target, options);
    }
    // Before, so that nobody who loses access can read the content, and after, since writing clears set-user-id.
    await file.chmod(mode);
    if (options.holdsKey === true) assertPrivate(target, mode, await file.facts());
    await file.write(bytes);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

// On some file systems, such as those of Windows, everyone can read a file regardless of chmod.
function assertPrivate(target: string, mode: number, facts: FileFacts): void {
  if ((facts.mode & 0o077 & ~mode) === 0) return;
  throw new UserError(
    `Cannot write ${target}: its file system ignores permissions, and others could read the key (mode ${octal(facts.mode)})`,
    { hint: 'Choose a file on another file system' },
  );
}

async function keepOwner(file: NewFile, target: string, facts: FileFacts): Promise<void> {
  const { uid, gid } = await file.facts();
  if (uid === facts.uid && gid === facts.gid) return;
  try {
    await file.chown(facts.uid, facts.gid);
  } catch (error) {
    throw new UserError(`Cannot write ${target}: it belongs to another user or group`, {
      hint: `Run this as its owner (user ${facts.uid}, group ${facts.gid}), or take it over with chown`,
      cause: error,
    });
  }
}

async function keepAttributes(
  file: NewFile,
  target: string,
  { onNotice }: WriteOptions,
): Promise<void> {
  const copied = await file.copyAttributes(target);
  if (copied.state === 'failed') {
    throw new UserError(
      `Cannot write ${target}: its access control list and extended attributes cannot be copied to the new version`,
      {
        detail: copied.reason.trim(),
        hint: `Show them with getfacl and getfattr -d '${target}', and remove those that are not needed`,
      },
    );
  }
  if (copied.state === 'unsupported') {
    onNotice?.(
      `${target} may have lost its access control list and extended attributes: the cp of this system cannot copy them (that of GNU coreutils can)`,
    );
  }
}

/** Checks that the content still matches the snapshot, and that nothing else has changed since `facts` were read. */
async function assertUnchanged(
  files: Files,
  { path, target, hash }: FileSnapshot,
  facts: FileFacts | null,
): Promise<void> {
  let now: string | null;
  try {
    now = hashOf(await files.read(target));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    now = null;
  }
  if (now !== hash || !isSame(facts, await files.lstat(target))) throw changed(path);
}

function isSame(before: FileFacts | null, now: FileFacts | null): boolean {
  if (before === null || now === null) return before === now;
  return (['kind', 'inode', 'mode', 'uid', 'gid', 'links', 'changedMs'] as const).every(
    (fact) => before[fact] === now[fact],
  );
}

function changed(path: string): UserError {
  return new UserError(`${path} was changed by another program; nothing was written`, {
    type: 'conflict',
    hint: 'Run the command again to start from the file as it is now',
  });
}

/** Uses a hard link if the file did not exist: unlike a rename, it fails if another program created the file first. */
async function moveIntoPlace(
  files: Files,
  temp: string,
  { path, target, exists }: FileSnapshot,
): Promise<void> {
  if (exists) {
    await files.rename(temp, target);
    return;
  }
  try {
    await files.link(temp, target);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') throw changed(path);
    if (code === undefined || !noHardLinks.has(code)) throw error;
    await files.rename(temp, target);
  }
}

/** Errors from file systems without hard links. */
const noHardLinks: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EXDEV',
]);

/** For cleanup while another error is being reported. */
async function quietly(work: Promise<void>): Promise<void> {
  await work.catch(() => undefined);
}

/** Permission bits in chmod(1) notation, e.g. `0644`. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** Creates a folder and its parents, and returns those that were missing, outermost first. Throws UserError. */
export async function makeFolders(files: Files, folder: string): Promise<string[]> {
  try {
    const made = await missingFolders(files, folder);
    if (made.length > 0) await files.makeFolder(folder, 0o700);
    return made;
  } catch (error) {
    throw fileError('create the folder of', folder, error);
  }
}

/** The folder and its parents that do not exist, outermost first. */
export async function missingFolders(files: Files, folder: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = folder; (await files.stat(at)) === null; at = dirname(at)) missing.unshift(at);
  return missing;
}

/** Removes the folders that `makeFolders` created, except non-empty ones. */
export async function removeFolders(files: Files, made: readonly string[]): Promise<void> {
  for (const folder of [...made].reverse()) {
    await files.removeFolder(folder).catch(() => undefined);
  }
}
