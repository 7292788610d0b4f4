import { commands } from '../commands/index.ts';

/**
 * The OpenClaw plugin: `openclaw openrouter <command>` runs what `openclaw-openrouter <command>` runs. The host lists
 * our commands and passes their command lines on unparsed, so that help, `--json` and exit codes are the same in both.
 * Importing it does nothing, and a command's code is loaded on demand
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

/** The part of the host's plugin API that we use. */
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

/** The part of the host's commander that we use. It is the host's own copy, not ours. */
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

/** The host passes everything after the command name on unparsed, including options and `--help`. */
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
 * Whether stdout is data, so that the host keeps its own notices off it. The host asks before it loads anything, so any
 * piped output counts as data, whatever the command prints.
 */
function machineOutput({ argv, stdoutIsTTY }: Parameters<MachineOutput>[0]): boolean {
  return !stdoutIsTTY || argv.includes('--json') || argv.includes('--csv');
}
