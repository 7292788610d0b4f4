import type { VariableDialectId } from '../config/dialect.ts';
import { readTextIfPossible } from '../config/snapshot.ts';
import { variablesIn } from '../config/variables.ts';
import type { Deps } from '../platform/deps.ts';
import { tildePath } from '../platform/paths.ts';
import { defaultKeyVariable, keyVariable, variableFor } from '../setup-file/key-format.ts';
import { isPlainWord } from '../text/redact.ts';
import { readAgents } from './agents.ts';
import { readAuthProfiles } from './auth-profiles.ts';
import { readHostConfig } from './config.ts';
import { hostPaths } from './location.ts';
import { isForLogin, shellOf, shells, startupFiles } from './rc-file.ts';

/** `where` is shown to the user: the variable, or e.g. `~/.bashrc:12`. */
interface KeySource {
  readonly kind: 'environment' | 'rc' | 'host-env' | 'profile' | 'literal';
  readonly where: string;
}

export interface FoundKey {
  /** The secret itself, only for the `authorization` header. */
  readonly key: string;
  /** The variable that the entry names; null for a literal key. */
  readonly variable: string | null;
  readonly source: KeySource;
  /** Other places that set the variable without effect, in order of precedence. */
  readonly shadowed: readonly (KeySource & { readonly same: boolean })[];
}

export interface MissingKey {
  /** The variable that has no value anywhere. */
  readonly missing: string;
  /** Places that set it to an empty value. */
  readonly empty: readonly KeySource[];
  /** All places that were searched, as shown to the user. */
  readonly searched: readonly string[];
}

type World = Pick<Deps, 'env' | 'place' | 'files'>;

/**
 * Finds the key for the `apiKey` text of an entry, in the first of its `keyPlaces` or else in OpenClaw's own store, and
 * masks it in all output. All commands and checks find keys this way.
 */
export async function resolveKey(
  world: World & Pick<Deps, 'io'>,
  apiKeyText: string | null,
): Promise<FoundKey | MissingKey> {
  const places = await keyPlaces(world, apiKeyText);
  const [winner, ...others] = places.filter(hasValue);
  if (winner === undefined) {
    const variable = keyVariable(apiKeyText);
    const stored = variable === defaultKeyVariable ? await profileKey(world) : null;
    if (stored !== null) return { ...stored, variable, shadowed: [] };
    return {
      missing: variableFor(apiKeyText),
      empty: places.map(({ source }) => source),
      searched: [
        'the environment',
        ...(await usualFiles(world)).map((path) => tildePath(path, world.place)),
      ],
    };
  }
  if (!isPlainWord(winner.value)) world.io.conceal(winner.value);
  return {
    key: winner.value,
    variable: keyVariable(apiKeyText),
    source: winner.source,
    shadowed: others.map(({ source, value }) => ({ ...source, same: value === winner.value })),
  };
}

/** The key that OpenClaw stores for its default agent, e.g. after `openclaw onboard`. */
async function profileKey(
  world: World & Pick<Deps, 'io'>,
): Promise<Pick<FoundKey, 'key' | 'source'> | null> {
  if (world.place.home === null) return null;
  const config = await readHostConfig(world).catch(() => null);
  const { defaultAgent } = readAgents(config?.value);
  const { profiles } = await readAuthProfiles(world, config?.value, defaultAgent ?? 'main');
  const profile = profiles.find(({ key }) => key !== null);
  if (!profile?.key) return null;
  world.io.conceal(profile.key);
  const where = `OpenClaw's profile ${profile.id}`;
  return { key: profile.key, source: { kind: 'profile', where } };
}

/** A place that sets a key; the value may be empty. */
export interface KeyPlace {
  readonly source: KeySource;
  /** Absolute path; null for the environment and for a literal key. */
  readonly file: string | null;
  readonly value: string;
}

/**
 * The places that set the key of an `apiKey` text, in order of precedence: the text itself if it is a literal key;
 * otherwise the environment, the rc file of the user's shell, those of other shells, and the host's `.env`. Files that
 * cannot be read are skipped.
 */
export async function keyPlaces(
  world: World,
  apiKeyText: string | null,
): Promise<readonly KeyPlace[]> {
  const variable = keyVariable(apiKeyText);
  if (variable === null) {
    const source = { kind: 'literal', where: 'the setup file' } as const;
    return [{ source, file: null, value: apiKeyText ?? '' }];
  }
  const value = world.env[variable];
  const source = { kind: 'environment', where: variable } as const;
  const inFiles = await Promise.all(
    (await variableFiles(world)).map((file) => readPlace(world, file, variable)),
  );
  return [
    ...(value === undefined ? [] : [{ source, file: null, value }]),
    ...inFiles.filter((place) => place !== null),
  ];
}

export function hasValue({ value }: KeyPlace): boolean {
  return value.trim() !== '';
}

/** A file that may set keys. */
export interface KeyFile {
  readonly kind: 'rc' | 'host-env';
  readonly path: string;
  readonly dialect: VariableDialectId;
}

/** The files that may set a key, in order of precedence, whether or not they exist. */
export async function keyFiles(world: World): Promise<readonly string[]> {
  return (await variableFiles(world)).map(({ path }) => path);
}

/** Leaves out the files in which few people set variables. */
async function usualFiles(world: World): Promise<readonly string[]> {
  const files = await keyFiles(world);
  const isUnusual = /\.zshenv$|\/conf\.d\/(?!openrouter\.fish$)/;
  return files.filter((path) => !isForLogin(path) && !isUnusual.test(path));
}

/** The same files, each with its dialect. */
export async function variableFiles(world: World): Promise<readonly KeyFile[]> {
  if (world.place.home === null) return [];
  const own = shellOf(world.env.SHELL);
  const ordered = [...shells].sort((a, b) => Number(b === own) - Number(a === own));
  const startup = await Promise.all(
    ordered.map(async (dialect) =>
      (await startupFiles(dialect, world))
        .toReversed()
        .map((path) => ({ kind: 'rc', path, dialect }) as const),
    ),
  );
  return [
    ...startup.flat(),
    { kind: 'host-env', path: hostPaths(world).dotenv, dialect: 'dotenv' },
  ];
}

async function readPlace(world: World, file: KeyFile, variable: string): Promise<KeyPlace | null> {
  const text = await readTextIfPossible(world.files, file.path);
  if (!text.includes(variable)) return null;
  const value = variablesIn(text, file.dialect)[variable];
  if (typeof value !== 'string') return null;
  const where = `${tildePath(file.path, world.place)}:${lineOf(text, variable)}`;
  return { source: { kind: file.kind, where }, file: file.path, value };
}

/** The last line that sets the variable, because the last one wins in a shell. */
export function lineOf(text: string, variable: string): number {
  const assigned = new RegExp(`\\b${variable}=|^\\s*(?:export\\s+)?${variable}:\\s`);
  const named = new RegExp(`\\b${variable}\\s`);
  const sets = (line: string) => {
    const [code = ''] = line.split('#', 1);
    const set = /\bset\s/.exec(code);
    return assigned.test(code) || (set !== null && named.test(code.slice(set.index)));
  };
  return text.split(/\r?\n/).findLastIndex(sets) + 1;
}
