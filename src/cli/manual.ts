import type { Command } from 'commander';

/** A term and its description. */
export interface Term {
  readonly term: string;
  readonly meaning: string;
}

/** A paragraph, or preformatted lines. */
export interface Block {
  readonly kind: 'text' | 'lines';
  readonly lines: readonly string[];
}

/** The help of one command. */
export interface CommandManual {
  /** E.g. `models show`. */
  readonly name: string;
  /** E.g. `openclaw-openrouter models show [options] <id>`. */
  readonly usage: string;
  readonly summary: string;
  /** Arguments, and the options that are specific to this command. */
  readonly terms: readonly Term[];
  /** The text below the options. */
  readonly notes: readonly Block[];
}

export interface Manual {
  readonly program: string;
  readonly commands: readonly CommandManual[];
  /** The options of every command. */
  readonly commonOptions: readonly Term[];
}

export const summary = 'set up, test and monitor OpenRouter for OpenClaw';

export const exitCodes: readonly Term[] = [
  { term: '0', meaning: 'Fine.' },
  {
    term: '1',
    meaning: 'It ran and found problems: a finding, a model that fails, a budget that is exceeded.',
  },
  {
    term: '2',
    meaning:
      'It could not run: wrong usage, an unreadable file, no network where the network is needed.',
  },
  {
    term: '130',
    meaning:
      'Cancelled (Ctrl-C); nothing was written, or the change was undone. 143 for SIGTERM, 129 for SIGHUP, 131 for SIGQUIT.',
  },
  {
    term: '141',
    meaning: 'The reader of its output closed the pipe, as head does.',
  },
];

export const files: readonly Term[] = [
  { term: '~/.config/openclaw/openclaw.json5', meaning: 'The setup file.' },
  {
    term: '~/.openclaw/openclaw.json',
    meaning: "OpenClaw's own config, which apply writes.",
  },
  {
    term: '~/.openclaw/.env',
    meaning: 'The key for OpenClaw, readable by you only.',
  },
  {
    term: '~/.local/state/openclaw-openrouter',
    meaning: 'Backups for undo, the ledger, what apply wrote, the token of serve.',
  },
  { term: '~/.cache/openclaw-openrouter', meaning: 'The list of models. Safe to delete.' },
];

export const environment: readonly Term[] = [
  {
    term: 'OPENROUTER_API_KEY',
    meaning: 'The key, where the setup file names no other variable.',
  },
  {
    term: 'OPENROUTER_MANAGEMENT_KEY',
    meaning: 'A management key, for key create, limit and rotate and for the account in spend.',
  },
  {
    term: 'OPENROUTER_BASE_URL',
    meaning: 'The address of the API. Default: https://openrouter.ai/api/v1.',
  },
  { term: 'OPENCLAW_OPENROUTER_CONFIG', meaning: 'The setup file, unless --config names it.' },
  {
    term: 'OPENCLAW_OPENROUTER_LEDGER',
    meaning: 'The postgres:// URL of a shared ledger, unless --ledger gives it.',
  },
  {
    term: 'XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME',
    meaning: 'The folders to use instead of ~/.config, ~/.local/state and ~/.cache.',
  },
  {
    term: 'OPENCLAW_HOME, OPENCLAW_STATE_DIR, OPENCLAW_CONFIG_PATH, OPENCLAW_PROFILE',
    meaning: "Where OpenClaw's own files are, as for OpenClaw itself. Paths must be absolute.",
  },
  {
    term: 'OPENCLAW_CONFIG_READONLY, OPENCLAW_NIX_MODE',
    meaning: "Do not write OpenClaw's own config.",
  },
  { term: 'NO_COLOR, FORCE_COLOR', meaning: 'Print without color, or with color into a pipe.' },
  {
    term: 'HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY',
    meaning: 'The HTTP proxy, and the hosts to reach without it. Lower case wins.',
  },
];

/** Describes every command below `program`, in help order. */
export function describeManual(program: Command): Manual {
  const commands = subcommands(program);
  const [first = [], ...others] = commands.map(optionsOf);
  const common = first.filter((one) => others.every((options) => includes(options, one)));
  return {
    program: program.name(),
    commonOptions: common,
    commands: commands.map((command) => ({
      name: nameOf(command, program),
      usage: command.createHelp().commandUsage(command),
      summary: command.description(),
      terms: [
        ...argumentsOf(command),
        ...optionsOf(command).filter((option) => !includes(common, option)),
      ],
      notes: notesOf(command),
    })),
  };
}

function includes(terms: readonly Term[], one: Term): boolean {
  return terms.some(({ term, meaning }) => term === one.term && meaning === one.meaning);
}

/** All commands below `parent`, parents before their subcommands. */
function subcommands(parent: Command): Command[] {
  return parent.commands.flatMap((command) => [command, ...subcommands(command)]);
}

function nameOf(command: Command, program: Command): string {
  const { parent } = command;
  const isTop = parent === null || parent === program;
  return isTop ? command.name() : `${nameOf(parent, program)} ${command.name()}`;
}

function argumentsOf(command: Command): readonly Term[] {
  const help = command.createHelp();
  return help.visibleArguments(command).map((argument) => ({
    term: help.argumentTerm(argument),
    meaning: help.argumentDescription(argument),
  }));
}

function optionsOf(command: Command): readonly Term[] {
  const help = command.createHelp();
  return help.visibleOptions(command).map((option) => ({
    term: help.optionTerm(option),
    meaning: help.optionDescription(option),
  }));
}

/** The text added by `addHelpText`. */
function notesOf(command: Command): readonly Block[] {
  let printed = '';
  const writeOut = (text: string) => {
    printed += text;
  };
  command.configureOutput({ writeOut }).outputHelp();
  const lines = printed.slice(command.helpInformation().length).split('\n');
  const blocks: { kind: Block['kind']; lines: string[] }[] = [];
  let isNew = true;
  for (const line of lines) {
    const kind = line.startsWith(' ') ? 'lines' : 'text';
    const last = blocks.at(-1);
    if (line === '') isNew = true;
    else if (isNew || last?.kind !== kind) blocks.push({ kind, lines: [line] });
    else last.lines.push(line);
    if (line !== '') isNew = false;
  }
  return blocks;
}
