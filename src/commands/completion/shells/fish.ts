import type { CommandSpec, OptionSpec, Words } from '../spec.ts';

/** The completion script for fish 3 and later. */
export function fishScript(bin: string, commands: readonly CommandSpec[]): string {
  const top = commands.filter(({ path }) => path.length === 1);
  const names = top.map(({ path }) => path[0]).join(' ');
  const lines = [
    `# fish completion for ${bin}; generated, do not edit`,
    `complete -c ${bin} -f`,
    `complete -c ${bin} -n "not __fish_seen_subcommand_from ${names}" -l version -d 'output the version'`,
    ...top.map(
      ({ path, summary }) =>
        `complete -c ${bin} -n "not __fish_seen_subcommand_from ${names}" -a ${path[0]} -d ${quote(summary)}`,
    ),
    ...commands.flatMap((command) => linesOf(bin, command, commands)),
  ];
  return `${lines.join('\n')}\n`;
}

function linesOf(
  bin: string,
  command: CommandSpec,
  commands: readonly CommandSpec[],
): readonly string[] {
  const [name, sub] = command.path;
  const children = commands
    .filter(({ path }) => path.length === 2 && path[0] === name)
    .map(({ path }) => path[1]);
  const seen = `__fish_seen_subcommand_from ${name}`;
  const condition =
    sub !== undefined
      ? `${seen}; and __fish_seen_subcommand_from ${sub}`
      : children.length > 0
        ? `${seen}; and not __fish_seen_subcommand_from ${children.join(' ')}`
        : seen;
  const start = `complete -c ${bin} -n "${condition}"`;
  const argument = command.argument === null ? [] : [`${start} ${words(command.argument, bin)}`];
  const own =
    sub === undefined && children.length > 0 ? [`${start} -a '${children.join(' ')}'`] : [];
  return [...own, ...argument, ...command.options.map((option) => optionLine(start, option, bin))];
}

function optionLine(start: string, { long, description, value }: OptionSpec, bin: string): string {
  const line = `${start} -l ${long.slice(2)} -d ${quote(description)}`;
  return value === null ? line : `${line} -r ${words(value, bin)}`.trimEnd();
}

function words(source: Words, bin: string): string {
  if (source.kind === 'choices') return `-a '${source.choices.join(' ')}'`;
  if (source.kind === 'files') return '-F';
  return source.kind === 'text'
    ? ''
    : `-a '(command ${bin} completion --words ${source.kind} 2>/dev/null)'`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
