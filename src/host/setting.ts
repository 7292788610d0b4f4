import { isDeepStrictEqual } from 'node:util';
import type { Edit, Path } from '../config/edit.ts';
import { isRecord, valueAt } from '../platform/record.ts';

/** The value that a member of the host config should have; undefined removes the member. */
export interface HostSetting {
  readonly path: Path;
  readonly value: unknown;
  /** Never removed again, because other settings may have come to depend on it. */
  readonly permanent?: true;
}

/** A setting that the host config does not have yet. */
export interface Difference extends HostSetting {
  /** The value in the config now; undefined where there is none. */
  readonly current: unknown;
}

/**
 * A setting that `apply` wrote into the host config. It is removed once the setup file no longer asks for it, unless
 * somebody changed it since. The value may be a secret, so only its hash is stored. Bindings have no names: the path
 * of each is that of their list.
 */
export interface AppliedSetting {
  readonly path: Path;
  readonly hash: string;
}

/** One setting for each leaf of a value, so that members which a person added beside them stay. */
export function leafSettings(path: Path, value: unknown): readonly HostSetting[] {
  if (!isRecord(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([name, member]) => leafSettings([...path, name], member));
}

export function findDifferences(
  settings: readonly HostSetting[],
  config: unknown,
): readonly Difference[] {
  return settings
    .map((setting) => ({ ...setting, current: valueAt(config, setting.path) }))
    .filter(({ current, value }) => !isDeepStrictEqual(current, value));
}

export function toEdits(differences: readonly Difference[]): readonly Edit[] {
  return differences.map(({ path, value }) =>
    value === undefined ? { op: 'remove', path } : { op: 'set', path, value },
  );
}
