import { UserError, withHint } from '../platform/errors.ts';
import { checkFlags } from '../setup/check-flags.ts';
import type { SetupFlags } from '../setup/flags.ts';
import { assertKnownModels, type KnownModels } from '../setup/known-models.ts';
import { assertKnownProviders } from '../setup/known-providers.ts';
import type { WizardContext } from './context.ts';

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

/** Like `validate`, for a typed model id, which also has to be one that OpenRouter offers. */
export async function validateModel(id: string, known: KnownModels | null): Promise<true | string> {
  const verdict = validate({ model: id });
  if (verdict !== true) return verdict;
  return assertKnownModels([id], known).then(() => true as const, problemOf);
}

/** Like `validate`, for typed names of providers, which also have to be ones that OpenRouter has. */
export async function validateProviders(
  { deps, options: { timeoutMs } }: Pick<WizardContext, 'deps' | 'options'>,
  flags: Pick<SetupFlags, 'excludeProvider' | 'preferProvider'>,
): Promise<true | string> {
  const verdict = validate(flags);
  if (verdict !== true) return verdict;
  return assertKnownProviders(deps, { flags, timeoutMs }).then(() => true as const, problemOf);
}

function trueOrProblem(check: () => void): true | string {
  try {
    check();
    return true;
  } catch (error) {
    return problemOf(error);
  }
}

function problemOf(error: unknown): string {
  if (!(error instanceof UserError)) throw error;
  return withHint(error);
}

/** Splits a typed list at Latin or Chinese commas. */
export function splitList(text: string): readonly string[] {
  return text
    .split(/[,，、]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
