import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Env, Place } from './deps.ts';
import { UserError } from './errors.ts';

type Where = { readonly env: Env; readonly place: Place };

/**
 * Absolute path of the setup file: `--config` › `$OPENCLAW_OPENROUTER_CONFIG` ›
 * `$XDG_CONFIG_HOME/openclaw/openclaw.json5` › `~/.config/openclaw/openclaw.json5`.
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

/** For cached lists, which can be deleted safely. */
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
 * The path in an environment variable of the host, with `~` expanded to `home`; null if unset. Throws UserError for a
 * relative path, since the host's service runs in another folder and would resolve it differently.
 */
export function variablePath(env: Env, variable: string, home: () => string): string | null {
  const path = env[variable]?.trim() ?? '';
  // The host treats both words as unset (docs.openclaw.ai/help/environment).
  if (['', 'undefined', 'null'].includes(path)) return null;
  if (path === '~' || path.startsWith('~/')) return join(home(), path.slice(1));
  if (isAbsolute(path)) return path;
  throw new UserError(`${variable} is not an absolute path: ${JSON.stringify(path)}`, {
    hint: 'Set it to the absolute path, or unset it',
  });
}

/** Whether a path is the folder or inside it. Both must be absolute, with symbolic links resolved if that matters. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

/** The path with the home folder shortened to `~`. */
export function tildePath(path: string, place: Place): string {
  const { home } = place;
  if (home === null || home === '/') return path;
  if (path === home) return '~';
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

// The XDG base directory specification says to ignore relative paths in these variables.
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
