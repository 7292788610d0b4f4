import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import type { FileFacts, Files } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { errorCode } from '../platform/files.ts';
import { fileError } from './file-error.ts';
import { withoutTempLinks } from './temp-file.ts';

/** In bytes. A setup file of this size would have some 60,000 entries. */
const maxFileBytes = 16 * 1024 * 1024;

/** The text of a file; '' where there is none, or none that `readText` would take. */
export async function readTextIfPossible(files: Files, path: string): Promise<string> {
  try {
    return (await readText(files, path)).text;
  } catch (error) {
    if (error instanceof UserError) return '';
    throw error;
  }
}

/**
 * Reads a text file, through symbolic links. A missing file is `exists: false`. Throws UserError for one that cannot be
 * edited as text (a folder, a pipe, over 16 MiB, binary, not UTF-8, not readable).
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
    // Computed on demand: only writers need it.
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

// With replacement characters in it, a file that is not UTF-8 would be damaged when it is written.
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
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new UserError(`${path} is not valid UTF-8`, {
      hint: 'Save it as UTF-8 in your editor; nothing was changed',
      cause: error,
    });
  }
}

/** A file as it was when it was read. */
export interface FileSnapshot {
  /** As asked for. */
  readonly path: string;
  /** Behind all symbolic links; the file that a write changes. */
  readonly target: string;
  readonly exists: boolean;
  /** Empty when the file is not there; a byte order mark stays in front as U+FEFF. */
  readonly text: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes in hex; null when the file is not there. */
  readonly hash: string | null;
  readonly facts: FileFacts | null;
  readonly bom: boolean;
}

/** SHA-256 in hex. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** As many as Linux follows (path_resolution(7)). */
const maxLinks = 40;

/**
 * The path with all symbolic links resolved. For a dangling link it is where the link points, so that writing through
 * it creates that file. Throws UserError for a loop of links, and for a link into a folder that does not exist, such as
 * one on a disk that is not mounted: nobody wants that folder made.
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

/** Resolves the part of the folder that exists. */
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
