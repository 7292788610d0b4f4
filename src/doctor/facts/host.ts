import { dirname, join } from 'node:path';
import type { Path } from '../../config/edit.ts';
import { plainValue } from '../../config/json5/tree.ts';
import { memberOffset, placeAt, scanFile } from '../../config/member-place.ts';
import { readText } from '../../config/snapshot.ts';
import type { AppliedSetting } from '../../host/applied.ts';
import { readApplied } from '../../host/applied.ts';
import { hasAuthProfiles } from '../../host/auth-profiles.ts';
import { assertIsObject, resolveIncludes } from '../../host/config.ts';
import { readGatewayToken } from '../../host/gateway-token.ts';
import { type HostPaths, hostPaths, hostProgram } from '../../host/location.ts';
import { type HostProcess, hostProcesses } from '../../host/processes.ts';
import { hostEnvironment } from '../../host/services.ts';
import type { Env } from '../../platform/deps.ts';
import { type FilePlace, UserError } from '../../platform/errors.ts';
import { parseJson } from '../../text/parse-json.ts';
import { Unavailable, type World } from './context.ts';

/** What is known about OpenClaw on this machine from files alone, because starting it takes seconds. */
export interface HostFacts {
  readonly paths: HostPaths;
  /** The program on PATH, with symbolic links resolved; null if it is not there. */
  readonly program: string | null;
  /** E.g. `2026.9.6`; null if it is unknown. */
  readonly version: string | null;
  readonly config: HostConfig | null;
  /** The token that the host sends to the gateway; null until `apply` has created one. */
  readonly gatewayToken: string | null;
  /** The environment that OpenClaw runs with: that of its gateway, else that of its service, else ours. */
  readonly environment: Env;
  /** Whether OpenClaw itself stores OpenRouter keys, for any of its agents. */
  readonly hasProfiles: boolean;
  /** What `apply` wrote to its config. */
  readonly applied: readonly AppliedSetting[];
  /** When the host's `.env` was last changed, in milliseconds since 1970; null if there is none. */
  readonly dotenvChangedMs: number | null;
  /** Running gateways of the same user (Linux only). */
  readonly processes: readonly HostProcess[];
}

/** The host's own config, also JSON5 but with its own schema. */
export interface HostConfig {
  readonly path: string;
  readonly value: unknown;
  /** Why it cannot be read, and where; null if it can. */
  readonly trouble: Pick<UserError, 'message' | 'place' | 'hint'> | null;
  /** Where a member is; if it is missing, where its nearest existing parent is. */
  at(path: Path, part?: 'key' | 'value'): FilePlace | undefined;
}

export async function readHost(world: World): Promise<HostFacts> {
  const paths = pathsOf(world);
  const [program, config, dotenv, folder] = await Promise.all([
    hostProgram(world),
    readConfig(world, paths.config),
    world.files.stat(paths.dotenv).catch(() => null),
    world.files.stat(paths.stateFolder).catch(() => null),
  ]);
  const present = program !== null || folder !== null;
  const processes = present ? await hostProcesses(world) : [];
  return {
    paths,
    program,
    version: program === null ? null : await versionOf(world, program),
    config,
    gatewayToken: await readGatewayToken(world).catch(() => null),
    hasProfiles: await hasAuthProfiles(world, config?.value),
    applied: await readApplied(world, paths.config).catch(() => []),
    dotenvChangedMs: dotenv?.modifiedMs ?? null,
    processes,
    environment: present ? await hostEnvironment(world, processes, config?.value) : world.env,
  };
}

function pathsOf(world: World): HostPaths {
  try {
    return hostPaths(world);
  } catch (error) {
    if (error instanceof UserError) throw new Unavailable(error.message, error);
    throw error;
  }
}

/** The version from the package that contains the program. */
async function versionOf({ files }: World, program: string): Promise<string | null> {
  let folder = dirname(program);
  for (let up = 0; up < 3; up += 1, folder = dirname(folder)) {
    const manifest = await readManifest(files, join(folder, 'package.json'));
    if (manifest?.name === 'openclaw') return String(manifest.version ?? '') || null;
  }
  return null;
}

async function readManifest(
  files: World['files'],
  path: string,
): Promise<{ name?: unknown; version?: unknown } | null> {
  try {
    const manifest: unknown = parseJson(new TextDecoder().decode(await files.read(path)));
    return typeof manifest === 'object' ? manifest : null;
  } catch {
    return null;
  }
}

async function readConfig({ files }: World, path: string): Promise<HostConfig | null> {
  try {
    const { exists, text } = await readText(files, path);
    if (!exists) return null;
    const root = scanFile(text, path);
    assertIsObject(plainValue(root), path);
    return {
      path,
      value: await resolveIncludes(files, plainValue(root), path),
      trouble: null,
      at: (way, part = 'value') => placeAt(path, text, memberOffset(root, way, part)),
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { path, value: undefined, trouble: error, at: () => error.place };
  }
}

/** Throws Unavailable if there is no config. */
export function hostConfig({ config, program }: HostFacts): HostConfig {
  if (config !== null) return config;
  throw program === null
    ? noHost()
    : new Unavailable('OpenClaw has no config yet', { skipCause: 'absent' });
}

export function noHost(): Unavailable {
  return new Unavailable('OpenClaw is not installed', { skipCause: 'absent' });
}

/** Why nothing can be said about a running gateway. */
export function noGateway({ config, program }: HostFacts): Unavailable {
  if (config === null && program === null) return noHost();
  return new Unavailable("OpenClaw's gateway is not running", { skipCause: 'absent' });
}

/** Throws Unavailable if the config cannot be read. */
export function readableHostConfig(host: HostFacts): HostConfig {
  const config = hostConfig(host);
  if (config.trouble === null) return config;
  throw new Unavailable("OpenClaw's config cannot be read", { type: 'file' });
}
