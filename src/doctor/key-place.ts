import type { FoundKey } from '../host/key-sources.ts';
import { homeFolder } from '../platform/paths.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import type { World } from './facts/context.ts';
import type { EntryKey } from './facts/setup.ts';
import type { Problem } from './finding.ts';
import { atMember } from './finding.ts';

type Source = FoundKey['source'];

/** `from the environment`, `from ~/.bashrc:12`. */
export function sourceText({ kind, where }: Source): string {
  if (kind === 'environment') return 'from the environment';
  return kind === 'literal' ? 'in the setup file' : `from ${where}`;
}

/** Where the key stands: the line of its file, or the member that names it. */
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

/** The line of an rc file or of the host's `.env`; undefined for the others. */
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
