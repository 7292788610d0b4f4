import { UserError, withHint } from '../platform/errors.ts';
import { parseFlags, type SetupFlags } from '../setup/flags.ts';
import { checkSettings, noSettings, type Settings, type Subject } from '../setup/settings.ts';

// An answer has no flag to name.
const thisAnswer: Subject = () => 'This';

/** Checks an answer as the flag of the same meaning: true, or what is wrong and how to fix it. */
export function validate(settings: Partial<Settings>): true | string {
  return trueOrProblem(() => checkSettings({ ...noSettings, ...settings }, thisAnswer));
}

/** The same for an answer in the form of a flag, such as `X-Title=Assistant`. */
export function validateFlags(flags: SetupFlags): true | string {
  return trueOrProblem(() => checkSettings(parseFlags(flags, thisAnswer), thisAnswer));
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

/** Splits a typed list at commas, Latin or Chinese. */
export function splitList(text: string): readonly string[] {
  return text
    .split(/[,，、]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
