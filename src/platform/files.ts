import type { Stats } from 'node:fs';
import * as fs from 'node:fs/promises';
import type { FileFacts, Files } from '../deps.ts';

/** The real file system. */
export const realFiles: Files = {
  read: (path) => fs.readFile(path),
  stat: (path) => factsOrNull(fs.stat(path)),
  lstat: (path) => factsOrNull(fs.lstat(path)),
  realpath: (path) => fs.realpath(path),
  readlink: (path) => fs.readlink(path),
  list: (folder) => fs.readdir(folder),
  async makeFolder(path, mode) {
    await fs.mkdir(path, { recursive: true, mode: mode ?? 0o777 });
  },
  async create(path, mode) {
    const handle = await fs.open(path, 'wx', mode);
    return {
      write: (bytes) => handle.writeFile(bytes),
      sync: () => handle.sync(),
      chmod: (bits) => handle.chmod(bits),
      chown: (uid, gid) => handle.chown(uid, gid),
      close: () => handle.close(),
    };
  },
  link: (from, to) => fs.link(from, to),
  rename: (from, to) => fs.rename(from, to),
  chmod: (path, mode) => fs.chmod(path, mode),
  remove: (path) => fs.rm(path, { force: true }),
  removeFolder: (path) => fs.rmdir(path),
  removeTree: (path) => fs.rm(path, { recursive: true, force: true }),
  async syncFolder(path) {
    const handle = await fs.open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

async function factsOrNull(stats: Promise<Stats>): Promise<FileFacts | null> {
  try {
    return facts(await stats);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
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
    inode: stats.ino,
    device: stats.dev,
  };
}

/** The `code` of a Node error (`ENOENT`, `EACCES` …), or undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
