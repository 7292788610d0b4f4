import { join } from 'node:path';
import type { Deps, Env, Place } from '../platform/deps.ts';
import { homeFolder, variablePath } from '../platform/paths.ts';

/** Where the host keeps its things; all absolute. */
export interface HostPaths {
  readonly stateFolder: string;
  /** `~/.openclaw/openclaw.json`: the host's own schema, not the setup file's. */
  readonly config: string;
  /** `~/.openclaw/.env`: variables that the host loads where its environment lacks them. */
  readonly dotenv: string;
}

export interface Host {
  readonly installed: boolean;
  /** E.g. `2026.9.6`; null when it is not installed or does not say. */
  readonly version: string | null;
  /** Why `version` is null though the program is there: its own words or the deadline. */
  readonly trouble: string | null;
  readonly paths: HostPaths;
  readonly configExists: boolean;
}

/**
 * Is OpenClaw here, and where are its files? Asks `openclaw --version`; never throws for what the host does.
 * The deadline is generous: the host takes seconds to start.
 */
export async function findHost(
  deps: Pick<Deps, 'env' | 'place' | 'files' | 'exec'>,
  timeoutMs = 20_000,
): Promise<Host> {
  const paths = hostPaths(deps);
  const [asked, config] = await Promise.all([
    deps.exec('openclaw', ['--version'], { env: deps.env, timeoutMs }),
    deps.files.stat(paths.config).catch(() => null),
  ]);
  const version = asked.exitCode === 0 ? versionIn(asked.stdout) : null;
  return {
    installed: !asked.notFound,
    version,
    trouble: asked.notFound || version !== null ? null : trouble(asked, timeoutMs),
    paths,
    configExists: config?.kind === 'file',
  };
}

/**
 * The host's documented variables (docs.openclaw.ai/help/environment): `OPENCLAW_CONFIG_PATH` names the config,
 * `OPENCLAW_STATE_DIR` the folder, `OPENCLAW_HOME` stands for the home folder. Throws UserError for a relative path
 * in one of them, and where there is no home folder.
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

function versionIn(output: string): string | null {
  return /\b\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?\b/.exec(output)?.[0] ?? null;
}

function trouble(
  asked: { readonly timedOut: boolean; readonly stderr: string; readonly exitCode: number | null },
  timeoutMs: number,
): string {
  if (asked.timedOut) return `openclaw --version did not answer within ${timeoutMs / 1000} s`;
  const firstLine = asked.stderr.trim().split('\n')[0] ?? '';
  return firstLine === '' ? `openclaw --version ended with exit code ${asked.exitCode}` : firstLine;
}
