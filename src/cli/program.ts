import { Command } from 'commander';
import { commands } from '../commands/index.ts';
import type { Deps } from '../platform/deps.ts';
import { UsageError } from '../platform/errors.ts';
import { shellWord } from '../text/escape.ts';
import { frontPage } from './help.ts';

/** Runs a command. Throws commander's errors for an invalid command line and our own for everything else. */
export async function runProgram(argv: readonly string[], deps: Deps): Promise<void> {
  const root = new Command(deps.place.program);
  root
    .description('Set up, test and monitor OpenRouter for OpenClaw')
    .version(deps.place.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => deps.io.out(text),
      writeErr: (text) => deps.io.err(text),
      // `report-error` prints it.
      outputError: () => {},
      getOutHelpWidth: () => Math.min(deps.io.stdout.columns, widestHelp),
      getOutHasColors: () => deps.io.stdout.color,
    })
    .showSuggestionAfterError(true);
  root.helpInformation = () => frontPage(deps.place.program);
  addCommands(root, deps);
  assertCommandFirst(argv, deps.place.program);
  await root.parseAsync(argv, { from: 'user' });
}

const widestHelp = 100;

/** Throws UsageError if options come before the command: each command has its own. */
function assertCommandFirst(argv: readonly string[], program: string): void {
  const [first = ''] = argv;
  if (!first.startsWith('-') || /^(--help|-h|--version|-V)$/.test(first)) return;
  const names = new Set(commands.map(({ name }) => name));
  const at = argv.findIndex((arg) => names.has(arg));
  if (at === -1) return;
  throw new UsageError(`${first} goes after the command`, {
    hint: `Write it as: ${program} ${[...argv.slice(at, at + 1), ...argv.slice(0, at), ...argv.slice(at + 1)].map(shellWord).join(' ')}`,
  });
}

/** Adds every command to `parent`. The code of a command is loaded on demand. */
function addCommands(parent: Command, deps: Deps): void {
  for (const { name, summary } of commands) parent.command(name).description(summary);
  parent.helpCommand(false);
  parent
    .command('help [command...]')
    .description('show the help of a command')
    .action(async (names: readonly string[]) => {
      const [name] = names;
      const known = parent.commands.some((command) => command.name() === name);
      // Commander rejects an unknown name and suggests the nearest one.
      const argv = name === undefined || known ? [...names, '--help'] : [name];
      await parent.parseAsync(argv, { from: 'user' });
    });
  parent.hook('preSubcommand', async (_parent, command) => {
    const entry = commands.find(({ name }) => name === command.name());
    if (entry === undefined) return;
    const { define } = await entry.load();
    define(command, deps);
  });
}
