import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import type { FileFacts, Files } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { errorCode, utf8Of } from '../platform/files.ts';
import { fileError } from './file-error.ts';
import { withoutTempLinks } from './temp-file.ts';

/** In bytes. A setup file of this size would hold some 60,000 entries. */
const maxFileBytes = 16 * 1024 * 1024;

/** The text of a file, or '' if it is missing or `readText` would reject it. */
export async function readTextIfPossible(files: Files, path: string): Promise<string> {
  try {
    return (await readText(files, path)).text;
  } catch (error) {
    if (error instanceof UserError) return '';
    throw error;
  }
}

/**
 * Reads a text file and follows symbolic links. A missing file returns `exists: false`. Throws UserError for anything
 * that cannot be edited as text (a folder, a pipe, over 16 MiB, binary, not UTF-8, not readable).
 */
export async function readText(files: Files, path: string): Promise<FileSnapshot> {
  const target = await resolveTarget(files, path);
  const facts = await factsOf(files, target);
  if (facts === null) return missing(path, target);
  assertTextFile(path, facts);
  const bytes = await readBytes(files, target);
  if (bytes === null) return missing(path, target);
  if (bytes.byteLength > maxFileBytes) throw tooLarge(path, bytes.byteLength);
  const text = decode(path, bytes);
  return {
    path,
    target,
    exists: true,
    text,
    bytes,
    // Computed on demand, since only writers need it.
    get hash() {
      return hashOf(bytes);
    },
    facts,
    bom: text.startsWith('\uFEFF'),
  };
}

function missing(path: string, target: string): FileSnapshot {
  return {
    path,
    target,
    exists: false,
    text: '',
    bytes: new Uint8Array(),
    hash: null,
    facts: null,
    bom: false,
  };
}

async function factsOf(files: Files, target: string): Promise<FileFacts | null> {
  try {
    const facts = await files.stat(target);
    return facts === null ? null : await withoutTempLinks(files, target, facts);
  } catch (error) {
    throw fileError('read', target, error);
  }
}

async function readBytes(files: Files, target: string): Promise<Uint8Array | null> {
  try {
    return await files.read(target);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw fileError('read', target, error);
  }
}

function assertTextFile(path: string, facts: FileFacts): void {
  if (facts.kind === 'folder') {
    throw new UserError(`${path} is a folder, not a file`, {
      hint: 'Name the file in it, or move the folder out of the way',
    });
  }
  if (facts.kind !== 'file') {
    throw new UserError(`${path} is not a regular file (a pipe, a socket or a device)`, {
      hint: 'Name a regular file',
    });
  }
  if (facts.size > maxFileBytes) throw tooLarge(path, facts.size);
}

function tooLarge(path: string, size: number): UserError {
  const mebibytes = (size / 1024 / 1024).toFixed(1);
  return new UserError(`${path} is too large: ${mebibytes} MiB, the limit is 16 MiB`, {
    hint: 'Is it the right file?',
  });
}

// Rejects invalid UTF-8: decoding it with replacement characters would corrupt the file on the next write.
function decode(path: string, bytes: Uint8Array): string {
  const utf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) {
    throw new UserError(`${path} is UTF-16, not UTF-8`, {
      hint: 'Save it as UTF-8 in your editor',
    });
  }
  if (bytes.includes(0)) {
    throw new UserError(`${path} is a binary file: it holds NUL bytes`, {
      hint: 'Is it the right file?',
    });
  }
  if (!isUtf8(bytes)) {
    throw new UserError(`${path} is not valid UTF-8`, {
      hint: 'Save it as UTF-8 in your editor; nothing was changed',
    });
  }
  return utf8Of(bytes);
}

/** The state of a file when it was read. */
export interface FileSnapshot {
  /** The path as requested. */
  readonly path: string;
  /** The path with all symbolic links resolved; writes go to this file. */
  readonly target: string;
  readonly exists: boolean;
  /** Empty if the file does not exist. A byte order mark is kept as U+FEFF. */
  readonly text: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes in hex; null if the file does not exist. */
  readonly hash: string | null;
  readonly facts: FileFacts | null;
  readonly bom: boolean;
}

/** SHA-256 in hex. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The limit in Linux (path_resolution(7)). */
const maxLinks = 40;

/**
 * Resolves all symbolic links in a path. For a dangling link this is its destination, so that writing through the link
 * creates that file. Throws UserError for a loop of links, and for a link into a missing folder, such as one on an
 * unmounted disk, because creating that folder would be wrong.
 */
export async function resolveTarget(files: Files, path: string): Promise<string> {
  try {
    let at = resolve(path);
    for (let hops = 0; hops <= maxLinks; hops += 1) {
      const folder = await realFolder(files, dirname(at));
      at = join(folder, basename(at));
      const facts = await files.lstat(at);
      if (facts?.kind !== 'link') return at;
      const link = at;
      at = resolve(folder, await files.readlink(link));
      const parent = dirname(at);
      if ((await files.stat(parent)) === null) throw leadsNowhere(link, at, parent);
    }
  } catch (error) {
    throw fileError('read', path, error);
  }
  throw new UserError(`Cannot read ${path}: its symbolic links form a loop`, {
    hint: 'Look at them with ls -l and remove the wrong one',
  });
}

function leadsNowhere(link: string, to: string, missing: string): UserError {
  const folder = missing === to ? 'which does not exist' : `and ${missing} does not exist`;
  return new UserError(`${link} is a symbolic link to ${to}, ${folder}`, {
    hint: `Mount or make that folder, or remove the link: rm '${link}'`,
  });
}

/** Resolves the part of the folder path that exists. */
async function realFolder(files: Files, folder: string): Promise<string> {
  try {
    return await files.realpath(folder);
  } catch (error) {
    const parent = dirname(folder);
    if (errorCode(error) !== 'ENOENT' || parent === folder) throw error;
    if ((await files.lstat(folder))?.kind === 'link') {
      const to = await files.readlink(folder);
      throw leadsNowhere(folder, to, to);
    }
    return join(await realFolder(files, parent), basename(folder));
  }
}
