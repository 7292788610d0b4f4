# fish completion for openclaw-openrouter; generated, do not edit
function __openclaw_openrouter_command
    set -l words (commandline -opc)
    switch "$words[2] $words[3]"
        case 'models show'
            echo models/show
        case 'models compare'
            echo models/compare
        case 'key status'
            echo key/status
        case 'key create'
            echo key/create
        case 'key limit'
            echo key/limit
        case 'key rotate'
            echo key/rotate
        case '*'
            echo "$words[2]"
    end
end
function __openclaw_openrouter_words
    set -l words (commandline -opc)
    set -l config
    for at in (seq 2 (count $words))
        if string match -q -- '--config=*' $words[$at]
            set config $words[$at]
        else if test "$words[$at]" = --config; and set -q words[(math $at + 1)]
            set config --config $words[(math $at + 1)]
        end
    end
    command openclaw-openrouter completion --words $argv[1] $config 2>/dev/null
end
complete -c openclaw-openrouter -f
complete -c openclaw-openrouter -n "test (count (commandline -opc)) -eq 1" -l version -d 'output the version'
complete -c openclaw-openrouter -n "test (count (commandline -opc)) -eq 1" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "test (count (commandline -opc)) -eq 1" -a init -d 'set up: key, models, channels, fallbacks, budget'
complete -c openclaw-openrouter -n "test (count (commandline -opc)) -eq 1" -a models -d 'list, search and compare models with their prices'
complete -c openclaw-openrouter -n "test (count (commandline -opc)) -eq 1" -a doctor -d 'check files, key, models and budgets, and fix problems'
complete -c openclaw-openrouter -n "test (count (commandline -opc)) -eq 1" -a test -d 'test every model of every chain, or rehearse an outage'
complete -c openclaw-openrouter -n "test (count (commandline -opc)) -eq 1" -a spend -d 'compare costs of today and this month with the budgets'
complete -c openclaw-openrouter -n "test (count (commandline -opc)) -eq 1" -a apply -d 'apply the setup to OpenClaw\'s own config'
complete -c openclaw-openrouter -n "test (count (commandline -opc)) -eq 1" -a key -d 'show, create, limit and rotate keys'
complete -c openclaw-openrouter -n "test (count (commandline -opc)) -eq 1" -a serve -d 'run a gateway with fallbacks and budgets, for any client'
complete -c openclaw-openrouter -n "test (count (commandline -opc)) -eq 1" -a sandbox -d 'run a local OpenRouter look-alike: no key, no cost'
complete -c openclaw-openrouter -n "test (count (commandline -opc)) -eq 1" -a undo -d 'undo the last change that this tool made'
complete -c openclaw-openrouter -n "test (count (commandline -opc)) -eq 1" -a completion -d 'print the completion script for bash, zsh or fish'
complete -c openclaw-openrouter -n "string match -q -- help (__openclaw_openrouter_command)" -a 'init models doctor test spend apply key serve sandbox undo completion'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l preset -d 'what the setup is for; may be repeated' -x -a 'basic free channels auto resilient budget smart'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l name -d 'the entry to write' -x -a '(__openclaw_openrouter_words entries)'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l model -d 'the entry\'s model' -x -a '(__openclaw_openrouter_words models)'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l fallback -d 'a model to try next; may be repeated, in order' -x -a '(__openclaw_openrouter_words models)'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l retries -d 'how many times to retry after a temporary failure; 0 for never' -x
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l channel -d 'a channel and its entry; may be repeated' -x -a '(__openclaw_openrouter_words channels-with-entries)'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l daily-limit -d 'budget for a UTC day' -x
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l monthly-limit -d 'budget for a UTC month' -x
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l alert -d 'alert at this share of a limit, e.g. 0.8' -x
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l complex-model -d 'the model for complex requests' -x -a '(__openclaw_openrouter_words models)'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l complex-trigger -d 'text that makes a request complex; may be repeated' -x
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l header -d 'an HTTP header to send; may be repeated' -x
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l exclude-provider -d 'a provider never to use; may be repeated' -x
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l prefer-provider -d 'a provider to try first; may be repeated' -x
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l param -d 'a request parameter, e.g. temperature=0.7; may be repeated' -x
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l without -d 'remove this from the entry; may be repeated' -x -a 'fallbacks complexity budget headers providers parameters'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l from-host -d 'import the OpenRouter settings from OpenClaw\'s own config'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l key-stdin -d 'read the key from standard input'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l key-env -d 'read the key from this environment variable' -x
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l create-key -d 'create the key, limited to the budget, with OPENROUTER_MANAGEMENT_KEY'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l shell -d 'the shell whose rc file gets the key' -x -a 'bash zsh fish'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l rc-file -d 'the rc file that gets the key' -r -F
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l no-rc -d 'do not touch rc files'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l yes -d 'ask nothing: use the flags, the preset and what is already set up'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l dry-run -d 'ask nothing; show what would change and write nothing'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l no-verify -d 'write without a live request to the primary model first'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l apply -d 'also configure OpenClaw to use this, as apply does'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l no-apply -d 'leave OpenClaw\'s own config alone, and do not ask about it'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l no-restart -d 'do not restart OpenClaw'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- init (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "test (count (commandline -opc)) -eq 2; and string match -q -- models (__openclaw_openrouter_command)" -a 'show compare'
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" 
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l free -d 'only models that cost nothing'
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l author -d 'only models of this author, e.g. anthropic' -x
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l max-price -d 'only models up to this price in USD per million input tokens' -x
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l min-context -d 'only models with at least this context, e.g. 128000 or 128k' -x
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l supports -d 'only models that support this parameter, e.g. tools; may be repeated' -x
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l sort -d 'sort order' -x -a 'price output-price context newest name'
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l limit -d 'show at most this many models' -x
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l changes -d 'show models that appeared, disappeared or changed price instead'
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l csv -d 'print CSV'
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l plain -d 'print tab-separated lines, as in a pipe'
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l refresh -d 'fetch a fresh list'
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l offline -d 'use the cached list, however old'
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- models (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "string match -q -- models/show (__openclaw_openrouter_command)" -a '(__openclaw_openrouter_words models)'
complete -c openclaw-openrouter -n "string match -q -- models/show (__openclaw_openrouter_command)" -l messages -d 'messages per day, for the monthly cost' -x
complete -c openclaw-openrouter -n "string match -q -- models/show (__openclaw_openrouter_command)" -l refresh -d 'fetch a fresh list'
complete -c openclaw-openrouter -n "string match -q -- models/show (__openclaw_openrouter_command)" -l offline -d 'use the cached list, however old'
complete -c openclaw-openrouter -n "string match -q -- models/show (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- models/show (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- models/show (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- models/show (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- models/show (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- models/show (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "string match -q -- models/compare (__openclaw_openrouter_command)" -a '(__openclaw_openrouter_words models)'
complete -c openclaw-openrouter -n "string match -q -- models/compare (__openclaw_openrouter_command)" -l messages -d 'messages per day, for the monthly cost' -x
complete -c openclaw-openrouter -n "string match -q -- models/compare (__openclaw_openrouter_command)" -l csv -d 'print CSV'
complete -c openclaw-openrouter -n "string match -q -- models/compare (__openclaw_openrouter_command)" -l plain -d 'print tab-separated lines, as in a pipe'
complete -c openclaw-openrouter -n "string match -q -- models/compare (__openclaw_openrouter_command)" -l refresh -d 'fetch a fresh list'
complete -c openclaw-openrouter -n "string match -q -- models/compare (__openclaw_openrouter_command)" -l offline -d 'use the cached list, however old'
complete -c openclaw-openrouter -n "string match -q -- models/compare (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- models/compare (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- models/compare (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- models/compare (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- models/compare (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- models/compare (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l fix -d 'fix what can be fixed automatically; shows the changes and asks first'
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l yes -d 'with --fix: do not ask'
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l dry-run -d 'with --fix: show the changes and write nothing'
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l only -d 'run only this check or group; may be repeated' -x -a 'files environment key models chain budget channels complexity headers network host files/exists files/syntax files/shape files/entries files/types files/unknown-keys files/duplicate-keys files/key-reference files/literal-key files/permissions environment/variable environment/near-miss environment/sourced environment/sources-agree environment/service environment/host-process environment/paths key/format key/accepted key/management key/limit key/expires key/free-tier key/credit models/exists models/vanished models/free-ended models/prefix models/variant models/retiring models/online models/tools models/context models/complex-cheaper models/fallback-price models/price-moved models/parameters models/reasoning models/max-tokens models/provider-names models/provider-clash models/no-endpoints chain/repeat chain/shared-fate chain/free-quota chain/one-key chain/retry chain/max-retries chain/no-fallback budget/order budget/alert budget/price budget/spent budget/key-limit budget/reserve channels/entry channels/unused complexity/pair complexity/triggers complexity/broad headers/valid headers/secret headers/referer network/base-url network/reach network/proxy network/clock network/latency network/models network/gateway host/installed host/config host/model host/key host/status host/pasted host/restart host/heartbeat host/model-slots'
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l skip -d 'skip this check or group; may be repeated' -x -a 'files environment key models chain budget channels complexity headers network host files/exists files/syntax files/shape files/entries files/types files/unknown-keys files/duplicate-keys files/key-reference files/literal-key files/permissions environment/variable environment/near-miss environment/sourced environment/sources-agree environment/service environment/host-process environment/paths key/format key/accepted key/management key/limit key/expires key/free-tier key/credit models/exists models/vanished models/free-ended models/prefix models/variant models/retiring models/online models/tools models/context models/complex-cheaper models/fallback-price models/price-moved models/parameters models/reasoning models/max-tokens models/provider-names models/provider-clash models/no-endpoints chain/repeat chain/shared-fate chain/free-quota chain/one-key chain/retry chain/max-retries chain/no-fallback budget/order budget/alert budget/price budget/spent budget/key-limit budget/reserve channels/entry channels/unused complexity/pair complexity/triggers complexity/broad headers/valid headers/secret headers/referer network/base-url network/reach network/proxy network/clock network/latency network/models network/gateway host/installed host/config host/model host/key host/status host/pasted host/restart host/heartbeat host/model-slots'
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l severity-min -d 'report findings from this level on, and fail on them (default: report all, fail on error)' -x -a 'info warning error'
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l offline -d 'do not use the network; model ids are checked against the cached list'
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l list-checks -d 'print the checks and what each needs'
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l github -d 'print findings as GitHub Actions annotations'
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- doctor (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -a '(__openclaw_openrouter_words entries)'
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l simulate -d 'rehearse an outage without key or network, e.g. "primary:503*3"' -x
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l host -d 'have the installed OpenClaw rehearse it, in a temporary home; takes minutes'
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l prompt -d 'send this text as the entry would, and explain the choice' -x
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l channel -d 'test the entry that this channel uses' -x -a '(__openclaw_openrouter_words channels)'
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l tools -d 'check that each model calls a tool'
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l stream -d 'check that a longer answer streams to its end'
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l max-cost -d 'stop before the run could cost more than this' -x
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l concurrency -d 'how many requests to send at a time' -x
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l yes -d 'do not ask before spending'
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l junit -d 'also write a JUnit report' -r -F
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l github -d 'print GitHub Actions annotations and write a job summary'
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- test (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "string match -q -- spend (__openclaw_openrouter_command)" -l check -d 'exit with code 1 if a budget is exceeded'
complete -c openclaw-openrouter -n "string match -q -- spend (__openclaw_openrouter_command)" -l fail-on -d 'with --check: fail from this status on' -x -a 'alert exceeded'
complete -c openclaw-openrouter -n "string match -q -- spend (__openclaw_openrouter_command)" -l by -d 'break the cost down by day, model, channel or entry' -x -a 'day model channel entry'
complete -c openclaw-openrouter -n "string match -q -- spend (__openclaw_openrouter_command)" -l days -d 'number of days for --by and --html, including today' -x
complete -c openclaw-openrouter -n "string match -q -- spend (__openclaw_openrouter_command)" -l html -d 'also write an HTML page with charts' -r -F
complete -c openclaw-openrouter -n "string match -q -- spend (__openclaw_openrouter_command)" -l offline -d 'show only what the ledger recorded, without network'
complete -c openclaw-openrouter -n "string match -q -- spend (__openclaw_openrouter_command)" -l ledger -d 'postgres:// URL of the ledger that serve --ledger writes to (also: OPENCLAW_OPENROUTER_LEDGER)' -x
complete -c openclaw-openrouter -n "string match -q -- spend (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- spend (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- spend (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- spend (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- spend (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- spend (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "string match -q -- apply (__openclaw_openrouter_command)" -l entry -d 'entry to use where no channel names another' -x -a '(__openclaw_openrouter_words entries)'
complete -c openclaw-openrouter -n "string match -q -- apply (__openclaw_openrouter_command)" -l through-gateway -d 'point OpenClaw at serve, for budgets, triggers and retries'
complete -c openclaw-openrouter -n "string match -q -- apply (__openclaw_openrouter_command)" -l no-through-gateway -d 'point OpenClaw at OpenRouter again'
complete -c openclaw-openrouter -n "string match -q -- apply (__openclaw_openrouter_command)" -l check -d 'change nothing; exit with code 1 if the setup file is not applied'
complete -c openclaw-openrouter -n "string match -q -- apply (__openclaw_openrouter_command)" -l dry-run -d 'show what would change, and write nothing'
complete -c openclaw-openrouter -n "string match -q -- apply (__openclaw_openrouter_command)" -l yes -d 'do not ask'
complete -c openclaw-openrouter -n "string match -q -- apply (__openclaw_openrouter_command)" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "string match -q -- apply (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- apply (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- apply (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- apply (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- apply (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- apply (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "test (count (commandline -opc)) -eq 2; and string match -q -- key (__openclaw_openrouter_command)" -a 'status create limit rotate'
complete -c openclaw-openrouter -n "string match -q -- key (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- key (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- key (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- key (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- key (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- key (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "string match -q -- key/status (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- key/status (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- key/status (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- key/status (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- key/status (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- key/status (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l name -d 'the name of the key (default: openclaw-prod)' -x
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l limit -d 'its spending limit, or none' -x
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l reset -d 'when the limit resets' -x -a 'daily weekly monthly never'
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l expires -d 'days until it expires' -x
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l replace -d 'store it even if a key is already stored'
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l shell -d 'the shell whose rc file gets the key' -x -a 'bash zsh fish'
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l rc-file -d 'the rc file that gets the key' -r -F
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l no-restart -d 'do not restart OpenClaw'
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l management-key-stdin -d 'read the management key from standard input (default: OPENROUTER_MANAGEMENT_KEY)'
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l yes -d 'ask nothing'
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l dry-run -d 'show what would be written; create and write nothing'
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- key/create (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "string match -q -- key/limit (__openclaw_openrouter_command)" 
complete -c openclaw-openrouter -n "string match -q -- key/limit (__openclaw_openrouter_command)" -l reset -d 'when the limit resets' -x -a 'daily weekly monthly never'
complete -c openclaw-openrouter -n "string match -q -- key/limit (__openclaw_openrouter_command)" -l key -d 'the first digits of the key (default: that of the setup file)' -x
complete -c openclaw-openrouter -n "string match -q -- key/limit (__openclaw_openrouter_command)" -l management-key-stdin -d 'read the management key from standard input (default: OPENROUTER_MANAGEMENT_KEY)'
complete -c openclaw-openrouter -n "string match -q -- key/limit (__openclaw_openrouter_command)" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "string match -q -- key/limit (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- key/limit (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- key/limit (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- key/limit (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- key/limit (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- key/limit (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "string match -q -- key/rotate (__openclaw_openrouter_command)" -l delete -d 'delete the old key at the end instead of disabling it'
complete -c openclaw-openrouter -n "string match -q -- key/rotate (__openclaw_openrouter_command)" -l force -d 'disable the old key even if something still uses it'
complete -c openclaw-openrouter -n "string match -q -- key/rotate (__openclaw_openrouter_command)" -l no-verify -d 'write the new key without a live request to the primary model first'
complete -c openclaw-openrouter -n "string match -q -- key/rotate (__openclaw_openrouter_command)" -l no-restart -d 'do not restart OpenClaw'
complete -c openclaw-openrouter -n "string match -q -- key/rotate (__openclaw_openrouter_command)" -l key -d 'the first digits of the key (default: that of the setup file)' -x
complete -c openclaw-openrouter -n "string match -q -- key/rotate (__openclaw_openrouter_command)" -l management-key-stdin -d 'read the management key from standard input (default: OPENROUTER_MANAGEMENT_KEY)'
complete -c openclaw-openrouter -n "string match -q -- key/rotate (__openclaw_openrouter_command)" -l yes -d 'do not ask'
complete -c openclaw-openrouter -n "string match -q -- key/rotate (__openclaw_openrouter_command)" -l dry-run -d 'show what would change; create and write nothing'
complete -c openclaw-openrouter -n "string match -q -- key/rotate (__openclaw_openrouter_command)" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "string match -q -- key/rotate (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- key/rotate (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- key/rotate (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- key/rotate (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- key/rotate (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- key/rotate (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l port -d 'port; 0 picks a free one' -x
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l host -d 'address to listen on; any but loopback needs --token-env' -x
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l token-env -d 'environment variable with the token that clients must send' -x
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l entry -d 'entry for requests that name none (default: the first)' -x -a '(__openclaw_openrouter_words entries)'
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l ledger -d 'postgres:// URL of a ledger that several gateways share (also: OPENCLAW_OPENROUTER_LEDGER)' -x
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l on-alert -d 'run this when a budget reaches its threshold' -r -F
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l log -d 'format of the log' -x -a 'text json'
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l install -d 'install a service of systemd or launchd instead of serving'
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l dry-run -d 'with --install: show the file and write nothing'
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l yes -d 'with --install: do not ask'
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- serve (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "string match -q -- sandbox (__openclaw_openrouter_command)" -l port -d 'port on 127.0.0.1; 0 picks a free one' -x
complete -c openclaw-openrouter -n "string match -q -- sandbox (__openclaw_openrouter_command)" -l faults -d 'faults to produce, e.g. "openai/gpt-4o:503*2, *:429/5"; may be repeated' -x
complete -c openclaw-openrouter -n "string match -q -- sandbox (__openclaw_openrouter_command)" -l allow-host -d 'also answer to this host name, e.g. of a proxy in front of it; may be repeated' -x
complete -c openclaw-openrouter -n "string match -q -- sandbox (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- sandbox (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- sandbox (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- sandbox (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- sandbox (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- sandbox (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "string match -q -- undo (__openclaw_openrouter_command)" -l list -d 'list the last 20 changes that can be undone'
complete -c openclaw-openrouter -n "string match -q -- undo (__openclaw_openrouter_command)" -l force -d 'undo even if a file has changed since, and keep a copy of it'
complete -c openclaw-openrouter -n "string match -q -- undo (__openclaw_openrouter_command)" -l yes -d 'do not ask'
complete -c openclaw-openrouter -n "string match -q -- undo (__openclaw_openrouter_command)" -l dry-run -d 'show what would change and write nothing'
complete -c openclaw-openrouter -n "string match -q -- undo (__openclaw_openrouter_command)" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "string match -q -- undo (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- undo (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- undo (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- undo (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- undo (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- undo (__openclaw_openrouter_command)" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "string match -q -- completion (__openclaw_openrouter_command)" -a 'bash zsh fish'
complete -c openclaw-openrouter -n "string match -q -- completion (__openclaw_openrouter_command)" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "string match -q -- completion (__openclaw_openrouter_command)" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "string match -q -- completion (__openclaw_openrouter_command)" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "string match -q -- completion (__openclaw_openrouter_command)" -l timeout -d 'give up on a request after this many milliseconds' -x
complete -c openclaw-openrouter -n "string match -q -- completion (__openclaw_openrouter_command)" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "string match -q -- completion (__openclaw_openrouter_command)" -l help -d 'display help for command'
