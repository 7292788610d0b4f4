import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { readTextIfPossible } from '../config/snapshot.ts';
import type { Deps } from '../platform/deps.ts';
import { configHome, dataHome, isInside } from '../platform/paths.ts';

/** Whether version control tracks a file. `unknown`: it may be tracked. */
export interface Tracking {
  readonly system: string;
  /** The working copy, or the repository if that is elsewhere. */
  readonly folder: string;
  readonly state: 'tracked' | 'untracked' | 'ignored' | 'unknown';
}

type World = Pick<Deps, 'env' | 'place' | 'files' | 'exec'>;

/** Git comes first, since the others may keep a Git repository next to their own. */
const systems: Readonly<Record<string, string>> = {
  '.git': 'Git',
  '.jj': 'Jujutsu',
  '.hg': 'Mercurial',
  '.svn': 'Subversion',
  '.bzr': 'Bazaar',
};

/**
 * The version control of a file: a working copy around it, or a dotfiles repository whose working copy is the home
 * folder or is copied to it. Null if there is neither. `target` must have no symbolic links.
 */
export async function trackingOf(world: World, target: string): Promise<Tracking | null> {
  const workingCopy = await workingCopyOf(world, target);
  if (workingCopy?.state === 'tracked' || workingCopy?.state === 'unknown') return workingCopy;
  return (await dotfilesTracking(world, target)) ?? workingCopy;
}

async function workingCopyOf(world: World, target: string): Promise<Tracking | null> {
  for (let folder = dirname(target); ; folder = dirname(folder)) {
    for (const [name, system] of Object.entries(systems)) {
      if (!(await isThere(world, join(folder, name)))) continue;
      if (system !== 'Git') return { system, folder, state: 'unknown' };
      return { system, folder, state: await gitState(world, ['-C', folder], target) };
    }
    if (folder === dirname(folder)) return null;
  }
}

async function dotfilesTracking(world: World, target: string): Promise<Tracking | null> {
  if (world.place.home === null) return null;
  const home = await world.files.realpath(world.place.home).catch(() => null);
  if (home === null || !isInside(home, target)) return null;
  for (const folder of await dotfileRepositories(world, home)) {
    const git = ['-C', home, '--git-dir', folder, '--work-tree', home];
    const state = await gitState(world, git, target);
    if (state === 'tracked' || state === 'unknown') return { system: 'Git', folder, state };
  }
  return chezmoiTracking(world, relative(home, target));
}

/** chezmoi copies files from its source to the home folder, and `chezmoi re-add` copies them back. */
async function chezmoiTracking(world: World, path: string): Promise<Tracking | null> {
  const source = await chezmoiSource(world);
  const root = await readTextIfPossible(world.files, join(source, '.chezmoiroot'));
  let folders: readonly string[] = [join(source, root.trim())];
  for (const part of path.split(sep)) {
    const found = await Promise.all(folders.map((folder) => inside(world, folder)));
    folders = found.flat().filter((each) => chezmoiTarget(basename(each)) === part);
  }
  return folders.length === 0 ? null : { system: 'chezmoi', folder: source, state: 'tracked' };
}

/** `sourceDir` from the chezmoi config, in any format it may have, or the default. */
async function chezmoiSource(world: World): Promise<string> {
  const texts = await Promise.all(
    ['toml', 'yaml', 'yml', 'json', 'jsonc'].map((format) =>
      readTextIfPossible(world.files, join(configHome(world), 'chezmoi', `chezmoi.${format}`)),
    ),
  );
  const set = /^\s*["']?sourceDir["']?\s*[=:]\s*["']?([^"'\r\n]+)/m.exec(texts.join('\n'))?.[1];
  return set === undefined
    ? join(dataHome(world), 'chezmoi')
    : resolve(world.place.home ?? '', set.trim().replace(/^~\//, ''));
}

/** Converts a name in the source folder to its name in the home folder (chezmoi.io, "Source state attributes"). */
function chezmoiTarget(name: string): string {
  const attributes =
    /^(?:(?:create|empty|encrypted|exact|executable|external|modify|private|readonly|symlink)_)*/;
  const plain = name.replace(attributes, '').replace(/(?:\.(?:age|asc|tmpl|literal))+$/, '');
  return plain.replace(/^literal_/, '').replace(/^dot_/, '.');
}

/** Bare repositories in the home folder, including those of yadm and vcsh. */
async function dotfileRepositories(world: World, home: string): Promise<readonly string[]> {
  const vcsh = join(configHome(world), 'vcsh', 'repo.d');
  const yadm = join(dataHome(world), 'yadm', 'repo.git');
  const folders = [...(await inside(world, home)), ...(await inside(world, vcsh)), yadm];
  const found: string[] = [];
  for (const folder of folders) {
    if (basename(folder) !== '.git' && (await isRepository(world, folder))) found.push(folder);
  }
  return found;
}

async function inside({ files }: World, folder: string): Promise<readonly string[]> {
  const names = await files.list(folder).catch(() => []);
  return names.map((name) => join(folder, name));
}

async function isRepository(world: World, folder: string): Promise<boolean> {
  for (const part of ['HEAD', 'objects', 'refs']) {
    if (!(await isThere(world, join(folder, part)))) return false;
  }
  return true;
}

async function gitState(
  world: World,
  where: readonly string[],
  target: string,
): Promise<Tracking['state']> {
  const listed = await git(world, [...where, 'ls-files', '--error-unmatch', '--', target]);
  if (listed === 0) return 'tracked';
  if (listed !== 1) return 'unknown';
  return (await git(world, [...where, 'check-ignore', '-q', '--', target])) === 0
    ? 'ignored'
    : 'untracked';
}

/** Returns the exit code: 1 means no, anything above 1 a failure. */
async function git({ env, exec }: World, args: readonly string[]): Promise<number | null> {
  const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_INDEX_FILE: ___, ...rest } = env;
  // Keeps git from running programs that the repository configures, and from fetching.
  const safe = ['--no-optional-locks', '-c', 'core.fsmonitor=false'];
  const { exitCode } = await exec('git', [...safe, ...args], {
    env: { ...rest, GIT_NO_LAZY_FETCH: '1' },
    timeoutMs: 10_000,
  });
  return exitCode;
}

async function isThere({ files }: World, path: string): Promise<boolean> {
  return (await files.stat(path).catch(() => null)) !== null;
}
