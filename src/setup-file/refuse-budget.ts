import { UserError } from '../platform/errors.ts';
import type { SetupProblem } from './problems.ts';
import type { Setup } from './setup-file.ts';

/**
 * Throws UserError, with its place, for a limit that cannot be read: taken for none, it would let spend what somebody
 * meant to forbid. With `strict` whatever else is wrong in a budget is refused too.
 */
export function refuseBudget(
  setup: Pick<Setup, 'problems' | 'at'>,
  { strict = false }: { readonly strict?: boolean } = {},
): void {
  const ofBudgets = setup.problems.filter(
    ({ path }) => path[0] === 'models' && path[2] === 'budget',
  );
  const wrong = ofBudgets.find((problem) => strict || isUnread(problem));
  if (wrong === undefined) return;
  const place = setup.at(wrong.path, wrong.part);
  throw new UserError(`The budget of ${wrong.path[1]} cannot be kept: ${wrong.message}`, {
    type: 'file',
    hint:
      wrong.fix === undefined
        ? 'Correct it there, or take it out'
        : 'openclaw-openrouter doctor --fix mends it',
    ...(place === undefined ? {} : { place }),
  });
}

const limits = ['dailyLimit', 'monthlyLimit'];

function isUnread({ kind, path, suggestion, fix }: SetupProblem): boolean {
  if (kind === 'unknown-key') return suggestion !== undefined && limits.includes(suggestion);
  const [, , , member] = path;
  const isLimit = member === undefined || limits.includes(String(member));
  return isLimit && kind !== 'duplicate-key' && fix === undefined;
}
