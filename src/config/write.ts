import { basename, dirname, join } from 'node:path';
import type { FileFacts, Files, NewFile, Place } from '../deps.ts';
import { UserError } from '../errors.ts';
import { errorCode } from '../platform/files.ts';
import { fileError } from './file-error.ts';
import { makeFolders, removeFolders } from './folders.ts';
import { type FileSnapshot, hashOf } from './snapshot.ts';
import { tempName } from './temp-name.ts';

export interface WriteWorld {
  readonly files: Files;
  readonly place: Pick<Place, 'pid'>;
  readonly random: () => number;
}

export interface WriteOptions {
  /** Permission bits of a file that is not there yet; 0o600 unless told: it may come to hold a key. */
  readonly mode?: number;
  /** Permission bits that the file gets in the same step, also when it is there: otherwise it keeps its own. */
  readonly setMode?: number;
}

export interface Written {
  /** Folders that had to be made, outermost first. */
  readonly madeFolders: readonly string[];
}

/**
 * Replaces the snapshot's target in one step: a temp file beside it, fsync, rename, fsync of the folder. A kill at
 * any instant leaves the old bytes or the new ones. Owner and mode stay, unless `setMode`. Throws UserError, of type `conflict` when
 * the file is no longer as the snapshot says; then nothing was written. Call it under `withLock`.
 */
export async function writeAtomic(
  world: WriteWorld,
  snapshot: FileSnapshot,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<Written> {
  const { files } = world;
  const { target } = snapshot;
  if (options.setMode === undefined) requireWritable(snapshot);
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const madeFolders = await makeFolders(files, dirname(target));
  const temp = join(dirname(target), tempName(basename(target), world));
  try {
    const mode = options.setMode ?? snapshot.facts?.mode ?? options.mode ?? 0o600;
    await writeTemp(files, temp, bytes, snapshot, mode);
    await requireUnchanged(files, snapshot);
    await put(files, temp, snapshot);
    await files.syncFolder(dirname(target));
  } catch (error) {
    await quietly(files.remove(temp));
    await removeFolders(files, madeFolders);
    throw fileError('write', target, error);
  }
  return { madeFolders };
}

// A rename would replace a read-only file without asking; whoever made it read-only meant something by it.
function requireWritable({ path, target, facts }: FileSnapshot): void {
  if (facts === null || (facts.mode & 0o222) !== 0) return;
  const mode = facts.mode.toString(8).padStart(4, '0');
  throw new UserError(`Cannot write ${path}: the file is read-only (mode ${mode})`, {
    hint: `If no other tool manages it: chmod u+w '${target}'`,
  });
}

async function writeTemp(
  files: Files,
  temp: string,
  bytes: Uint8Array,
  { target, facts }: FileSnapshot,
  mode: number,
): Promise<void> {
  const file = await files.create(temp, 0o600);
  try {
    await file.write(bytes);
    // The owner first: chown clears the set-user-id bits.
    if (facts !== null) await keepOwner(files, temp, file, target, facts);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function keepOwner(
  files: Files,
  temp: string,
  file: NewFile,
  target: string,
  facts: FileFacts,
): Promise<void> {
  const fresh = await files.lstat(temp);
  if (fresh?.uid === facts.uid && fresh.gid === facts.gid) return;
  try {
    await file.chown(facts.uid, facts.gid);
  } catch (error) {
    throw new UserError(`Cannot write ${target}: it belongs to another user or group`, {
      hint: `Run this as its owner (user ${facts.uid}, group ${facts.gid}), or make it yours with chown`,
      cause: error,
    });
  }
}

async function requireUnchanged(files: Files, { path, target, hash }: FileSnapshot): Promise<void> {
  let now: string | null;
  try {
    now = hashOf(await files.read(target));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    now = null;
  }
  if (now !== hash) throw changed(path);
}

function changed(path: string): UserError {
  return new UserError(
    `${path} was changed by somebody else in the meantime; nothing was written`,
    {
      type: 'conflict',
      hint: 'Run the command again: it starts from the file as it is now',
    },
  );
}

/** Where nothing was, a hard link: unlike a rename it fails when somebody else was faster. */
async function put(
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
  await files.remove(temp);
}

/** What file systems without hard links answer. */
const noHardLinks: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EXDEV',
]);

/** The error that brought us here is the one to tell. */
async function quietly(work: Promise<void>): Promise<void> {
  await work.catch(() => undefined);
}
