import { join } from 'node:path';
import type { Command } from 'commander';
import type { Deps } from '../../platform/deps.ts';
import { UsageError } from '../../platform/errors.ts';
import { setupFilePath } from '../../platform/paths.ts';
import { jsonText } from '../../text/json.ts';

/** The options that every command takes, as commander hands them over. */
export interface CommonOptions {
  readonly config?: string;
  readonly json?: boolean;
  /** Milliseconds for one request; each command has its own default. */
  readonly timeout?: number;
  readonly sandbox?: boolean;
  /** Of commands that ask. */
  readonly plainPrompts?: boolean;
}

/** Adds the options that every command takes. Call it last: they come last in the help. */
export function addCommonOptions(command: Command): Command {
  return command
    .option('--config <file>', 'setup file (default: ~/.config/openclaw/openclaw.json5)')
    .option('--json', 'print one JSON document')
    .option('--no-color', 'print without colour (also: NO_COLOR)')
    .option(
      '--timeout <ms>',
      'give a request up after so many milliseconds',
      wholeNumber('--timeout', 1, 3_600_000),
    )
    .option('--sandbox', 'run against a built-in OpenRouter look-alike: no key, no network');
}

/** Adds the option of commands that ask. `main` makes the prompter by it; `inWorld` keeps spinners away. */
export function addPlainPrompts(command: Command): Command {
  return command.option(
    '--plain-prompts',
    'ask line by line, without moving the cursor: for screen readers',
  );
}

/**
 * Runs `body` in the world that the options ask for: with `--sandbox` a look-alike is started, and the environment
 * that `body` sees points at it as a person's shell would. Whatever `body` does with it, it does over a real socket.
 */
export async function inWorld(
  world: Deps,
  options: CommonOptions,
  body: (deps: Deps) => Promise<void>,
): Promise<void> {
  const deps = options.plainPrompts === true ? withoutSpinner(world) : world;
  if (options.sandbox !== true) return body(deps);
  const { temporaryFolder, pid } = deps.place;
  const cache = join(temporaryFolder, `openclaw-openrouter-sandbox-${pid}`);
  const { startSandbox } = await import('../../sandbox/server.ts');
  const sandbox = await startSandbox({ clock: deps.clock, anyKey: true });
  try {
    const keys = await keyVariables(deps, options);
    await body({
      ...deps,
      env: {
        ...deps.env,
        ...Object.fromEntries(keys.map((name) => [name, sandbox.key])),
        OPENROUTER_BASE_URL: sandbox.url,
        OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey,
        XDG_CACHE_HOME: cache,
      },
    });
  } finally {
    await sandbox.close();
    await deps.files.removeTree(cache);
  }
}

function withoutSpinner(deps: Deps): Deps {
  const { io } = deps;
  return { ...deps, io: { ...io, stderr: { ...io.stderr, isTty: false } } };
}

// The setup file may name its key by any variable: each gets the sandbox's key.
async function keyVariables(deps: Deps, options: CommonOptions): Promise<string[]> {
  const path = setupFilePath(deps, options.config);
  const text = await deps.files.read(path).then(
    (bytes) => Buffer.from(bytes).toString('utf8'),
    () => '',
  );
  const named = [...text.matchAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g)].map(
    (match) => match[1] ?? '',
  );
  return [...new Set(['OPENROUTER_API_KEY', ...named])];
}

/** Prints the one document of `--json`. */
export function printJson(
  deps: Pick<Deps, 'io'>,
  document: Readonly<Record<string, unknown>>,
): void {
  deps.io.out(`${jsonText({ schemaVersion: 1, ...document })}\n`);
}

/** Parses an option that takes a whole number; throws UsageError outside `from` to `to`. */
export function wholeNumber(flag: string, from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= from && value <= to) return value;
    throw new UsageError(`${flag} takes a whole number from ${from} to ${to}, not "${text}"`, {
      hint: `Write it in digits alone, as in ${flag} ${Math.min(Math.max(from, 2), to)}`,
    });
  };
}

/** Parses an option that takes an amount of money; gives the decimal text as typed, so that it stays exact. */
export function usdAmount(flag: string): (text: string) => string {
  return (text) => {
    const amount = text.replace(/^\$/, '');
    if (/^(\d+(\.\d+)?|\.\d+)$/.test(amount)) return amount;
    throw new UsageError(`${flag} takes an amount in USD, not "${text}"`, {
      hint: 'Write it as in 2 or 2.50',
    });
  };
}

/** Collects an option that may be given several times. */
export function repeatable(text: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), text];
}
