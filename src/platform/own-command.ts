import { shellWord } from '../text/escape.ts';
import type { Place } from './deps.ts';

/**
 * Turns what follows the program's name, e.g. `key limit 2`, into a command of ours for people to paste. It has the
 * `--config` and `--sandbox` of this run, without which it would act on another setup file, or on the real account.
 */
export type OwnCommand = (args: string, options?: OwnCommandOptions) => string;

interface OwnCommandOptions {
  /** False for a command to run outside the sandbox even if this run is inside. */
  readonly sandbox?: boolean;
}

/** Every command of ours in a message is made here. */
export function ownCommand({ program, given }: Pick<Place, 'program' | 'given'>): OwnCommand {
  return (args, { sandbox = !ignoresSandbox.test(args) } = {}) =>
    [
      program,
      args,
      ...(given.config === null ? [] : [`--config ${shellWord(given.config)}`]),
      ...(given.sandbox && sandbox ? ['--sandbox'] : []),
    ].join(' ');
}

/** It restores files on this machine, whatever wrote them. */
const ignoresSandbox = /^undo\b/;

/** The options in a command line that `ownCommand` repeats. */
export function givenOptions(argv: readonly string[]): Place['given'] {
  const end = argv.indexOf('--');
  const options = end === -1 ? argv : argv.slice(0, end);
  let config: string | null = null;
  for (const [at, option] of options.entries()) {
    if (option === '--config') config = options[at + 1] ?? config;
    else if (option.startsWith('--config=')) config = option.slice('--config='.length);
  }
  return { config, sandbox: options.includes('--sandbox') };
}
