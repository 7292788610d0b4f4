import { Json5SyntaxError } from '../../config/json5/syntax-error.ts';
import { type FoundKey, type MissingKey, resolveKey } from '../../host/key-sources.ts';
import type { Files } from '../../platform/deps.ts';
import { homeFolder } from '../../platform/paths.ts';
import type { Entry } from '../../setup-file/entry.ts';
import { keyVariable } from '../../setup-file/key-format.ts';
import { parameterProblems } from '../../setup-file/parameters.ts';
import { readSetup, type Setup, type SetupFile } from '../../setup-file/setup-file.ts';
import { atMember, type Problem } from '../finding.ts';
import { Unavailable, type World } from './context.ts';

/** The result of reading the setup file. */
export type SetupReading =
  | { readonly state: 'missing'; readonly path: string }
  | { readonly state: 'broken'; readonly path: string; readonly error: Json5SyntaxError }
  | { readonly state: 'read'; readonly path: string; readonly setup: SetupFile };

export async function readingOf(files: Files, path: string): Promise<SetupReading> {
  try {
    const setup = await readSetup(files, path);
    if (!setup.exists) return { state: 'missing', path };
    const problems = [...setup.problems, ...parameterProblems(setup)];
    return { state: 'read', path, setup: { ...setup, problems } };
  } catch (error) {
    if (error instanceof Json5SyntaxError) return { state: 'broken', path, error };
    throw error;
  }
}

export function setupOf(reading: SetupReading): SetupFile {
  if (reading.state === 'read') return reading.setup;
  throw reading.state === 'missing'
    ? new Unavailable('there is no setup file', {
        type: 'not_found',
        hint: (command) => `${command('init')} writes one`,
      })
    : new Unavailable('the setup file does not parse', {
        type: 'syntax',
        hint: (command) => `${command('doctor --only files')} shows where`,
      });
}

/** The key that one or more entries use. */
export interface EntryKey {
  readonly entries: readonly Entry[];
  readonly found: FoundKey | MissingKey;
}

/** One result per variable or literal key. From here on, no key is printed in full. */
export async function readKeys(world: World, setup: Setup): Promise<readonly EntryKey[]> {
  const sourceOf = ({ apiKey }: Entry) => keyVariable(apiKey) ?? apiKey;
  const sources = [...new Set(setup.entries.map(sourceOf))];
  return Promise.all(
    sources.map(async (source) => {
      const entries = setup.entries.filter((entry) => sourceOf(entry) === source);
      const found = await resolveKey(world, entries[0]?.apiKey ?? null);
      return { entries, found };
    }),
  );
}

type Source = FoundKey['source'];

/** E.g. `from the environment` or `from ~/.bashrc:12`. */
export function sourceText({ kind, where }: Source): string {
  if (kind === 'environment') return 'from the environment';
  return kind === 'literal' ? 'in the setup file' : `from ${where}`;
}

/** Where the key is set: the line of its file, or the member that names it. */
export function placeOfKey(
  world: Pick<World, 'place'>,
  setup: Setup,
  { found, entries }: EntryKey,
): Pick<Problem, 'path' | 'place'> {
  const place = 'key' in found ? placeOfSource(world, found.source) : undefined;
  if (place !== undefined) return { place };
  const [entry] = entries;
  return entry === undefined ? {} : atMember(setup, [...entry.path, 'apiKey']);
}

/** The line of an rc file or of the host's `.env`; undefined for other sources. */
export function placeOfSource(
  { place }: Pick<World, 'place'>,
  { kind, where }: Source,
): Problem['place'] {
  const parts = /^(.*):(\d+)$/.exec(where);
  if ((kind !== 'rc' && kind !== 'host-env') || parts === null) return undefined;
  const [, path = '', line] = parts;
  const file = path.startsWith('~/') ? `${homeFolder(place)}${path.slice(1)}` : path;
  return { file, line: Number(line), column: 1 };
}
