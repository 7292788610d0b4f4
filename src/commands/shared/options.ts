import type { Command } from 'commander';
import type { Deps } from '../../platform/deps.ts';
import { UsageError } from '../../platform/errors.ts';
import { inSandbox } from '../../sandbox/in-sandbox.ts';

/** The options that every command has, as commander parses them. */
export interface CommonOptions {
  readonly config?: string;
  readonly json?: boolean;
  /** Milliseconds per request; each command has its own default. */
  readonly timeout?: number;
  readonly sandbox?: boolean;
  /** Only for commands that prompt. */
  readonly plainPrompts?: boolean;
}

/** Adds the options that every command has. Call it last, so that they come last in the help. */
export function addCommonOptions(command: Command): Command {
  return command
    .option(
      '--config <file>',
      'setup file (default: ~/.config/openclaw/openclaw.json5)',
      configFile,
    )
    .option('--json', 'print one JSON document')
    .option('--no-color', 'print without color (also: NO_COLOR)')
    .option(
      '--timeout <ms>',
      'give up on a request after this many milliseconds',
      wholeNumber('--timeout', 1, 3_600_000),
    )
    .option('--sandbox', 'run against a built-in OpenRouter look-alike: no key, no network');
}

/** Adds the option for commands that prompt. `main` uses it to choose the prompter; `inWorld` turns spinners off. */
export function addPlainPrompts(command: Command): Command {
  return command.option(
    '--plain-prompts',
    'ask line by line without moving the cursor (for screen readers)',
  );
}

/** Runs `body` with the real world or, with `--sandbox`, with a sandbox instead of OpenRouter. */
export async function inWorld(
  world: Deps,
  options: CommonOptions,
  body: (deps: Deps) => Promise<void>,
): Promise<void> {
  const deps = options.plainPrompts === true ? withoutSpinner(world) : world;
  return options.sandbox === true ? inSandbox(deps, options.config, body) : body(deps);
}

function withoutSpinner(deps: Deps): Deps {
  const { io } = deps;
  return { ...deps, io: { ...io, stderr: { ...io.stderr, isTty: false } } };
}

/** Parser for an option that is a whole number. Throws UsageError outside `from` to `to`. */
export function wholeNumber(flag: string, from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= from && value <= to) return value;
    throw new UsageError(`${flag} must be a whole number from ${from} to ${to}, not "${text}"`, {
      hint: `Pass ${flag} ${value > to ? to : from}, for example`,
    });
  };
}

/** Throws UsageError for an empty path, which would be the current folder. */
function configFile(text: string): string {
  if (text !== '') return text;
  throw new UsageError('The value of --config is empty', {
    hint: 'Give the path of the setup file, or leave --config out',
  });
}

/** Parser for a file to write beside the output. Throws UsageError for `-`, since stdout has the output already. */
export function reportFile(flag: string): (text: string) => string {
  return (text) => {
    if (text !== '-') return text;
    throw new UsageError(`${flag} cannot write to standard output, which has the result`, {
      hint: 'Give the path of a file (./- is one with that name)',
    });
  };
}

/** Parser for a money amount. Returns the decimal text as typed, so that it stays exact. */
export function usdAmount(flag: string): (text: string) => string {
  return (text) => {
    const amount = text.replace(/^\$/, '');
    if (/^(\d+(\.\d+)?|\.\d+)$/.test(amount)) return amount;
    throw new UsageError(`${flag} must be an amount in USD, not "${text}"`, {
      hint: 'For example 2 or 2.50',
    });
  };
}

/** Parser for an option that may be repeated. */
export const repeatable = repeatableAs((text) => text);

/** Like `repeatable`, for values that need parsing. */
export function repeatableAs<Value>(
  parse: (text: string) => Value,
): (text: string, earlier: readonly Value[] | undefined) => Value[] {
  return (text, earlier = []) => [...earlier, parse(text)];
}
