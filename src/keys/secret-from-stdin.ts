import type { Deps } from '../platform/deps.ts';
import { UsageError } from '../platform/errors.ts';

/**
 * A secret that is piped in. `example` is the command line that would get it. Throws UsageError where there is none, or a
 * terminal that would show it.
 */
export async function secretFromStdin(
  deps: Pick<Deps, 'io' | 'prompter'>,
  flag: string,
  example: string,
): Promise<string> {
  const hint = (program: string) => `Pipe the key in: printf %s "$KEY" | ${program} ${example}`;
  if (deps.prompter.canPrompt) {
    throw new UsageError(`${flag} cannot read from this terminal, which would show the key`, {
      hint,
    });
  }
  // `echo` and here-documents add a newline; anything else belongs to the key, or is an error to report.
  const secret = (await deps.io.readStdin()).replace(/\r?\n$/, '');
  if (secret === '') throw new UsageError(`${flag}: standard input is empty`, { hint });
  return secret;
}
