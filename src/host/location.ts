import { dirname, join } from 'node:path';
import type { Deps, Env, Place } from '../platform/deps.ts';
import { homeFolder, variablePath } from '../platform/paths.ts';
import { programOnPath } from '../platform/programs.ts';

/** The files of the host; all paths are absolute. */
export interface HostPaths {
  /** `~/.openclaw` */
  readonly stateFolder: string;
  /** `~/.openclaw/openclaw.json`, which follows the host's schema, not that of the setup file. */
  readonly config: string;
  /** `~/.openclaw/.env`: variables that the host loads if its environment does not have them. */
  readonly dotenv: string;
}

export interface Host {
  readonly installed: boolean;
  /** E.g. `2026.9.6`; null if it is not installed or its version is unknown. */
  readonly version: string | null;
}

/** Detects OpenClaw by running `openclaw --version`, which may take seconds. Never throws because of the host. */
export async function findHost(
  deps: Pick<Deps, 'env' | 'exec'>,
  timeoutMs = 20_000,
): Promise<Host> {
  const { notFound, exitCode, stdout } = await deps.exec('openclaw', ['--version'], {
    env: deps.env,
    timeoutMs,
  });
  const version = /\b\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?\b/.exec(stdout)?.[0] ?? null;
  return { installed: !notFound, version: exitCode === 0 ? version : null };
}

/** The host's program, with symbolic links resolved; null if it is not on PATH. Does not start it. */
export async function hostProgram(deps: Pick<Deps, 'env' | 'files'>): Promise<string | null> {
  const path = await programOnPath(deps, 'openclaw');
  return path === null ? null : deps.files.realpath(path);
}

/** Whether the host is on PATH or has been used in this home. */
export async function isHostPresent(deps: Pick<Deps, 'env' | 'files' | 'place'>): Promise<boolean> {
  if ((await hostProgram(deps)) !== null) return true;
  return (await deps.files.stat(hostPaths(deps).stateFolder).catch(() => null)) !== null;
}

/** The named profiles of the host (`openclaw --profile work`), each with its own config. */
export async function otherProfiles({
  env,
  place,
  files,
}: Pick<Deps, 'env' | 'place' | 'files'>): Promise<readonly string[]> {
  // With a profile or an explicit path, there is nothing to choose.
  if (env.OPENCLAW_STATE_DIR !== undefined || env.OPENCLAW_CONFIG_PATH !== undefined) return [];
  const { stateFolder } = hostPaths({ env, place });
  const names = await files.list(dirname(stateFolder)).catch(() => []);
  const profiles = names.flatMap((name) => /^\.openclaw-([\w-]+)$/.exec(name)?.[1] ?? []);
  const configs = await Promise.all(
    profiles.map((name) => files.stat(`${stateFolder}-${name}/openclaw.json`).catch(() => null)),
  );
  return profiles.filter((_name, index) => configs[index]?.kind === 'file').sort();
}

/**
 * The environment that makes the host use each of its other folders, one per profile. Any of them may contain a key.
 */
export async function otherHosts({
  env,
  place,
  files,
}: Pick<Deps, 'env' | 'place' | 'files'>): Promise<readonly Env[]> {
  const { stateFolder } = hostPaths({ env, place });
  const names = await files.list(homeFolder(place)).catch(() => []);
  return names.flatMap((name) => {
    const [, profile] = /^\.openclaw(?:-([\w-]+))?$/.exec(name) ?? [];
    const folder = join(homeFolder(place), name);
    if (!/^\.openclaw(-|$)/.test(name) || folder === stateFolder) return [];
    return [
      {
        OPENCLAW_PROFILE: profile,
        OPENCLAW_STATE_DIR: folder,
        OPENCLAW_CONFIG_PATH: undefined,
      },
    ];
  });
}

/**
 * Follows the host's variables (docs.openclaw.ai/help/environment): `OPENCLAW_CONFIG_PATH` sets the config,
 * `OPENCLAW_STATE_DIR` the folder, and `OPENCLAW_HOME` replaces the home folder. Throws UserError if one of them is a
 * relative path or if there is no home folder.
 */
export function hostPaths({ env, place }: { readonly env: Env; readonly place: Place }): HostPaths {
  const systemHome = () => homeFolder(place);
  const home = () => variablePath(env, 'OPENCLAW_HOME', systemHome) ?? systemHome();
  const stateFolder = variablePath(env, 'OPENCLAW_STATE_DIR', home) ?? join(home(), '.openclaw');
  return {
    stateFolder,
    config: variablePath(env, 'OPENCLAW_CONFIG_PATH', home) ?? join(stateFolder, 'openclaw.json'),
    dotenv: join(stateFolder, '.env'),
  };
}
