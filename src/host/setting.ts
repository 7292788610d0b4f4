import { isDeepStrictEqual } from 'node:util';
import type { Edit, Path } from '../config/edit.ts';
import { isRecord, valueAt } from '../platform/record.ts';

/** What a member of the host's config is to be; undefined: it is not to be there. */
export interface HostSetting {
  readonly path: Path;
  readonly value: unknown;
  /** Never taken away again, as what is there by then may rest on it. */
  readonly stays?: true;
}

/** A setting that the host's config does not have as it is wanted. */
export interface Difference extends HostSetting {
  /** What the config has; undefined where it has nothing. */
  readonly is: unknown;
}

export function differencesOf(
  settings: readonly HostSetting[],
  config: unknown,
): readonly Difference[] {
  return settings
    .map((setting) => ({ ...setting, is: valueAt(config, setting.path) }))
    .filter(({ is, value }) => !isDeepStrictEqual(is, value));
}

export function editsOf(differences: readonly Difference[]): readonly Edit[] {
  return differences.map(({ path, value }) =>
    value === undefined ? { op: 'remove', path } : { op: 'set', path, value },
  );
}

/** The object at that path; an empty one where there is none. */
export function recordIn(config: unknown, path: Path): Readonly<Record<string, unknown>> {
  const value = valueAt(config, path);
  return isRecord(value) ? value : {};
}
