import type { Path } from '../config/edit.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import type { Problem } from './finding.ts';

/** A fix that removes an item from its list, to be spread into the problem; empty where the path names no item. */
export function takeOut(
  { path: file }: Pick<Setup, 'path'>,
  path: Path,
  does: string,
): Pick<Problem, 'fix'> {
  if (typeof path.at(-1) !== 'number') return {};
  const edits = [{ op: 'remove', path, keepComments: true }] as const;
  return { fix: { does, files: [{ path: file, dialect: 'json5', edits }] } };
}
