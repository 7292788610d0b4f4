import { basename, dirname, join } from 'node:path';
import type { Files } from '../platform/deps.ts';
import { type Namer, tempName } from './temp-name.ts';

/**
 * Makes a folder beside `target` that nobody but us can enter, and gives the path of the file to be written in it: no
 * mode and no access control list that it takes on its way lets anybody else open it before it is in its place.
 */
export async function makeTemp(files: Files, target: string, namer: Namer): Promise<string> {
  const name = tempName(basename(target), namer);
  const folder = join(dirname(target), name);
  await files.createFolder(folder, 0o700);
  return join(folder, name);
}

/** Removes a temp file or, as `path`, its folder with the file in it; what is not there is no error. */
export async function removeTemp(files: Files, path: string): Promise<void> {
  const facts = await files.lstat(path);
  if (facts?.kind !== 'folder') return files.remove(path);
  await files.remove(join(path, basename(path)));
  await files.removeFolder(path);
}
