import { type CommandSpec, type OptionSpec, subcommandsOf, type Words } from '../spec.ts';

/** The completion script for fish 3 and later. */
export function fishScript(bin: string, commands: readonly CommandSpec[]): string {
  const top = commands.filter(({ path }) => path.length === 1);
  const names = top.map(({ path }) => path[0]).join(' ');
  const first = `complete -c ${bin} -n "test (count (commandline -opc)) -eq 1"`;
  const lines = [
    `# fish completion for ${bin}; generated, do not edit`,
    ...functions(bin, commands),
    `complete -c ${bin} -f`,
    `${first} -l version -d 'output the version'`,
    `${first} -l help -d 'display help for command'`,
    ...top.map(({ path, summary }) => `${first} -a ${path[0]} -d ${quote(summary)}`),
    `complete -c ${bin} -n "${isCommand('help')}" -a '${names}'`,
    ...commands.flatMap((command) => linesOf(bin, command, commands)),
  ];
  return `${lines.join('\n')}\n`;
}

function functions(bin: string, commands: readonly CommandSpec[]): readonly string[] {
  const nested = commands.filter(({ path }) => path.length > 1);
  return [
    'function __openclaw_openrouter_command',
    '    set -l words (commandline -opc)',
    '    switch "$words[2] $words[3]"',
    ...nested.flatMap(({ path }) => [
      `        case '${path.join(' ')}'`,
      `            echo ${path.join('/')}`,
    ]),
    "        case '*'",
    '            echo "$words[2]"',
    '    end',
    'end',
    'function __openclaw_openrouter_words',
    '    set -l words (commandline -opc)',
    '    set -l config',
    '    for at in (seq 2 (count $words))',
    "        if string match -q -- '--config=*' $words[$at]",
    '            set config $words[$at]',
    '        else if test "$words[$at]" = --config; and set -q words[(math $at + 1)]',
    '            set config --config $words[(math $at + 1)]',
    '        end',
    '    end',
    `    command ${bin} completion --words $argv[1] $config 2>/dev/null`,
    'end',
  ];
}

function isCommand(name: string): string {
  return `string match -q -- ${name} (__openclaw_openrouter_command)`;
}

function linesOf(
  bin: string,
  command: CommandSpec,
  commands: readonly CommandSpec[],
): readonly string[] {
  const children = subcommandsOf(command, commands);
  const condition = isCommand(command.path.join('/'));
  const start = `complete -c ${bin} -n "${condition}"`;
  const argument = command.argument === null ? [] : [`${start} ${words(command.argument)}`];
  const second = `complete -c ${bin} -n "test (count (commandline -opc)) -eq 2; and ${condition}"`;
  const own = children.length === 0 ? [] : [`${second} -a '${children.join(' ')}'`];
  return [...own, ...argument, ...command.options.map((option) => optionLine(start, option))];
}

function optionLine(start: string, { long, description, value }: OptionSpec): string {
  const line = `${start} -l ${long.slice(2)} -d ${quote(description)}`;
  if (value === null) return line;
  // With only -r, fish also offers files.
  return `${line} ${value.kind === 'files' ? '-r' : '-x'} ${words(value)}`.trimEnd();
}

function words(source: Words): string {
  if (source.kind === 'choices') return `-a '${source.choices.join(' ')}'`;
  if (source.kind === 'files') return '-F';
  return source.kind === 'text' ? '' : `-a '(__openclaw_openrouter_words ${source.kind})'`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
