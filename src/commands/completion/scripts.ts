import type { Command } from 'commander';
import { singleQuoted } from '../../text/escape.ts';
import {
  type CommandSpec,
  describeCommands,
  type OptionSpec,
  subcommandsOf,
  type Words,
} from './spec.ts';

export interface Shell {
  readonly name: string;
  /** The file name in `completions/`, as the shell's completion folder expects it. */
  readonly file: string;
  readonly script: (bin: string, commands: readonly CommandSpec[]) => string;
}

/** All supported shells. Add new ones here. */
export const shells: readonly Shell[] = [
  { name: 'bash', file: 'openclaw-openrouter.bash', script: bashScript },
  { name: 'zsh', file: '_openclaw-openrouter', script: zshScript },
  { name: 'fish', file: 'openclaw-openrouter.fish', script: fishScript },
];

/** Generates every file in `completions/` from the commands. Used at build time only. */
export function generateCompletions(program: Command): { file: string; text: string }[] {
  const specs = describeCommands(program);
  return shells.map(({ file, script }) => ({ file, text: script(program.name(), specs) }));
}

/** The completion script for bash 4 and later. Does not need the bash-completion package. */
function bashScript(bin: string, commands: readonly CommandSpec[]): string {
  const top = commands.filter(({ path }) => path.length === 1).map(({ path }) => path[0]);
  return `# bash completion for ${bin}; generated, do not edit
_openclaw_openrouter() {
  # bash splits words at ":" and "=", which model ids and options hold, and leaves quotes in: read the line itself.
  local IFS=$' \\t\\n' line=\${COMP_LINE:0:COMP_POINT} cur='' prev='' quote='' begun='' char
  local -i at start=0
  local -a words=() config=()
  for (( at = 0; at < \${#line}; at++ )); do
    char=\${line:at:1}
    if [[ -z $quote && $char == [[:space:]] ]]; then
      [[ -n $begun ]] && words+=("$cur")
      cur='' begun='' start=0
      continue
    fi
    begun=yes
    if [[ $char == "\\\\" && $quote != "'" ]]; then
      at+=1
      cur+=\${line:at:1}
    elif [[ $char == "$quote" ]]; then
      quote=''
    elif [[ -z $quote && $char == [\\"\\'] ]]; then
      quote=$char start=\${#cur}
    else
      cur+=$char
      # Of the characters that break words, readline leaves "@" in the next one.
      [[ -z $quote && $COMP_WORDBREAKS == *"$char"* ]] && start=\${#cur} && [[ $char == @ ]] && start=start-1
    fi
  done
  (( \${#words[@]} > 0 )) && prev=\${words[\${#words[@]}-1]}
  local prefix=''
  [[ $cur == --*=* ]] && prev=\${cur%%=*} && prefix=$prev= cur=\${cur#*=}
  for (( at = 1; at < \${#words[@]}; at++ )); do
    case \${words[at]} in
      --config) config=(--config "\${words[at + 1]:-}") ;;
      --config=*) config=("\${words[at]}") ;;
    esac
  done

  local command=\${words[1]:-} list='' kind=''
  case "$command \${words[2]:-}" in
${subcommandCases(commands)}  esac
  case "$command:$prev" in
${commands.map(valueCases).join('')}  esac
  if [[ -z $kind ]]; then
    case "$command" in
      '') list='${top.join(' ')} help --help --version' ;;
      help) list='${top.join(' ')}' ;;
${commands.map((command) => optionCase(command, commands)).join('')}    esac
  fi
  local -a candidates
  case "$kind" in
    files) compopt -o default; return ;;
    text) return ;;
    ''|choices) read -ra candidates <<< "$list" ;;
    *) mapfile -t candidates < <(command ${bin} completion --words "$kind" "\${config[@]}" 2>/dev/null) ;;
  esac
  local word
  # Not with compgen -W, which expands its words: one that holds a command would run it.
  for word in "\${candidates[@]}"; do
    [[ -n $word && $word == "$cur"* ]] || continue
    word=$prefix$word
    word=\${word:start}
    case $quote in
      \\') word=\${word//\\'/\\'\\\\\\'\\'} ;;
      \\") word=\${word//\\\\/\\\\\\\\} word=\${word//\\"/\\\\\\"} word=\${word//\\$/\\\\\\$} word=\${word//\\\`/\\\\\\\`} ;;
      *) printf -v word %q "$word" ;;
    esac
    COMPREPLY+=("$word")
  done
}
complete -F _openclaw_openrouter ${bin}
`;
}

function key({ path }: CommandSpec): string {
  return path.join('/');
}

function subcommandCases(commands: readonly CommandSpec[]): string {
  return commands
    .filter(({ path }) => path.length > 1)
    .map((command) => `    '${command.path.join(' ')}') command='${key(command)}' ;;\n`)
    .join('');
}

function valueCases(command: CommandSpec): string {
  return command.options
    .flatMap(({ long, value }) =>
      value === null ? [] : [`    '${key(command)}:${long}') ${assignment(value)} ;;\n`],
    )
    .join('');
}

function assignment(words: Words): string {
  return words.kind === 'choices'
    ? `kind=choices list='${words.choices.join(' ')}'`
    : `kind=${words.kind}`;
}

function optionCase(command: CommandSpec, commands: readonly CommandSpec[]): string {
  const options = command.options.map(({ long }) => long);
  const words = [...subcommandsOf(command, commands), ...options].join(' ');
  const { argument } = command;
  const onDash = `'${key(command)}') list='${words}'`;
  if (argument === null || argument.kind === 'text') return `      ${onDash} ;;\n`;
  return `      ${onDash}; [[ $cur != -* ]] && ${assignment(argument)} ;;\n`;
}

/** The completion script for zsh. Works both when sourced and as `_openclaw-openrouter` in `$fpath`. */
function zshScript(bin: string, commands: readonly CommandSpec[]): string {
  const top = commands.filter(({ path }) => path.length === 1);
  return `#compdef ${bin}
# zsh completion for ${bin}; generated, do not edit
_openclaw_openrouter_words() {
  local -a words_found config
  local -i at
  for (( at = 2; at < CURRENT; at++ )); do
    case $words[at] in
      --config) config=(--config "\${(Q)words[at + 1]}") ;;
      --config=*) config=("\${(Q)words[at]}") ;;
    esac
  done
  words_found=(\${(f)"$(command ${bin} completion --words $1 $config 2>/dev/null)"})
  compadd -a words_found
}

_openclaw_openrouter() {
  local curcontext=$curcontext state line
  local -a commands
  commands=(
${top.map(({ path, summary }) => `    ${singleQuoted(`${path[0]}:${summary}`)}\n`).join('')}  )
  _arguments -C '--help[display help]' '--version[output the version]' '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      local command=$words[1]
      case "$command $words[2]" in
${subcommands(commands)}      esac
      case $command in
${commands.map((command) => commandCase(command, commands)).join('')}        help) _describe command commands ;;
      esac ;;
  esac
}

if [[ $funcstack[1] == _${bin} ]]; then _openclaw_openrouter "$@"; else compdef _openclaw_openrouter ${bin}; fi
`;
}

function subcommands(commands: readonly CommandSpec[]): string {
  return commands
    .filter(({ path }) => path.length > 1)
    .map(
      ({ path }) =>
        `        '${path.join(' ')}') command='${path.join('/')}'; shift words; (( CURRENT-- )) ;;\n`,
    )
    .join('');
}

function commandCase(command: CommandSpec, commands: readonly CommandSpec[]): string {
  const specs = command.options.map(optionSpec);
  const children = subcommandsOf(command, commands);
  if (children.length > 0) specs.push(`'1: :(${children.join(' ')})'`);
  if (command.argument !== null) specs.push(singleQuoted(`*: :${action(command.argument)}`));
  return `        '${command.path.join('/')}')\n          _arguments \\\n            ${specs.join(' \\\n            ')} ;;\n`;
}

function optionSpec({ long, description, value }: OptionSpec): string {
  const text = description.replace(/[[\]:\\]/g, '\\$&');
  return singleQuoted(
    value === null ? `*${long}[${text}]` : `*${long}=[${text}]: :${action(value)}`,
  );
}

function action(words: Words): string {
  if (words.kind === 'choices') return `(${words.choices.join(' ')})`;
  if (words.kind === 'files') return '_files';
  return words.kind === 'text' ? ' ' : `{_openclaw_openrouter_words ${words.kind}}`;
}

/** The completion script for fish 3 and later. */
function fishScript(bin: string, commands: readonly CommandSpec[]): string {
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
