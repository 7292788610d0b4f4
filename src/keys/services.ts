import { join } from 'node:path';
import { readTextIfPossible } from '../config/snapshot.ts';
import type { KeyFile } from '../host/key-sources.ts';
import { hostPaths } from '../host/location.ts';
import { environmentFiles, launchAgentsFolder, managerVariableFiles } from '../host/services.ts';
import type { Deps } from '../platform/deps.ts';
import { configHome } from '../platform/paths.ts';
import { managementKeyVariable } from '../setup-file/key-format.ts';

type World = Pick<Deps, 'env' | 'place' | 'files'>;

interface KeyInService {
  readonly file: string;
  readonly line: number;
  readonly key: string;
}

/** The keys in the systemd units or LaunchAgents of the host and of `serve`. */
export async function keysInServices(world: World): Promise<readonly KeyInService[]> {
  if (world.place.home === null) return [];
  const services = isMac(world) ? await launchAgents(world) : await unitsOf(world);
  return services.flatMap(({ file, lines }) =>
    keysInLines(lines).map((found) => ({ file, ...found })),
  );
}

/**
 * The keys in the lines of a text that are not comments. In a LaunchAgent, the variable name is on the previous line.
 */
export function keysInLines(
  lines: readonly string[],
): readonly { readonly line: number; readonly key: string }[] {
  return lines.flatMap((text, index) => {
    const before = /^\s*<string>/.test(text) ? (lines[index - 1] ?? '') : '';
    if (isComment(text) || (before + text).includes(managementKeyVariable)) return [];
    return [...text.matchAll(keyInText)].map(([key]) => ({ line: index + 1, key }));
  });
}

/** Recognizes comments in shell scripts, `.env` files, systemd units and JSON5. */
export function isComment(line: string): boolean {
  return /^\s*(?:[#;]|\/\/)/.test(line);
}

const keyInText = /(?<![\w-])sk-or-v1-[\w-]{32,}/g;

/** The files from which those services read variables. */
export async function serviceVariableFiles(world: World): Promise<readonly KeyFile[]> {
  if (world.place.home === null) return [];
  if (isMac(world)) {
    const folder = join(hostPaths(world).stateFolder, 'service-env');
    const names = (await listOf(world, folder)).filter((name) => name.endsWith('.env'));
    return names.map((name) => ({ kind: 'host-env', dialect: 'bash', path: join(folder, name) }));
  }
  const units = await unitsOf(world);
  const paths = units.flatMap(({ lines }) => environmentFiles(world, lines.join('\n')));
  return [...paths, ...(await managerVariableFiles(world))].map((path) => ({
    kind: 'host-env',
    dialect: 'dotenv',
    path,
  }));
}

interface ServiceFile {
  readonly file: string;
  readonly lines: readonly string[];
}

/** Includes drop-in files that override a unit. */
async function unitsOf(world: World): Promise<readonly ServiceFile[]> {
  const folder = join(configHome(world), 'systemd', 'user');
  const names = (await listOf(world, folder)).filter((name) => name.startsWith('openclaw'));
  const overriding = await Promise.all(
    names
      .filter((name) => name.endsWith('.service.d'))
      .map(async (name) =>
        (await listOf(world, join(folder, name))).map((file) => join(name, file)),
      ),
  );
  const files = [...names, ...overriding.flat()].filter((name) => /\.(service|conf)$/.test(name));
  return readAll(
    world,
    files.map((name) => join(folder, name)),
  );
}

async function launchAgents(world: World): Promise<readonly ServiceFile[]> {
  const folder = launchAgentsFolder(world);
  const names = (await listOf(world, folder)).filter((name) =>
    /^(ai\.)?openclaw[.-].*\.plist$/.test(name),
  );
  return readAll(
    world,
    names.map((name) => join(folder, name)),
  );
}

async function readAll(
  { files }: World,
  paths: readonly string[],
): Promise<readonly ServiceFile[]> {
  return Promise.all(
    paths.map(async (file) => ({
      file,
      lines: (await readTextIfPossible(files, file)).split('\n'),
    })),
  );
}

function isMac({ place }: World): boolean {
  return place.platform === 'darwin';
}

async function listOf({ files }: World, folder: string): Promise<readonly string[]> {
  return files.list(folder).catch(() => []);
}
