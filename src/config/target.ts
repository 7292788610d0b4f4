import { basename, dirname, join, resolve } from 'node:path';
import type { Files } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { errorCode } from '../platform/files.ts';
import { fileError } from './file-error.ts';

/** As many as Linux follows. */
const mostLinks = 40;

/**
 * The file behind all symbolic links, whether it is there or not: a link to nothing yields the path it points to,
 * so that writing through it creates that file. Throws UserError for links that go in a circle, and for those into a
 * folder that is not there, such as one of a disk that is not mounted: nobody wants it made in its place.
 */
export async function resolveTarget(files: Files, path: string): Promise<string> {
  try {
    let at = resolve(path);
    for (let hops = 0; hops <= mostLinks; hops += 1) {
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
  throw new UserError(`Cannot read ${path}: symbolic links lead around in a circle`, {
    hint: 'Look at them with ls -l and remove the wrong one',
  });
}

function leadsNowhere(link: string, to: string, missing: string): UserError {
  const folder = missing === to ? 'which does not exist' : `and ${missing} does not exist`;
  return new UserError(`${link} is a symbolic link to ${to}, ${folder}`, {
    hint: `Mount or make that folder, or remove the link: rm '${link}'`,
  });
}

/** A folder that is not there yet cannot hold links. */
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
