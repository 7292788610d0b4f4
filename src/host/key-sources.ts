import type { VariableDialectId } from '../config/dialect.ts';
import { readText } from '../config/snapshot.ts';
import { variablesIn } from '../config/variables.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { tildePath } from '../platform/paths.ts';
import { keyVariable } from '../setup-file/key-format.ts';
import { hostPaths } from './location.ts';
import { type RcFile, rcFilesOf, shellOf, shells } from './shell-files.ts';

export {
  defaultKeyVariable,
  keyFormatProblem,
  keyPrefix,
  keyVariable,
} from '../setup-file/key-format.ts';

/** Where a key is. `where` is for people: the variable, or `~/.bashrc:12`. */
interface KeySource {
  readonly kind: 'environment' | 'rc' | 'host-env' | 'literal';
  readonly where: string;
}

export interface FoundKey {
  /** The secret itself: to be sent, never to be shown. */
  readonly key: string;
  /** The variable that the entry names; null for a literal key. */
  readonly variable: string | null;
  readonly source: KeySource;
  /** The places that hold the variable too and lose against `source`, in order. */
  readonly shadowed: readonly (KeySource & { readonly same: boolean })[];
}

export interface MissingKey {
  /** The variable that is nowhere. */
  readonly missing: string;
  /** Places that set it to nothing. */
  readonly empty: readonly KeySource[];
  /** The places that were looked at, for people. */
  readonly looked: readonly string[];
}

type World = Pick<Deps, 'env' | 'place' | 'files'>;

/**
 * Finds the key of an entry. A literal is itself; a variable is looked up in the environment, then in the rc file of
 * the person's shell (and after it in those of the other shells), then in the host's `.env`. A file that cannot be
 * read holds nothing.
 */
export async function resolveKey(
  world: World,
  apiKeyText: string | null,
): Promise<FoundKey | MissingKey> {
  const variable = keyVariable(apiKeyText);
  if (variable === null) return literalKey(apiKeyText ?? '');
  const places = await keyPlaces(world, variable);
  const filled = places.filter(({ value }) => value.trim() !== '');
  const [winner, ...rest] = filled;
  if (winner === undefined) {
    return {
      missing: variable,
      empty: places.map(({ source }) => source),
      looked: ['the environment', ...files(world).map(({ path }) => tildePath(path, world.place))],
    };
  }
  return {
    key: winner.value,
    variable,
    source: winner.source,
    shadowed: rest.map(({ source, value }) => ({ ...source, same: value === winner.value })),
  };
}

function literalKey(key: string): FoundKey {
  const source = { kind: 'literal', where: 'the setup file' } as const;
  return { key, variable: null, source, shadowed: [] };
}

/** A place that gives the variable a value, perhaps an empty one. */
export interface KeyPlace {
  readonly source: KeySource;
  /** Absolute; null for the environment. */
  readonly file: string | null;
  readonly value: string;
}

/** The places that hold the variable, the one that wins first. */
export async function keyPlaces(world: World, variable: string): Promise<readonly KeyPlace[]> {
  const value = world.env[variable];
  const source = { kind: 'environment', where: variable } as const;
  const inFiles = await Promise.all(files(world).map((file) => placeIn(world, file, variable)));
  return [
    ...(value === undefined ? [] : [{ source, file: null, value }]),
    ...inFiles.filter((place) => place !== null),
  ];
}

interface KeyFile {
  readonly kind: 'rc' | 'host-env';
  readonly path: string;
  readonly dialect: VariableDialectId;
}

/** The files that may hold a key, whether they are there or not. */
export function keyFiles(world: World): readonly string[] {
  return files(world).map(({ path }) => path);
}

function files(world: World): readonly KeyFile[] {
  if (world.place.home === null) return [];
  const own = shellOf(world.env.SHELL);
  const order = [...shells].sort((a, b) => Number(b === own) - Number(a === own));
  const rcFiles = order.flatMap((shell) =>
    rcFilesOf(shell, world).map((path): RcFile => ({ shell, path })),
  );
  return [
    ...rcFiles.map(({ shell, path }) => ({ kind: 'rc', path, dialect: shell }) as const),
    { kind: 'host-env', path: hostPaths(world).dotenv, dialect: 'dotenv' },
  ];
}

async function placeIn(world: World, file: KeyFile, variable: string): Promise<KeyPlace | null> {
  const text = await textOf(world, file.path);
  if (text === null || !text.includes(variable)) return null;
  const value = variablesIn(text, file.dialect)[variable];
  if (typeof value !== 'string') return null;
  const where = `${tildePath(file.path, world.place)}:${lineOf(text, variable)}`;
  return { source: { kind: file.kind, where }, file: file.path, value };
}

async function textOf(world: World, path: string): Promise<string | null> {
  try {
    return (await readText(world.files, path)).text;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** The last line that gives the variable a value: a shell lets the last one win. */
function lineOf(text: string, variable: string): number {
  const assigned = new RegExp(`\\b${variable}=`);
  const named = new RegExp(`\\b${variable}\\s`);
  const sets = (line: string) => {
    const [code = ''] = line.split('#', 1);
    const set = /\bset\s/.exec(code);
    return assigned.test(code) || (set !== null && named.test(code.slice(set.index)));
  };
  return text.split(/\r?\n/).findLastIndex(sets) + 1;
}
