import * as fs from 'node:fs';
import { dirname } from 'node:path';
import type { Files, Place } from './deps.ts';
import { realFiles } from './files.ts';
import { isInside } from './paths.ts';

/**
 * The real file system. Root in the home folder of somebody else, as after `sudo` with their HOME, gives to that person
 * whatever is made there: they could not read, change or undo it otherwise.
 */
export function filesOf({ uid, home }: Pick<Place, 'uid' | 'home'>): Files {
  const person = uid === 0 && home !== null ? ownerOf(home) : null;
  return person === null || person.uid === 0 || home === null
    ? realFiles
    : giving(fs.realpathSync(home), person);
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

function giving(home: string, person: Owner): Files {
  const heir = (path: string) => heirOf(path, home, person);
  return {
    ...realFiles,
    async create(path, mode) {
      const file = await realFiles.create(path, mode);
      const owner = heir(path);
      if (owner !== null) await file.chown(owner.uid, owner.gid);
      return file;
    },
    async createFolder(path, mode) {
      await realFiles.createFolder(path, mode);
      await giveFolder(path, heir(path));
    },
    async makeFolder(path, mode) {
      const missing: string[] = [];
      for (let at = path; ownerOf(at) === null && at !== dirname(at); at = dirname(at)) {
        missing.unshift(at);
      }
      await realFiles.makeFolder(path, mode);
      for (const folder of missing) await giveFolder(folder, heir(folder));
    },
  };
}

/** Whoever owns the folder around it, the person where that is root; null outside their home. */
function heirOf(path: string, home: string, person: Owner): Owner | null {
  const folder = fs.realpathSync(dirname(path));
  if (!isInside(home, folder)) return null;
  const owner = ownerOf(folder);
  return owner === null || owner.uid === 0 ? person : owner;
}

// By its descriptor: the person may put a link in the place of a path, and root would give away what it leads to.
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
