import type { Path } from '../config/edit.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import type { Problem } from './finding.ts';

/** A mend that takes an item out of its list, to be spread into the problem; none for what is no item. */
export function takeOut(
  { path: file }: Pick<Setup, 'path'>,
  path: Path,
  does: string,
): Pick<Problem, 'fix'> {
  if (typeof path.at(-1) !== 'number') return {};
  const edits = [{ op: 'remove', path, keepComments: true }] as const;
  return { fix: { does, files: [{ path: file, dialect: 'json5', edits }] } };
}
