import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Deps, Env, Place } from '../platform/deps.ts';
import { UsageError } from '../platform/errors.ts';
import { configHome, homeFolder } from '../platform/paths.ts';

/** The shells whose rc file we can edit. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

type Where = { readonly env: Env; readonly place: Place };

/** A shell and the file that it reads on startup. */
export interface RcFile {
  readonly shell: Shell;
  readonly path: string;
}

/**
 * The rc file to write the key to: from `--shell` and `--rc-file` if given, otherwise that of `$SHELL`. Without
 * `--shell`, the shell is inferred from the file name, e.g. `.zshrc`. Throws UsageError if the shell is unknown.
 */
export function chooseRcFile(
  where: Where,
  options: { readonly shell?: Shell; readonly rcFile?: string } = {},
): RcFile {
  const { rcFile } = options;
  const implied = rcFile === undefined ? null : shellOfFile(rcFile);
  const shell = options.shell ?? implied ?? shellOf(where.env.SHELL);
  if (shell === null) {
    throw new UsageError(`Cannot determine which rc file to edit: ${reason(where.env.SHELL)}`, {
      hint: `Pass --shell ${shells.join('|')}, or --no-rc to leave rc files alone`,
    });
  }
  return { shell, path: rcFile === undefined ? rcFileOf(shell, where) : fullPath(rcFile, where) };
}

/** The shell for a path such as `/usr/bin/zsh`; null if it is unknown. */
export function shellOf(path: string | undefined): Shell | null {
  const name = basename(path ?? '').replace(/^-/, '');
  return shells.find((shell) => shell === name) ?? null;
}

/**
 * Zsh looks in `$ZDOTDIR` if set (zsh manual, "Startup/Shutdown Files"), fish in every file of `conf.d` below its
 * folder in `$XDG_CONFIG_HOME` (fish manual, "Configuration files").
 */
export function rcFileOf(shell: Shell, { env, place }: Where): string {
  const home = homeFolder(place);
  if (shell === 'bash') return join(home, '.bashrc');
  if (shell === 'zsh') return join(absoluteOr(env.ZDOTDIR, home), '.zshrc');
  return join(configHome({ env, place }), 'fish', 'conf.d', 'openrouter.fish');
}

/**
 * The user's files that a terminal shell reads, in order. A login shell also reads the login files. For bash, that is
 * the first one that exists, which may load `.bashrc` (bash manual, "Bash Startup Files").
 */
export async function startupFiles(
  shell: Shell,
  world: Pick<Deps, 'env' | 'place' | 'files'>,
): Promise<readonly string[]> {
  const own = rcFileOf(shell, world);
  const folder = dirname(own);
  if (shell === 'fish') {
    const listed = await world.files.list(folder).catch(() => []);
    const snippets = listed.filter((name) => name.endsWith('.fish'));
    const names = [...new Set([basename(own), ...snippets])].sort();
    return [...names.map((name) => join(folder, name)), join(dirname(folder), 'config.fish')];
  }
  const names = shell === 'bash' ? bashFiles : zshFiles;
  return names.map((name) => join(folder, name));
}

const bashFiles = ['.bash_profile', '.bash_login', '.profile', '.bashrc'];
const zshFiles = ['.zshenv', '.zprofile', '.zshrc', '.zlogin'];

export function isForLogin(file: string): boolean {
  return /profile$|login$/.test(basename(file));
}

/** The shell that reads a file of this name, e.g. `.zshrc`; null if it is unknown. */
export function shellOfFile(path: string): Shell | null {
  const name = basename(path);
  if (name.endsWith('.fish')) return 'fish';
  if (/^\.?z(shrc|shenv|profile|login)$/.test(name)) return 'zsh';
  return /^\.?(bash(rc|_profile|_login|_aliases)|profile)$/.test(name) ? 'bash' : null;
}

function reason(shell: string | undefined): string {
  return shell === undefined || shell === '' ? 'SHELL is not set' : `SHELL is ${shell}`;
}

function absoluteOr(folder: string | undefined, fallback: string): string {
  return folder !== undefined && isAbsolute(folder) ? folder : fallback;
}

function fullPath(path: string, { place }: Where): string {
  const expanded = path.startsWith('~/') ? join(homeFolder(place), path.slice(2)) : path;
  return resolve(place.cwd, expanded);
}
