import type { Path } from '../config/edit.ts';
import type { Setup } from '../setup-file/setup-file.ts';
import type { Problem } from './finding.ts';

/** Where a problem is, to be spread into it. */
export function atMember(
  setup: Pick<Setup, 'at'>,
  path: Path,
  part: 'key' | 'value' = 'value',
): Pick<Problem, 'path' | 'place'> {
  const place = setup.at(path, part);
  return place === undefined ? { path } : { path, place };
}
