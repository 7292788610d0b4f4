import { basename, dirname, join } from 'node:path';
import type { FileFacts, Files, Place } from '../platform/deps.ts';

/**
 * Creates a folder next to `target` that only this user can enter, and returns the path of a file in it. Nobody else
 * can open that file, whatever mode and access control list it gets, until it is moved into place.
 */
export async function makeTemp(files: Files, target: string, namer: Namer): Promise<string> {
  const name = tempName(basename(target), namer);
  const folder = join(dirname(target), name);
  await files.createFolder(folder, 0o700);
  return join(folder, name);
}

/** Removes a temp file, or the folder at `path` with the temp file in it. Does nothing if it is missing. */
export async function removeTemp(files: Files, path: string): Promise<void> {
  const facts = await files.lstat(path);
  if (facts?.kind !== 'folder') return files.remove(path);
  await files.remove(join(path, basename(path)));
  await files.removeFolder(path);
}

export interface Namer {
  readonly place: Pick<Place, 'pid'>;
  readonly random: () => number;
}

const mark = 'openclaw-openrouter';

/** A name for a temp file next to `base`, with our process id: `.<base>.<pid>-<random>.openclaw-openrouter`. */
export function tempName(base: string, { place, random }: Namer): string {
  return `.${base}.${place.pid}-${token(random)}.${mark}`;
}

/** The process id in the name of a temp file of `base`; null for any other name. */
export function tempOwner(name: string, base: string): number | null {
  if (!name.startsWith(`.${base}.`) || !name.endsWith(`.${mark}`)) return null;
  const middle = name.slice(base.length + 2, -mark.length - 1);
  const match = /^(\d+)-[0-9a-z]+$/.exec(middle);
  return match === null ? null : Number(match[1]);
}

/**
 * The facts of `target`, not counting hard links that are our own temp files, whether in use or left by a killed
 * process.
 */
export async function withoutTempLinks(
  files: Files,
  target: string,
  facts: FileFacts,
): Promise<FileFacts> {
  if (facts.kind !== 'file' || facts.links === 1) return facts;
  const folder = dirname(target);
  let temps = 0;
  for (const name of await files.list(folder)) {
    if (tempOwner(name, basename(target)) === null) continue;
    const temp = await files.lstat(join(folder, name, name));
    if (temp?.inode === facts.inode) temps += 1;
  }
  // Counts again, because a temp file that was removed before we listed the folder would still be in the first count.
  const links = (await files.lstat(target))?.links ?? 1;
  return { ...facts, links: Math.max(1, links - temps) };
}

/** Twelve random characters of [0-9a-z]. */
export function token(random: () => number): string {
  return Array.from({ length: 12 }, () => Math.floor(random() * 36).toString(36)).join('');
}
