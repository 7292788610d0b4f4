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

/** `models.router-premium.fallbackModels[1]`; a name that is no plain word stands in brackets and quotes. */
export function pathText(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}
