import type { Argument, Command, Option } from 'commander';

/** Where the completions for a value come from. */
export type Words =
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  | { readonly kind: 'files' | 'text' | WordSource };

/** The lists that `completion --words` can print. */
export const wordSources = ['models', 'entries', 'channels', 'channels-with-entries'] as const;
export type WordSource = (typeof wordSources)[number];

export interface OptionSpec {
  /** Including the dashes. */
  readonly long: string;
  readonly description: string;
  /** Null for a boolean flag. */
  readonly value: Words | null;
}

export interface CommandSpec {
  /** E.g. `['models', 'show']`. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  /** Completions for the command's positional arguments; null if it takes none. */
  readonly argument: Words | null;
}

/** Every command below `root`, in order, parents before their subcommands. */
export function describeCommands(root: Command, path: readonly string[] = []): CommandSpec[] {
  return root.commands
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => {
      const here = [...path, command.name()];
      return [describe(command, here), ...describeCommands(command, here)];
    });
}

function describe(command: Command, path: readonly string[]): CommandSpec {
  const [argument] = command.registeredArguments;
  return {
    path,
    summary: command.description(),
    options: [
      ...command.options.filter((option) => !option.hidden).map(describeOption),
      { long: '--help', description: 'display help for command', value: null },
    ],
    argument: argument === undefined ? null : wordsOf(argument.name(), argument),
  };
}

function describeOption(option: Option): OptionSpec {
  const takesValue = option.required || option.optional;
  const placeholder = /[<[]([^>\].]+)/.exec(option.flags)?.[1] ?? '';
  return {
    long: option.long ?? option.flags,
    description: option.description,
    value: takesValue ? wordsOf(placeholder, option) : null,
  };
}

/** E.g. `show` and `compare` for `models`. */
export function subcommandsOf(
  { path }: CommandSpec,
  commands: readonly CommandSpec[],
): readonly string[] {
  const [name] = path;
  if (path.length > 1) return [];
  return commands.flatMap(({ path: [top, sub] }) => (top === name && sub !== undefined ? sub : []));
}

/** Placeholders are the contract: `<file>`, `<id>` and `<entry>` mean the same thing in every command. */
function wordsOf(placeholder: string, { argChoices }: Option | Argument): Words {
  if (argChoices !== undefined) return { kind: 'choices', choices: argChoices };
  return { kind: kinds[placeholder] ?? 'text' };
}

const kinds: Readonly<Record<string, 'files' | WordSource>> = {
  file: 'files',
  program: 'files',
  id: 'models',
  entry: 'entries',
  channel: 'channels',
  'name=entry': 'channels-with-entries',
};
