import type { Stats } from 'node:fs';
import * as fs from 'node:fs';

import { dirname } from 'node:path';
import type { FileFacts, Files, Place } from './deps.ts';
import { isInside } from './paths.ts';

/** Decodes UTF-8, keeping a byte order mark. At its first use `TextDecoder` takes a millisecond longer. */
export function utf8Of({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}

/**
 * The real file system. Reads are synchronous: for small files Node's thread pool is many times slower, and starting
 * the threads takes even longer.
 */
export const realFiles: Files = {
  async read(path) {
    // Checked before opening, since opening a device can have side effects, and again afterwards.
    requireRegular(fs.statSync(path), path);
    const descriptor = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    try {
      requireRegular(fs.fstatSync(descriptor), path);
      return fs.readFileSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
  },
  readInThread: (path) => fs.promises.readFile(path),
  stat: async (path) => factsOrNull(fs.statSync(path, { throwIfNoEntry: false })),
  lstat: async (path) => factsOrNull(fs.lstatSync(path, { throwIfNoEntry: false })),
  hasAcl: async (path) => (await attributes()).hasAcl(path),
  realpath: async (path) => fs.realpathSync.native(path),
  readlink: async (path) => fs.readlinkSync(path),
  list: async (folder) => fs.readdirSync(folder),
  createFolder: (path, mode) => fs.promises.mkdir(path, mode),
  makeFolder: (path, mode) => makeFolder(path, mode ?? 0o777),
  makeTemporaryFolder: (prefix) => fs.promises.mkdtemp(prefix),
  async create(path, mode) {
    const handle = await fs.promises.open(path, 'wx', mode);
    return {
      facts: async () => facts(await handle.stat()),
      async copyAttributes(from) {
        const { copyAttributes } = await attributes();
        const copied = await copyAttributes(from, { path, descriptor: handle.fd });
        await handle.truncate();
        return copied;
      },
      write: (bytes) => handle.writeFile(bytes),
      sync: () => handle.sync(),
      chmod: (bits) => handle.chmod(bits),
      chown: (uid, gid) => handle.chown(uid, gid),
      close: () => handle.close(),
    };
  },
  link: (from, to) => fs.promises.link(from, to),
  rename: (from, to) => fs.promises.rename(from, to),
  chmod: (path, mode) => fs.promises.chmod(path, mode),
  remove: (path) => fs.promises.rm(path, { force: true }),
  removeFolder: (path) => fs.promises.rmdir(path),
  removeTree: (path) => fs.promises.rm(path, { recursive: true, force: true }),
  async syncFolder(path) {
    const handle = await fs.promises.open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  keepFresh(path, clock) {
    const refresh = () => {
      const now = clock.now();
      fs.utimes(path, now, now, () => {});
    };
    const timer = setInterval(refresh, refreshMs).unref();
    return () => clearInterval(timer);
  },
};

const refreshMs = 5_000;

/** Larger than any file we expect to read. Without a limit, an endless file would fill the memory. */
const maxBytes = 256 * 1024 * 1024;

/** Reading from a pipe or a device may block or never end. */
function requireRegular(stats: Stats, path: string): void {
  if (stats.isFile() && stats.size > maxBytes) {
    throw Object.assign(new Error(`EFBIG: file too large, read '${path}'`), {
      code: 'EFBIG',
      path,
    });
  }
  if (stats.isFile()) return;
  const code = stats.isDirectory() ? 'EISDIR' : 'EFTYPE';
  throw Object.assign(new Error(`${code}: not a regular file, read '${path}'`), { code, path });
}

// Loaded on demand, because it pulls in the code for running programs.
function attributes(): Promise<typeof import('./attributes.ts')> {
  return import('./attributes.ts');
}

// Does not use Node's `recursive`, which loops forever if every mkdir fails with ENOENT, as in /proc.
async function makeFolder(path: string, mode: number): Promise<void> {
  const parent = dirname(path);
  if (parent !== path && !fs.existsSync(parent)) {
    await makeFolder(parent, mode);
  }
  try {
    await fs.promises.mkdir(path, mode);
  } catch (error) {
    if (!fs.statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

function factsOrNull(stats: Stats | undefined): FileFacts | null {
  return stats === undefined ? null : facts(stats);
}

function facts(stats: Stats): FileFacts {
  return {
    kind: stats.isFile()
      ? 'file'
      : stats.isDirectory()
        ? 'folder'
        : stats.isSymbolicLink()
          ? 'link'
          : 'other',
    size: stats.size,
    mode: stats.mode & 0o7777,
    uid: stats.uid,
    gid: stats.gid,
    modifiedMs: stats.mtimeMs,
    changedMs: stats.ctimeMs,
    links: stats.nlink,
    inode: stats.ino,
    device: stats.dev,
  };
}

/** The `code` of a Node error (`ENOENT`, `EACCES`, …), or undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/**
 * The real file system. If root works in another user's home, as with `sudo` and the user's HOME, new files belong to
 * that user, who otherwise could not read, change or undo them.
 */
export function filesOf({ uid, home }: Pick<Place, 'uid' | 'home'>): Files {
  const person = uid === 0 && home !== null ? ownerOf(home) : null;
  return person === null || person.uid === 0 || home === null
    ? realFiles
    : filesOwnedBy(person, fs.realpathSync(home));
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

function ownerOf(path: string): Owner | null {
  try {
    const { uid, gid } = fs.statSync(path);
    return { uid, gid };
  } catch {
    return null;
  }
}

function filesOwnedBy(person: Owner, home: string): Files {
  const newOwner = (path: string) => newOwnerOf(path, home, person);
  return {
    ...realFiles,
    async create(path, mode) {
      const file = await realFiles.create(path, mode);
      const owner = newOwner(path);
      if (owner !== null) await file.chown(owner.uid, owner.gid);
      return file;
    },
    async createFolder(path, mode) {
      await realFiles.createFolder(path, mode);
      await giveFolder(path, newOwner(path));
    },
    async makeFolder(path, mode) {
      const missing: string[] = [];
      for (let at = path; ownerOf(at) === null && at !== dirname(at); at = dirname(at)) {
        missing.unshift(at);
      }
      await realFiles.makeFolder(path, mode);
      for (const folder of missing) await giveFolder(folder, newOwner(folder));
    },
  };
}

/** The owner of the parent folder, or the person if that owner is root; null outside the person's home. */
function newOwnerOf(path: string, home: string, person: Owner): Owner | null {
  const folder = fs.realpathSync(dirname(path));
  if (!isInside(home, folder)) return null;
  const owner = ownerOf(folder);
  return owner === null || owner.uid === 0 ? person : owner;
}

// Uses the descriptor: if the person replaced the path with a link, root would give away the link's target.
async function giveFolder(path: string, owner: Owner | null): Promise<void> {
  if (owner === null) return;
  const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = fs.constants;
  const folder = await fs.promises.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    await folder.chown(owner.uid, owner.gid);
  } finally {
    await folder.close();
  }
}
