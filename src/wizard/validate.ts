import { UserError } from '../platform/errors.ts';
import { type Answers, noAnswers } from '../setup/answers.ts';
import { checkAnswers } from '../setup/check-answers.ts';
import { type AnswerFlags, answersFrom } from '../setup/flags.ts';

/** Judges an answer as the flag of the same meaning would be judged: true, or what is wrong and how to mend it. */
export function judged(answers: Partial<Answers>): true | string {
  return attempted(() => checkAnswers({ ...noAnswers, ...answers }));
}

/** The same for an answer in the form of a flag, as `X-Title=Assistant` is. */
export function judgedFlags(flags: AnswerFlags): true | string {
  return attempted(() => checkAnswers(answersFrom(flags, noAnswers.key)));
}

function attempted(attempt: () => void): true | string {
  try {
    attempt();
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // The words are those for the command line, and here is no flag in sight.
    const message = error.message
      .replace(/^--\S+ takes /, 'This takes ')
      .replace(/^--\S+ /, 'This ');
    return error.hint === undefined || /--/.test(error.hint)
      ? message
      : `${message}. ${error.hint}`;
  }
}

/** The items of a list that was typed with commas, of Latin or of Chinese script, between them. */
export function listed(text: string): readonly string[] {
  return text
    .split(/[,，、]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
