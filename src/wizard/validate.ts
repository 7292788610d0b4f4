import { UserError, withHint } from '../platform/errors.ts';
import { checkFlags } from '../setup/check-flags.ts';
import type { SetupFlags } from '../setup/flags.ts';

// An answer to a prompt has no flag to name.
const thisAnswer = 'This';

/** Checks an answer like the flag of the same meaning. Returns true, or what is wrong and how to fix it. */
export function validate(flags: SetupFlags): true | string {
  return trueOrProblem(() => checkFlags(flags, () => thisAnswer));
}

/** Like `validate`, for an answer that still has to be parsed, such as `X-Title=Assistant`. */
export function validateText(parse: (subject: string) => SetupFlags): true | string {
  return trueOrProblem(() => checkFlags(parse(thisAnswer), () => thisAnswer));
}

function trueOrProblem(check: () => void): true | string {
  try {
    check();
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return withHint(error);
  }
}

/** Splits a typed list at Latin or Chinese commas. */
export function splitList(text: string): readonly string[] {
  return text
    .split(/[,，、]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
