import { commands } from '../commands/index.ts';

/**
 * The OpenClaw plugin: `openclaw openrouter <command>` runs what `openclaw-openrouter <command>` runs. The host lists
 * our commands and hands us their command lines unread, so that help, `--json` and exit codes are the same in both. Nothing happens at import, and a command's code is loaded when it is called
 * (docs.openclaw.ai/plugins/sdk-overview/cli-and-discovery).
 */
export default {
  id: 'openrouter-cli',
  name: 'OpenRouter CLI',
  description: 'Set up, test and monitor OpenRouter',
  register(api: HostApi): void {
    api.registerCli(({ program }) => addCommands(program), {
      descriptors: [
        { name: 'openrouter', description: summary, hasSubcommands: true, machineOutput },
      ],
    });
  },
};

const summary = 'Set up, test and monitor OpenRouter: models, failover, budgets';

/** What we use of the host's plugin API. */
export interface HostApi {
  registerCli(
    registrar: (context: { readonly program: HostCommand }) => void | Promise<void>,
    options: {
      readonly descriptors: readonly {
        readonly name: string;
        readonly description: string;
        readonly hasSubcommands: boolean;
        readonly machineOutput: MachineOutput;
      }[];
    },
  ): void;
}

type MachineOutput = (context: {
  readonly argv: readonly string[];
  readonly stdoutIsTTY: boolean;
}) => boolean;

/** What we use of the host's commander, which is its own copy and not ours. */
export interface HostCommand {
  command(name: string): HostCommand;
  description(text: string): HostCommand;
  argument(name: string): HostCommand;
  helpOption(flags: false): HostCommand;
  helpCommand(enabled: false): HostCommand;
  allowUnknownOption(): HostCommand;
  allowExcessArguments(): HostCommand;
  enablePositionalOptions(): HostCommand;
  passThroughOptions(): HostCommand;
  action(run: (args: readonly string[]) => Promise<void>): HostCommand;
}

/** Everything after the command's name comes to us unread, options and `--help` too. */
function addCommands(program: HostCommand): void {
  const openrouter = passThrough(program.command('openrouter').description(summary), []);
  for (const { name, summary } of commands) {
    passThrough(openrouter.command(name).description(summary), [name]);
  }
}

function passThrough(command: HostCommand, path: readonly string[]): HostCommand {
  return command
    .argument('[args...]')
    .helpOption(false)
    .helpCommand(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .enablePositionalOptions()
    .passThroughOptions()
    .action(async (args) => {
      const { main } = await import('./main.ts');
      process.exitCode = await main([...path, ...args], 'openclaw openrouter');
    });
}

/**
 * Whether stdout belongs to data. The host then keeps its own notices off it; it asks before it has loaded anything, so
 * that a command of which only its reader knows what it prints counts too.
 */
function machineOutput({ argv, stdoutIsTTY }: Parameters<MachineOutput>[0]): boolean {
  return !stdoutIsTTY || argv.includes('--json') || argv.includes('--csv');
}
