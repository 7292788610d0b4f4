import { join } from 'node:path';
import type { VariableDialectId } from '../config/dialect.ts';
import type { Path } from '../config/edit.ts';
import { pathText } from '../config/edit.ts';
import { readText } from '../config/snapshot.ts';
import { variablesIn } from '../config/variables.ts';
import { type StoredKey, storedKeys } from '../host/auth-profiles.ts';
import { readHostConfig } from '../host/config.ts';
import { type KeyFile, lineOf, variableFiles } from '../host/key-sources.ts';
import { sourcedFiles } from '../host/new-shells.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { configHome, homeFolder, tildePath } from '../platform/paths.ts';
import { isRecord, valueAt } from '../platform/record.ts';
import { keyFormatProblem, managementKeyVariable } from '../setup-file/key-format.ts';
import { readSetup } from '../setup-file/setup-file.ts';

/** A place that holds a key of OpenRouter. */
export interface HeldKey {
  /** For people, e.g. `~/.bashrc:12`. */
  readonly where: string;
  /** The secret. */
  readonly key: string;
  readonly holder: Holder;
}

/** What holds a key, and how it is changed there; what we cannot change is `environment` and `included`. */
export type Holder =
  | { readonly kind: 'environment'; readonly variable: string }
  | {
      readonly kind: 'variable';
      readonly file: string;
      readonly dialect: VariableDialectId;
      readonly variable: string;
    }
  | { readonly kind: 'member'; readonly file: string; readonly path: Path }
  | { readonly kind: 'included'; readonly file: string }
  | { readonly kind: 'unit'; readonly file: string }
  | ({ readonly kind: 'profile' } & Pick<StoredKey, 'id' | 'agent'>);

type World = Pick<Deps, 'env' | 'place' | 'files' | 'io'>;

/**
 * Every place that holds a key of OpenRouter, and hides those keys in all output. A place that cannot be read is left
 * out. The management key is not one of them.
 */
export async function findHeldKeys(world: World, setupPath: string): Promise<readonly HeldKey[]> {
  const found = await Promise.all([
    inEnvironment(world),
    inVariableFiles(world),
    inUnits(world),
    inSetupFile(world, setupPath),
    inHostConfig(world),
    inProfiles(world),
  ]);
  const held = found.flat();
  for (const { key } of held) world.io.conceal(key);
  return held;
}

/** Whether a text is a whole key, so that it may be taken for one wherever it stands. */
function isKey(value: unknown): value is string {
  return typeof value === 'string' && keyFormatProblem(value) === null;
}

function inEnvironment({ env }: World): readonly HeldKey[] {
  return Object.entries(env).flatMap(([variable, value]) =>
    variable !== managementKeyVariable && isKey(value)
      ? [
          {
            where: `${variable} of this shell`,
            key: value,
            holder: { kind: 'environment', variable },
          },
        ]
      : [],
  );
}

async function inVariableFiles(world: World): Promise<readonly HeldKey[]> {
  if (world.place.home === null) return [];
  const files = [...variableFiles(world), gatewayEnv(world), ...(await environmentFiles(world))];
  const texts = await Promise.all(files.map(({ path }) => textOf(world, path)));
  const sourced = files.flatMap(({ kind, dialect }, index) =>
    kind === 'rc'
      ? sourcedFiles(world, texts[index] ?? '').map((path): KeyFile => ({ kind, dialect, path }))
      : [],
  );
  const all = new Map([...sourced, ...files].map((file) => [file.path, file]));
  const found = await Promise.all([...all.values()].map((file) => keysInFile(world, file)));
  return found.flat();
}

/** Read by hosts that keep their state in the default folder. */
function gatewayEnv({ place }: World): KeyFile {
  const path = join(homeFolder(place), '.config', 'openclaw', 'gateway.env');
  return { kind: 'host-env', dialect: 'dotenv', path };
}

async function keysInFile(world: World, { path, dialect }: KeyFile): Promise<readonly HeldKey[]> {
  const text = await textOf(world, path);
  return Object.entries(variablesIn(text, dialect)).flatMap(([variable, key]) =>
    variable !== managementKeyVariable && isKey(key)
      ? [
          {
            where: `${tildePath(path, world.place)}:${lineOf(text, variable)}`,
            key,
            holder: { kind: 'variable', file: path, dialect, variable },
          },
        ]
      : [],
  );
}

const keyInText = /(?<![\w-])sk-or-v1-[\w-]{32,}/g;

/** The systemd units of the host and of `serve`, with what overrides them: path and lines. */
async function unitsOf(world: World): Promise<readonly { file: string; lines: string[] }[]> {
  if (world.place.home === null) return [];
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
  return Promise.all(
    files.map(async (name) => {
      const file = join(folder, name);
      return { file, lines: (await textOf(world, file)).split('\n') };
    }),
  );
}

async function inUnits(world: World): Promise<readonly HeldKey[]> {
  return (await unitsOf(world)).flatMap(({ file, lines }) =>
    lines.flatMap((line, index) =>
      line.startsWith('Environment=') && !line.includes(managementKeyVariable)
        ? [...line.matchAll(keyInText)].map(([key]): HeldKey => {
            const where = `${tildePath(file, world.place)}:${index + 1}`;
            return { where, key, holder: { kind: 'unit', file } };
          })
        : [],
    ),
  );
}

/** The files from which units take variables. */
async function environmentFiles(world: World): Promise<readonly KeyFile[]> {
  return (await unitsOf(world)).flatMap(({ lines }) =>
    lines.flatMap((line): readonly KeyFile[] => {
      const [, path] = /^EnvironmentFile=-?(\/.*\S)\s*$/.exec(line) ?? [];
      return path === undefined ? [] : [{ kind: 'host-env', dialect: 'dotenv', path }];
    }),
  );
}

async function inSetupFile(world: World, path: string): Promise<readonly HeldKey[]> {
  const setup = await readSetup(world.files, path).catch(nullForUserError);
  if (setup === null) return [];
  return keysIn(setup.value).map(({ path: member, key }) => ({
    where: `${pathText(member)} in ${tildePath(path, world.place)}`,
    key,
    holder: { kind: 'member', file: path, path: member },
  }));
}

async function inHostConfig(world: World): Promise<readonly HeldKey[]> {
  const config = await readHostConfigOrNull(world);
  if (config === null) return [];
  const { path: file } = config.snapshot;
  return keysIn(config.value).map(({ path, key }) => ({
    where: `${pathText(path)} in ${tildePath(file, world.place)}`,
    key,
    holder:
      valueAt(config.own, path) === key
        ? { kind: 'member', file, path }
        : { kind: 'included', file },
  }));
}

async function inProfiles(world: World): Promise<readonly HeldKey[]> {
  if (world.place.home === null) return [];
  const config = await readHostConfigOrNull(world);
  const stored = await storedKeys(world, config?.value);
  return stored.map(({ id, agent, key }) => ({
    where: `OpenClaw's profile ${id}${agent === null ? '' : ` of the agent ${agent}`}`,
    key,
    holder: { kind: 'profile', id, agent },
  }));
}

/** The members of a document that are keys. */
function keysIn(value: unknown, path: Path = []): readonly { path: Path; key: string }[] {
  if (isKey(value)) return path.at(-1) === managementKeyVariable ? [] : [{ path, key: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => keysIn(item, [...path, index]));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => keysIn(member, [...path, name]));
}

/** Null without a config that can be read. */
export async function readHostConfigOrNull(world: World) {
  if (world.place.home === null) return null;
  return readHostConfig(world).catch(nullForUserError);
}

async function textOf({ files }: World, path: string): Promise<string> {
  return (await readText(files, path).catch(nullForUserError))?.text ?? '';
}

async function listOf({ files }: World, folder: string): Promise<readonly string[]> {
  return files.list(folder).catch(() => []);
}

function nullForUserError(error: unknown): null {
  if (error instanceof UserError) return null;
  throw error;
}
