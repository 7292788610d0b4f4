import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Env, Place } from './deps.ts';
import { UserError } from './errors.ts';

type Where = { readonly env: Env; readonly place: Place };

/**
 * The setup file: `--config` › `$OPENCLAW_OPENROUTER_CONFIG` › `$XDG_CONFIG_HOME/openclaw/openclaw.json5` ›
 * `~/.config/openclaw/openclaw.json5`. Absolute.
 */
export function setupFilePath({ env, place }: Where, option?: string): string {
  const named = option ?? filled(env.OPENCLAW_OPENROUTER_CONFIG);
  if (named !== undefined) return resolve(place.cwd, expandHome(named, place));
  return join(configHome({ env, place }), 'openclaw', 'openclaw.json5');
}

/** `$XDG_CONFIG_HOME` › `~/.config`. */
export function configHome(where: Where): string {
  return xdg(where, 'XDG_CONFIG_HOME', '.config');
}

/** `$XDG_DATA_HOME` › `~/.local/share`. */
export function dataHome(where: Where): string {
  return xdg(where, 'XDG_DATA_HOME', join('.local', 'share'));
}

/** For cached lists, which are safe to delete. */
export function cacheFolder(where: Where): string {
  return join(xdg(where, 'XDG_CACHE_HOME', '.cache'), 'openclaw-openrouter');
}

/** For undo records and the ledger. */
export function stateFolder(where: Where): string {
  return join(xdg(where, 'XDG_STATE_HOME', join('.local', 'state')), 'openclaw-openrouter');
}

/** Throws UserError if there is none. */
export function homeFolder(place: Place): string {
  if (place.home !== null) return place.home;
  throw new UserError('There is no home folder: HOME is not set to an absolute path', {
    hint: 'Set HOME, or --config, XDG_CONFIG_HOME, XDG_CACHE_HOME and XDG_STATE_HOME',
  });
}

/**
 * The path in a variable of the host, with `~` for `home`; null if it is not set. Throws UserError for a relative path,
 * which would mean another place for the host's service, since that runs in another folder.
 */
export function variablePath(env: Env, variable: string, home: () => string): string | null {
  const path = env[variable]?.trim() ?? '';
  // The host takes both words for unset (docs.openclaw.ai/help/environment).
  if (['', 'undefined', 'null'].includes(path)) return null;
  if (path === '~' || path.startsWith('~/')) return join(home(), path.slice(1));
  if (isAbsolute(path)) return path;
  throw new UserError(`${variable} is not an absolute path: ${JSON.stringify(path)}`, {
    hint: 'Set it to the absolute path, or unset it',
  });
}

/** Whether a path is the folder or below it. Both are absolute and, where it matters, without symbolic links. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

/** The path with `~` for the home folder. */
export function tildePath(path: string, place: Place): string {
  const { home } = place;
  if (home === null || home === '/') return path;
  if (path === home) return '~';
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

// The XDG base directory specification: a relative path in one of these is invalid and to be ignored.
function xdg({ env, place }: Where, variable: string, fallback: string): string {
  const named = filled(env[variable]);
  return named !== undefined && isAbsolute(named) ? named : join(homeFolder(place), fallback);
}

function expandHome(path: string, place: Place): string {
  return path === '~' || path.startsWith('~/') ? join(homeFolder(place), path.slice(1)) : path;
}

function filled(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
