import type { Edit, Path } from '../config/edit.ts';
import { type FilePlace, type Hint, UserError } from '../platform/errors.ts';
import type { OwnCommand } from '../platform/own-command.ts';

/** What can be wrong with a member of the setup file. */
export type SetupProblemKind =
  /** Not an object although one is required, so nothing below it can be read. */
  | 'shape'
  /** A value of the wrong type, e.g. "2" for 2. */
  | 'type'
  /** The right type but an impossible value, e.g. a negative budget. */
  | 'range'
  | 'missing'
  | 'unknown-key'
  | 'duplicate-key'
  /** An entry whose name differs from that of an earlier one only in case. */
  | 'similar-name'
  /** A channel that names a nonexistent entry. */
  | 'dangling';

/** A problem in the setup file. No message contains the value of an `apiKey` or a header. */
export interface SetupProblem {
  readonly kind: SetupProblemKind;
  /** The path of the member; for a missing member, where it would be. */
  readonly path: Path;
  readonly part: 'key' | 'value';
  /** The offset in the text if the path is ambiguous: for one of several members with the same name. */
  readonly offset?: number;
  readonly message: string;
  /** An edit that is certain to do what was intended. */
  readonly fix?: Edit;
  /** What was probably intended, as text. */
  readonly suggestion?: string;
}

/** The problems of a setup file and their locations. */
export interface SetupProblems {
  readonly problems: readonly SetupProblem[];
  /** The location of a member or, if it is missing, of its nearest parent. Undefined if there is no file. */
  at(path: Path, part?: 'key' | 'value'): FilePlace | undefined;
}

/**
 * Throws UserError with the location if the root, `models` or `channels` is not an object. Without this check, the file
 * would look like one without entries.
 */
export function assertShape(setup: SetupProblems): void {
  const problem = setup.problems.find(({ kind, path }) => kind === 'shape' && path.length <= 1);
  if (problem === undefined) return;
  throw fileError(setup, problem, problem.message, 'Correct it by hand');
}

/**
 * Throws UserError with the location for a budget limit that cannot be read: ignoring it could spend what the user
 * meant to forbid. With `strict`, any other problem in a budget is an error too.
 */
export function assertBudgets(
  setup: SetupProblems,
  { strict = false }: { readonly strict?: boolean } = {},
): void {
  const problem = setup.problems.find(
    (one) =>
      one.path[0] === 'models' && one.path[2] === 'budget' && (strict || isUnreadableLimit(one)),
  );
  if (problem === undefined) return;
  const message = `The budget of ${problem.path[1]} cannot be enforced: ${problem.message}`;
  const fix = (command: OwnCommand) => `Correct it: ${command('doctor --fix')}`;
  throw fileError(
    setup,
    problem,
    message,
    problem.fix === undefined ? 'Correct or remove it' : fix,
  );
}

const limits = ['dailyLimit', 'monthlyLimit'];

function isUnreadableLimit({ kind, path, suggestion, fix }: SetupProblem): boolean {
  if (kind === 'unknown-key') return suggestion !== undefined && limits.includes(suggestion);
  const [, , , member] = path;
  const isLimit = member === undefined || limits.includes(String(member));
  return isLimit && kind !== 'duplicate-key' && fix === undefined;
}

function fileError(
  setup: SetupProblems,
  { path, part }: SetupProblem,
  message: string,
  hint: Hint,
): UserError {
  const place = setup.at(path, part);
  return new UserError(message, {
    type: 'file',
    hint,
    ...(place === undefined ? {} : { place }),
  });
}
