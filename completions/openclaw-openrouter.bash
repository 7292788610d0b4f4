# bash completion for openclaw-openrouter; generated, do not edit
_openclaw_openrouter() {
  # bash splits words at ":" and "=", which model ids and options hold, and leaves quotes in: read the line itself.
  local IFS=$' \t\n' line=${COMP_LINE:0:COMP_POINT} cur='' prev='' quote='' begun='' char
  local -i at start=0
  local -a words=() config=()
  for (( at = 0; at < ${#line}; at++ )); do
    char=${line:at:1}
    if [[ -z $quote && $char == [[:space:]] ]]; then
      [[ -n $begun ]] && words+=("$cur")
      cur='' begun='' start=0
      continue
    fi
    begun=yes
    if [[ $char == "\\" && $quote != "'" ]]; then
      at+=1
      cur+=${line:at:1}
    elif [[ $char == "$quote" ]]; then
      quote=''
    elif [[ -z $quote && $char == [\"\'] ]]; then
      quote=$char start=${#cur}
    else
      cur+=$char
      # Of the characters that break words, readline leaves "@" in the next one.
      [[ -z $quote && $COMP_WORDBREAKS == *"$char"* ]] && start=${#cur} && [[ $char == @ ]] && start=start-1
    fi
  done
  (( ${#words[@]} > 0 )) && prev=${words[${#words[@]}-1]}
  local prefix=''
  [[ $cur == --*=* ]] && prev=${cur%%=*} && prefix=$prev= cur=${cur#*=}
  for (( at = 1; at < ${#words[@]}; at++ )); do
    case ${words[at]} in
      --config) config=(--config "${words[at + 1]:-}") ;;
      --config=*) config=("${words[at]}") ;;
    esac
  done

  local command=${words[1]:-} list='' kind=''
  case "$command ${words[2]:-}" in
    'models show') command='models/show' ;;
    'models compare') command='models/compare' ;;
    'key status') command='key/status' ;;
    'key create') command='key/create' ;;
    'key limit') command='key/limit' ;;
    'key rotate') command='key/rotate' ;;
  esac
  case "$command:$prev" in
    'init:--preset') kind=choices list='basic free channels auto resilient budget smart' ;;
    'init:--name') kind=entries ;;
    'init:--model') kind=models ;;
    'init:--fallback') kind=models ;;
    'init:--retries') kind=text ;;
    'init:--channel') kind=channels-with-entries ;;
    'init:--daily-limit') kind=text ;;
    'init:--monthly-limit') kind=text ;;
    'init:--alert') kind=text ;;
    'init:--complex-model') kind=models ;;
    'init:--complex-trigger') kind=text ;;
    'init:--header') kind=text ;;
    'init:--exclude-provider') kind=text ;;
    'init:--prefer-provider') kind=text ;;
    'init:--param') kind=text ;;
    'init:--without') kind=choices list='fallbacks complexity budget headers providers parameters' ;;
    'init:--key-env') kind=text ;;
    'init:--shell') kind=choices list='bash zsh fish' ;;
    'init:--rc-file') kind=files ;;
    'init:--config') kind=files ;;
    'init:--timeout') kind=text ;;
    'models:--author') kind=text ;;
    'models:--max-price') kind=text ;;
    'models:--min-context') kind=text ;;
    'models:--supports') kind=text ;;
    'models:--sort') kind=choices list='price output-price context newest name' ;;
    'models:--limit') kind=text ;;
    'models:--config') kind=files ;;
    'models:--timeout') kind=text ;;
    'models/show:--messages') kind=text ;;
    'models/show:--config') kind=files ;;
    'models/show:--timeout') kind=text ;;
    'models/compare:--messages') kind=text ;;
    'models/compare:--config') kind=files ;;
    'models/compare:--timeout') kind=text ;;
    'doctor:--only') kind=choices list='files environment key models chain budget channels complexity headers network host files/exists files/syntax files/shape files/entries files/types files/unknown-keys files/duplicate-keys files/key-reference files/literal-key files/permissions environment/variable environment/near-miss environment/sourced environment/sources-agree environment/service environment/host-process environment/paths key/format key/accepted key/management key/limit key/expires key/free-tier key/credit models/exists models/vanished models/free-ended models/prefix models/variant models/retiring models/online models/tools models/context models/complex-cheaper models/fallback-price models/price-moved models/parameters models/reasoning models/max-tokens models/provider-names models/provider-clash models/no-endpoints chain/repeat chain/shared-fate chain/free-quota chain/one-key chain/retry chain/max-retries chain/no-fallback budget/order budget/alert budget/price budget/spent budget/key-limit budget/reserve channels/entry channels/unused complexity/pair complexity/triggers complexity/broad headers/valid headers/secret headers/referer network/base-url network/reach network/proxy network/clock network/latency network/models network/gateway host/installed host/config host/model host/key host/status host/pasted host/restart host/heartbeat host/model-slots' ;;
    'doctor:--skip') kind=choices list='files environment key models chain budget channels complexity headers network host files/exists files/syntax files/shape files/entries files/types files/unknown-keys files/duplicate-keys files/key-reference files/literal-key files/permissions environment/variable environment/near-miss environment/sourced environment/sources-agree environment/service environment/host-process environment/paths key/format key/accepted key/management key/limit key/expires key/free-tier key/credit models/exists models/vanished models/free-ended models/prefix models/variant models/retiring models/online models/tools models/context models/complex-cheaper models/fallback-price models/price-moved models/parameters models/reasoning models/max-tokens models/provider-names models/provider-clash models/no-endpoints chain/repeat chain/shared-fate chain/free-quota chain/one-key chain/retry chain/max-retries chain/no-fallback budget/order budget/alert budget/price budget/spent budget/key-limit budget/reserve channels/entry channels/unused complexity/pair complexity/triggers complexity/broad headers/valid headers/secret headers/referer network/base-url network/reach network/proxy network/clock network/latency network/models network/gateway host/installed host/config host/model host/key host/status host/pasted host/restart host/heartbeat host/model-slots' ;;
    'doctor:--severity-min') kind=choices list='info warning error' ;;
    'doctor:--config') kind=files ;;
    'doctor:--timeout') kind=text ;;
    'test:--simulate') kind=text ;;
    'test:--prompt') kind=text ;;
    'test:--channel') kind=channels ;;
    'test:--max-cost') kind=text ;;
    'test:--concurrency') kind=text ;;
    'test:--junit') kind=files ;;
    'test:--config') kind=files ;;
    'test:--timeout') kind=text ;;
    'spend:--fail-on') kind=choices list='alert exceeded' ;;
    'spend:--by') kind=choices list='day model channel entry' ;;
    'spend:--days') kind=text ;;
    'spend:--html') kind=files ;;
    'spend:--ledger') kind=text ;;
    'spend:--config') kind=files ;;
    'spend:--timeout') kind=text ;;
    'apply:--entry') kind=entries ;;
    'apply:--config') kind=files ;;
    'apply:--timeout') kind=text ;;
    'key:--config') kind=files ;;
    'key:--timeout') kind=text ;;
    'key/status:--config') kind=files ;;
    'key/status:--timeout') kind=text ;;
    'key/create:--name') kind=text ;;
    'key/create:--limit') kind=text ;;
    'key/create:--reset') kind=choices list='daily weekly monthly never' ;;
    'key/create:--expires') kind=text ;;
    'key/create:--shell') kind=choices list='bash zsh fish' ;;
    'key/create:--rc-file') kind=files ;;
    'key/create:--config') kind=files ;;
    'key/create:--timeout') kind=text ;;
    'key/limit:--reset') kind=choices list='daily weekly monthly never' ;;
    'key/limit:--key') kind=text ;;
    'key/limit:--config') kind=files ;;
    'key/limit:--timeout') kind=text ;;
    'key/rotate:--key') kind=text ;;
    'key/rotate:--config') kind=files ;;
    'key/rotate:--timeout') kind=text ;;
    'serve:--port') kind=text ;;
    'serve:--host') kind=text ;;
    'serve:--token-env') kind=text ;;
    'serve:--entry') kind=entries ;;
    'serve:--ledger') kind=text ;;
    'serve:--on-alert') kind=files ;;
    'serve:--log') kind=choices list='text json' ;;
    'serve:--config') kind=files ;;
    'serve:--timeout') kind=text ;;
    'sandbox:--port') kind=text ;;
    'sandbox:--faults') kind=text ;;
    'sandbox:--allow-host') kind=text ;;
    'sandbox:--config') kind=files ;;
    'sandbox:--timeout') kind=text ;;
    'undo:--config') kind=files ;;
    'undo:--timeout') kind=text ;;
    'completion:--config') kind=files ;;
    'completion:--timeout') kind=text ;;
  esac
  if [[ -z $kind ]]; then
    case "$command" in
      '') list='init models doctor test spend apply key serve sandbox undo completion help --help --version' ;;
      help) list='init models doctor test spend apply key serve sandbox undo completion' ;;
      'init') list='--preset --name --model --fallback --retries --channel --daily-limit --monthly-limit --alert --complex-model --complex-trigger --header --exclude-provider --prefer-provider --param --without --from-host --key-stdin --key-env --create-key --shell --rc-file --no-rc --yes --dry-run --no-verify --apply --no-apply --no-restart --plain-prompts --config --json --no-color --timeout --sandbox --help' ;;
      'models') list='show compare --free --author --max-price --min-context --supports --sort --limit --changes --csv --plain --refresh --offline --config --json --no-color --timeout --sandbox --help' ;;
      'models/show') list='--messages --refresh --offline --config --json --no-color --timeout --sandbox --help'; [[ $cur != -* ]] && kind=models ;;
      'models/compare') list='--messages --csv --plain --refresh --offline --config --json --no-color --timeout --sandbox --help'; [[ $cur != -* ]] && kind=models ;;
      'doctor') list='--fix --yes --dry-run --only --skip --severity-min --offline --list-checks --github --plain-prompts --config --json --no-color --timeout --sandbox --help' ;;
      'test') list='--simulate --host --prompt --channel --tools --stream --max-cost --concurrency --yes --junit --github --plain-prompts --config --json --no-color --timeout --sandbox --help'; [[ $cur != -* ]] && kind=entries ;;
      'spend') list='--check --fail-on --by --days --html --offline --ledger --config --json --no-color --timeout --sandbox --help' ;;
      'apply') list='--entry --through-gateway --no-through-gateway --check --dry-run --yes --plain-prompts --config --json --no-color --timeout --sandbox --help' ;;
      'key') list='status create limit rotate --config --json --no-color --timeout --sandbox --help' ;;
      'key/status') list='--config --json --no-color --timeout --sandbox --help' ;;
      'key/create') list='--name --limit --reset --expires --replace --shell --rc-file --no-restart --management-key-stdin --yes --dry-run --plain-prompts --config --json --no-color --timeout --sandbox --help' ;;
      'key/limit') list='--reset --key --management-key-stdin --plain-prompts --config --json --no-color --timeout --sandbox --help' ;;
      'key/rotate') list='--delete --force --no-verify --no-restart --key --management-key-stdin --yes --dry-run --plain-prompts --config --json --no-color --timeout --sandbox --help' ;;
      'serve') list='--port --host --token-env --entry --ledger --on-alert --log --install --dry-run --yes --plain-prompts --config --json --no-color --timeout --sandbox --help' ;;
      'sandbox') list='--port --faults --allow-host --config --json --no-color --timeout --sandbox --help' ;;
      'undo') list='--list --force --yes --dry-run --plain-prompts --config --json --no-color --timeout --sandbox --help' ;;
      'completion') list='--config --json --no-color --timeout --sandbox --help'; [[ $cur != -* ]] && kind=choices list='bash zsh fish' ;;
    esac
  fi
  local -a candidates
  case "$kind" in
    files) compopt -o default; return ;;
    text) return ;;
    ''|choices) read -ra candidates <<< "$list" ;;
    *) mapfile -t candidates < <(command openclaw-openrouter completion --words "$kind" "${config[@]}" 2>/dev/null) ;;
  esac
  local word
  # Not with compgen -W, which expands its words: one that holds a command would run it.
  for word in "${candidates[@]}"; do
    [[ -n $word && $word == "$cur"* ]] || continue
    word=$prefix$word
    word=${word:start}
    case $quote in
      \') word=${word//\'/\'\\\'\'} ;;
      \") word=${word//\\/\\\\} word=${word//\"/\\\"} word=${word//\$/\\\$} word=${word//\`/\\\`} ;;
      *) printf -v word %q "$word" ;;
    esac
    COMPREPLY+=("$word")
  done
}
complete -F _openclaw_openrouter openclaw-openrouter
