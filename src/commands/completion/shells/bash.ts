import type { CommandSpec, Words } from '../spec.ts';

/** The completion script for bash 4 and later; needs no bash-completion package. */
export function bashScript(bin: string, commands: readonly CommandSpec[]): string {
  const top = commands.filter(({ path }) => path.length === 1).map(({ path }) => path[0]);
  return `# bash completion for ${bin}; generated, do not edit
_openclaw_openrouter() {
  # bash splits words at ":" and "=", which model ids and options hold: read the line itself.
  local IFS=$' \\t\\n' line=\${COMP_LINE:0:COMP_POINT} cur prev=''
  local -a words
  read -ra words <<< "$line"
  cur=\${line##*[[:space:]]}
  [[ -n $cur ]] && unset 'words[\${#words[@]}-1]'
  (( \${#words[@]} > 0 )) && prev=\${words[\${#words[@]}-1]}
  [[ $cur == --*=* ]] && prev=\${cur%%=*} && cur=\${cur#*=}

  local command=\${words[1]:-} list='' kind=''
  case "$command \${words[2]:-}" in
${subcommandCases(commands)}  esac
  case "$command:$prev" in
${commands.map(valueCases).join('')}  esac
  if [[ -z $kind ]]; then
    case "$command" in
      '') list='${top.join(' ')} help --help --version' ;;
      help) list='${top.join(' ')}' ;;
${commands.map(optionCase).join('')}    esac
  fi
  local -a candidates
  case "$kind" in
    files) compopt -o default; return ;;
    models|entries) mapfile -t candidates < <(command ${bin} completion --words "$kind" 2>/dev/null) ;;
    text) return ;;
    *) read -ra candidates <<< "$list" ;;
  esac
  local split='' word
  [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]] && split=\${cur%"\${cur##*:}"}
  # Not with compgen -W, which expands its words: one that holds a command would run it.
  for word in "\${candidates[@]}"; do
    [[ -n $word && $word == "$cur"* ]] || continue
    printf -v word %q "\${word#"$split"}"
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

function optionCase(command: CommandSpec): string {
  const options = command.options.map(({ long }) => long).join(' ');
  const { argument } = command;
  const onDash = `'${key(command)}') list='${options}'`;
  if (argument === null || argument.kind === 'text') return `      ${onDash} ;;\n`;
  return `      ${onDash}; [[ $cur != -* ]] && ${assignment(argument)} ;;\n`;
}
