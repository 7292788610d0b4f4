import { singleQuoted } from '../../../text/shell.ts';
import { type CommandSpec, type OptionSpec, subcommandsOf, type Words } from '../spec.ts';

/** The completion script for zsh. Works both when sourced and as `_openclaw-openrouter` in `$fpath`. */
export function zshScript(bin: string, commands: readonly CommandSpec[]): string {
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
