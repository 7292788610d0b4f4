import { type CommandSpec, subcommandsOf, type Words } from '../spec.ts';

/** The completion script for bash 4 and later. Does not need the bash-completion package. */
export function bashScript(bin: string, commands: readonly CommandSpec[]): string {
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
