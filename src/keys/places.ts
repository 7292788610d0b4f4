import { join } from 'node:path';
import type { VariableDialectId } from '../config/dialect.ts';
import { type Path, pathText } from '../config/edit.ts';
import { readTextIfPossible } from '../config/snapshot.ts';
import { variablesIn } from '../config/variables.ts';
import { type StoredKey, storedKeys } from '../host/auth-profiles.ts';
import { readHostConfig } from '../host/config.ts';
import { type KeyFile, lineOf, resolveKey, variableFiles } from '../host/key-sources.ts';
import { hostPaths, otherHosts } from '../host/location.ts';
import { sourcedFiles } from '../host/new-shells.ts';
import { launchdVariable } from '../host/services.ts';
import { keyHash } from '../openrouter/managed-keys.ts';
import type { Deps, Env } from '../platform/deps.ts';
import { UsageError, UserError } from '../platform/errors.ts';
import { configHome, homeFolder, tildePath } from '../platform/paths.ts';
import { isRecord, valueAt } from '../platform/record.ts';
import {
  defaultKeyVariable,
  keyFormatProblem,
  keyPrefix,
  keyVariable,
  managementKeyVariable,
} from '../setup-file/key-format.ts';
import { readSetup, type Setup } from '../setup-file/setup-file.ts';
import { keysInLines, keysInServices, serviceVariableFiles } from './services.ts';

/** A place that contains an OpenRouter key. */
export interface HeldKey {
  /** As shown to the user, e.g. `~/.bashrc:12`. */
  readonly where: string;
  /** The secret. */
  readonly key: string;
  readonly holder: Holder;
  /** For a place that belongs to another OpenClaw profile: the environment that makes OpenClaw use that place. */
  readonly hostEnv?: Env;
}

/**
 * Where a key is stored, and so how to change it there. We cannot change `environment`, `launchd` and `included`. A
 * `text` contains the key verbatim, in a format that we do not know.
 */
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
  | { readonly kind: 'text'; readonly file: string }
  | { readonly kind: 'launchd'; readonly variable: string }
  | ({ readonly kind: 'profile' } & Pick<StoredKey, 'id' | 'agent'>);

type World = Pick<Deps, 'env' | 'place' | 'files' | 'io' | 'exec'>;

/**
 * Finds every place that contains an OpenRouter key, and masks those keys in all output. A place that cannot be read is
 * skipped. The management key is not included.
 */
export async function findHeldKeys(world: World, setupPath: string): Promise<readonly HeldKey[]> {
  const found = await Promise.all([
    inEnvironment(world),
    inVariableFiles(world),
    inFishVariables(world),
    inServices(world),
    inLaunchd(world, setupPath),
    inSetupFile(world, setupPath),
    inHost(world),
    inOtherHosts(world),
  ]);
  const held = found.flat();
  for (const { key } of held) world.io.conceal(key);
  return held;
}

/** Whether a text is a whole key, so that it can be recognized as one anywhere. */
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
  const files = [
    ...(await variableFiles(world)),
    gatewayEnv(world),
    ...(await serviceVariableFiles(world)),
  ];
  const texts = await Promise.all(files.map(({ path }) => readTextIfPossible(world.files, path)));
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

/** The keys in variables, and those in other lines that are not comments, e.g. in an alias. */
async function keysInFile(world: World, { path, dialect }: KeyFile): Promise<readonly HeldKey[]> {
  const text = await readTextIfPossible(world.files, path);
  const name = tildePath(path, world.place);
  const ofVariables = Object.entries(variablesIn(text, dialect)).flatMap(
    ([variable, key]): HeldKey[] =>
      variable !== managementKeyVariable && isKey(key)
        ? [
            {
              where: `${name}:${lineOf(text, variable)}`,
              key,
              holder: { kind: 'variable', file: path, dialect, variable },
            },
          ]
        : [],
  );
  const others = keysInLines(text.split('\n')).filter(({ key }) =>
    ofVariables.every((one) => one.key !== key),
  );
  return [
    ...ofVariables,
    ...others.map(({ line, key }): HeldKey => {
      return { where: `${name}:${line}`, key, holder: { kind: 'text', file: path } };
    }),
  ];
}

/** Universal variables of fish, which escapes every character except letters, digits and `_`. */
async function inFishVariables(world: World): Promise<readonly HeldKey[]> {
  if (world.place.home === null) return [];
  const file = join(configHome(world), 'fish', 'fish_variables');
  const lines = (await readTextIfPossible(world.files, file)).split('\n');
  return lines.flatMap((line, index) => {
    const [, variable, escaped = ''] = /^SETUVAR .*?(\w+):(.*)$/.exec(line) ?? [];
    const key = escaped.replaceAll(fishHyphen, '-');
    if (variable === managementKeyVariable || !isKey(key)) return [];
    const where = `${tildePath(file, world.place)}:${index + 1}`;
    return [{ where, key, holder: { kind: 'text', file } as const }];
  });
}

/** How fish writes a hyphen in that file. */
export const fishHyphen = '\\x2d';

async function inServices(world: World): Promise<readonly HeldKey[]> {
  return (await keysInServices(world)).map(({ file, line, key }) => ({
    where: `${tildePath(file, world.place)}:${line}`,
    key,
    holder: { kind: 'text', file },
  }));
}

/** The variables that launchd passes to every agent, limited to those that an entry could name. */
async function inLaunchd(world: World, setupPath: string): Promise<readonly HeldKey[]> {
  if (world.place.platform !== 'darwin') return [];
  const setup = await readSetup(world.files, setupPath).catch(nullForUserError);
  const named = setup?.entries.flatMap(({ apiKey }) => keyVariable(apiKey) ?? []) ?? [];
  const found: HeldKey[] = [];
  for (const variable of new Set([defaultKeyVariable, ...named])) {
    const key = await launchdVariable(world, variable);
    if (!isKey(key)) continue;
    found.push({ where: `${variable} of launchd`, key, holder: { kind: 'launchd', variable } });
  }
  return found;
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

async function inHost(world: World): Promise<readonly HeldKey[]> {
  return [...(await inHostConfig(world)), ...(await inProfiles(world))];
}

async function inOtherHosts(world: World): Promise<readonly HeldKey[]> {
  if (world.place.home === null) return [];
  const found: HeldKey[] = [];
  for (const hostEnv of await otherHosts(world)) {
    const other = { ...world, env: { ...world.env, ...hostEnv } };
    const { dotenv, stateFolder } = hostPaths(other);
    const file: KeyFile = { kind: 'host-env', dialect: 'dotenv', path: dotenv };
    const folder = tildePath(stateFolder, world.place);
    for (const held of [...(await keysInFile(other, file)), ...(await inHost(other))]) {
      const where = held.holder.kind === 'profile' ? `${held.where} in ${folder}` : held.where;
      found.push({ ...held, where, hostEnv });
    }
  }
  return found;
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

/** The members of a document whose values are keys. */
function keysIn(value: unknown, path: Path = []): readonly { path: Path; key: string }[] {
  if (isKey(value)) return path.at(-1) === managementKeyVariable ? [] : [{ path, key: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => keysIn(item, [...path, index]));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => keysIn(member, [...path, name]));
}

/** Null if there is no readable config. */
export async function readHostConfigOrNull(world: World) {
  if (world.place.home === null) return null;
  return readHostConfig(world).catch(nullForUserError);
}

function nullForUserError(error: unknown): null {
  if (error instanceof UserError) return null;
  throw error;
}

/**
 * The key that a command applies to: the one whose leading digits or hash start with `prefix`, or by default the one of
 * the first entry. Throws UsageError if the prefix does not identify one key, and UserError if no key is set.
 */
export async function chosenKey(
  deps: Pick<Deps, 'env' | 'place' | 'files' | 'io'>,
  setup: Setup,
  held: readonly HeldKey[],
  prefix: string | undefined,
): Promise<string> {
  if (prefix !== undefined) return keyNamed(held, prefix);
  const found = await resolveKey(deps, setup.entries[0]?.apiKey ?? null);
  if ('missing' in found) {
    throw new UserError(`There is no key yet: ${found.missing} is not set`, {
      type: 'key',
      hint: (command) => `Create one: ${command('key create')}`,
    });
  }
  const problem = keyFormatProblem(found.key);
  if (problem === null) return found.key;
  throw new UserError(`The key from ${found.source.where} ${problem}`, {
    type: 'key',
    hint: (command) => `See all keys: ${command('key')}`,
  });
}

function keyNamed(held: readonly HeldKey[], prefix: string): string {
  if (keyFormatProblem(prefix) === null) {
    throw new UsageError('A key in the command line shows in the list of processes', {
      hint: 'Pass only its first digits, as in --key sk-or-v1-1a2b',
    });
  }
  const start = prefix.replace(/(…|\.\.\.)$/, '');
  const keys = [...new Set(held.map(({ key }) => key))];
  const named = keys.filter((key) =>
    [key, key.slice('sk-or-v1-'.length), keyHash(key)].some((text) => text.startsWith(start)),
  );
  const [only] = named;
  if (only !== undefined && named.length === 1 && start !== '') return only;
  const known = keys.map(keyPrefix).join(', ');
  const what =
    named.length === 0 ? 'No key that is set begins' : `${named.length} keys that are set begin`;
  throw new UsageError(`${what} with "${start}"`, {
    hint: known === '' ? 'No key is set anywhere' : `Choose one of: ${known}`,
  });
}
