import type { Edit, Path } from '../config/edit.ts';

/** What can be wrong with a member of the setup file. */
export type SetupProblemKind =
  /** An array where an object belongs, and the like: what is below it cannot be read. */
  | 'shape'
  /** A value of the wrong type, e.g. "2" for 2. */
  | 'type'
  /** The right type and an impossible value, e.g. a negative budget. */
  | 'range'
  | 'missing'
  | 'unknown-key'
  | 'duplicate-key'
  /** A channel that names no entry. */
  | 'dangling';

/**
 * One thing that is wrong in the setup file. `path` leads to the member (of a missing one: to where it would be);
 * `part` says which half of it is at fault, so that `Setup.at(path, part)` finds the line and column.
 * `fix` is there where a machine can mend it without guessing; `suggestion` is what was probably meant, as text.
 * No message holds the value of an `apiKey` or of a header.
 */
export interface SetupProblem {
  readonly kind: SetupProblemKind;
  readonly path: Path;
  readonly part: 'key' | 'value';
  /** Where it stands in the text, for what a path does not tell apart: one of several members of the same name. */
  readonly offset?: number;
  readonly message: string;
  readonly fix?: Edit;
  readonly suggestion?: string;
}
