# fish completion for openclaw-openrouter; generated, do not edit
complete -c openclaw-openrouter -f
complete -c openclaw-openrouter -n "not __fish_seen_subcommand_from init models doctor test spend apply key serve sandbox undo completion" -l version -d 'output the version'
complete -c openclaw-openrouter -n "not __fish_seen_subcommand_from init models doctor test spend apply key serve sandbox undo completion" -a init -d 'set up: key, models, channels, fallbacks, budget'
complete -c openclaw-openrouter -n "not __fish_seen_subcommand_from init models doctor test spend apply key serve sandbox undo completion" -a models -d 'list, search and compare models with their prices'
complete -c openclaw-openrouter -n "not __fish_seen_subcommand_from init models doctor test spend apply key serve sandbox undo completion" -a doctor -d 'check files, key, models and budgets, and fix problems'
complete -c openclaw-openrouter -n "not __fish_seen_subcommand_from init models doctor test spend apply key serve sandbox undo completion" -a test -d 'test every model of every chain, or rehearse an outage'
complete -c openclaw-openrouter -n "not __fish_seen_subcommand_from init models doctor test spend apply key serve sandbox undo completion" -a spend -d 'compare costs of today and this month with the budgets'
complete -c openclaw-openrouter -n "not __fish_seen_subcommand_from init models doctor test spend apply key serve sandbox undo completion" -a apply -d 'apply the setup to OpenClaw\'s own config'
complete -c openclaw-openrouter -n "not __fish_seen_subcommand_from init models doctor test spend apply key serve sandbox undo completion" -a key -d 'show, create, limit and rotate keys'
complete -c openclaw-openrouter -n "not __fish_seen_subcommand_from init models doctor test spend apply key serve sandbox undo completion" -a serve -d 'run a gateway with fallbacks and budgets, for any client'
complete -c openclaw-openrouter -n "not __fish_seen_subcommand_from init models doctor test spend apply key serve sandbox undo completion" -a sandbox -d 'run a local OpenRouter look-alike: no key, no cost'
complete -c openclaw-openrouter -n "not __fish_seen_subcommand_from init models doctor test spend apply key serve sandbox undo completion" -a undo -d 'undo the last change that this tool made'
complete -c openclaw-openrouter -n "not __fish_seen_subcommand_from init models doctor test spend apply key serve sandbox undo completion" -a completion -d 'print the completion script for bash, zsh or fish'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l preset -d 'what the setup is for; may be repeated' -r -a 'basic free channels auto resilient budget smart'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l name -d 'the entry to write' -r -a '(command openclaw-openrouter completion --words entries 2>/dev/null)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l model -d 'the entry\'s model' -r -a '(command openclaw-openrouter completion --words models 2>/dev/null)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l fallback -d 'a model to try next; may be repeated, in order' -r -a '(command openclaw-openrouter completion --words models 2>/dev/null)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l retries -d 'how many times to retry after a temporary failure; 0 for never' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l channel -d 'a channel and its entry; may be repeated' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l daily-limit -d 'budget for a UTC day' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l monthly-limit -d 'budget for a UTC month' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l alert -d 'alert at this share of a limit, e.g. 0.8' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l complex-model -d 'the model for complex requests' -r -a '(command openclaw-openrouter completion --words models 2>/dev/null)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l complex-trigger -d 'text that makes a request complex; may be repeated' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l header -d 'an HTTP header to send; may be repeated' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l exclude-provider -d 'a provider never to use; may be repeated' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l prefer-provider -d 'a provider to try first; may be repeated' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l param -d 'a request parameter, e.g. temperature=0.7; may be repeated' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l without -d 'remove this from the entry; may be repeated' -r -a 'fallbacks complexity budget headers providers parameters'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l from-host -d 'import the OpenRouter settings from OpenClaw\'s own config'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l key-stdin -d 'read the key from standard input'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l key-env -d 'read the key from this environment variable' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l create-key -d 'create the key, limited to the budget, with OPENROUTER_MANAGEMENT_KEY'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l shell -d 'the shell whose rc file gets the key' -r -a 'bash zsh fish'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l rc-file -d 'the rc file that gets the key' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l no-rc -d 'do not touch rc files'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l yes -d 'ask nothing: use the flags, the preset and what is already set up'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l dry-run -d 'ask nothing; show what would change and write nothing'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l no-verify -d 'write without a live request to the primary model first'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l apply -d 'also configure OpenClaw to use this, as apply does'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l no-apply -d 'leave OpenClaw\'s own config alone, and do not ask about it'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l no-restart -d 'do not restart OpenClaw'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from init" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -a 'show compare'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" 
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l free -d 'only models that cost nothing'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l author -d 'only models of this author, e.g. anthropic' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l max-price -d 'only models up to this price in USD per million input tokens' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l min-context -d 'only models with at least this context, e.g. 128000 or 128k' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l supports -d 'only models that support this parameter, e.g. tools; may be repeated' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l sort -d 'sort order' -r -a 'price output-price context newest name'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l limit -d 'show at most this many models' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l changes -d 'show models that appeared, disappeared or changed price instead'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l csv -d 'print CSV'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l plain -d 'print tab-separated lines, as in a pipe'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l refresh -d 'fetch a fresh list'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l offline -d 'use the cached list, however old'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and not __fish_seen_subcommand_from show compare" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from show" -a '(command openclaw-openrouter completion --words models 2>/dev/null)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from show" -l messages -d 'messages per day, for the monthly cost' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from show" -l refresh -d 'fetch a fresh list'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from show" -l offline -d 'use the cached list, however old'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from show" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from show" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from show" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from show" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from show" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from show" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from compare" -a '(command openclaw-openrouter completion --words models 2>/dev/null)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from compare" -l messages -d 'messages per day, for the monthly cost' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from compare" -l csv -d 'print CSV'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from compare" -l plain -d 'print tab-separated lines, as in a pipe'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from compare" -l refresh -d 'fetch a fresh list'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from compare" -l offline -d 'use the cached list, however old'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from compare" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from compare" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from compare" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from compare" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from compare" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from models; and __fish_seen_subcommand_from compare" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l fix -d 'fix what can be fixed automatically; shows the changes and asks first'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l yes -d 'with --fix: do not ask'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l dry-run -d 'with --fix: show the changes and write nothing'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l only -d 'run only this check or group; may be repeated' -r -a 'files environment key models chain budget channels complexity headers network host files/exists files/syntax files/shape files/entries files/types files/unknown-keys files/duplicate-keys files/key-reference files/literal-key files/permissions environment/variable environment/near-miss environment/sourced environment/sources-agree environment/service environment/host-process environment/paths key/format key/accepted key/management key/limit key/expires key/free-tier key/credit models/exists models/vanished models/free-ended models/prefix models/variant models/retiring models/online models/tools models/context models/complex-cheaper models/fallback-price models/price-moved models/parameters models/reasoning models/max-tokens models/provider-names models/provider-clash models/no-endpoints chain/repeat chain/shared-fate chain/free-quota chain/one-key chain/retry chain/max-retries chain/no-fallback budget/order budget/alert budget/price budget/spent budget/key-limit budget/reserve channels/entry channels/unused complexity/pair complexity/triggers complexity/broad headers/valid headers/secret headers/referer network/base-url network/reach network/proxy network/clock network/latency network/gateway host/installed host/config host/model host/key host/status host/pasted host/restart host/heartbeat host/model-slots'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l skip -d 'skip this check or group; may be repeated' -r -a 'files environment key models chain budget channels complexity headers network host files/exists files/syntax files/shape files/entries files/types files/unknown-keys files/duplicate-keys files/key-reference files/literal-key files/permissions environment/variable environment/near-miss environment/sourced environment/sources-agree environment/service environment/host-process environment/paths key/format key/accepted key/management key/limit key/expires key/free-tier key/credit models/exists models/vanished models/free-ended models/prefix models/variant models/retiring models/online models/tools models/context models/complex-cheaper models/fallback-price models/price-moved models/parameters models/reasoning models/max-tokens models/provider-names models/provider-clash models/no-endpoints chain/repeat chain/shared-fate chain/free-quota chain/one-key chain/retry chain/max-retries chain/no-fallback budget/order budget/alert budget/price budget/spent budget/key-limit budget/reserve channels/entry channels/unused complexity/pair complexity/triggers complexity/broad headers/valid headers/secret headers/referer network/base-url network/reach network/proxy network/clock network/latency network/gateway host/installed host/config host/model host/key host/status host/pasted host/restart host/heartbeat host/model-slots'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l severity-min -d 'report findings from this level on, and fail on them (default: report all, fail on error)' -r -a 'info warning error'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l offline -d 'do not use the network; model ids are checked against the cached list'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l list-checks -d 'print the checks and what each needs'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l github -d 'print findings as GitHub Actions annotations'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from doctor" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -a '(command openclaw-openrouter completion --words entries 2>/dev/null)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l simulate -d 'rehearse an outage without key or network, e.g. "primary:503*3"' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l host -d 'have the installed OpenClaw rehearse it, in a temporary home; takes minutes'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l prompt -d 'send this text as the entry would, and explain the choice' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l channel -d 'test the entry that this channel uses' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l tools -d 'check that each model calls a tool'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l stream -d 'check that a longer answer streams to its end'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l max-cost -d 'stop before the run could cost more than this' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l concurrency -d 'how many requests to send at a time' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l yes -d 'do not ask before spending'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l junit -d 'also write a JUnit report' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l github -d 'print GitHub Actions annotations and write a job summary'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from test" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from spend" -l check -d 'exit with code 1 if a budget is exceeded'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from spend" -l fail-on -d 'with --check: fail from this status on' -r -a 'alert exceeded'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from spend" -l by -d 'break the cost down by day or by model' -r -a 'day model'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from spend" -l days -d 'number of days for --by and --html, including today' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from spend" -l html -d 'also write an HTML page with charts' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from spend" -l offline -d 'show only what the ledger recorded, without network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from spend" -l ledger -d 'postgres:// URL of the ledger that serve --ledger writes to (also: OPENCLAW_OPENROUTER_LEDGER)' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from spend" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from spend" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from spend" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from spend" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from spend" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from spend" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from apply" -l entry -d 'entry to use where no channel names another' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from apply" -l through-gateway -d 'point OpenClaw at serve, for budgets, triggers and retries'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from apply" -l no-through-gateway -d 'point OpenClaw at OpenRouter again'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from apply" -l check -d 'change nothing; exit with code 1 if the setup file is not applied'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from apply" -l dry-run -d 'show what would change, and write nothing'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from apply" -l yes -d 'do not ask'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from apply" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from apply" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from apply" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from apply" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from apply" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from apply" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from apply" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and not __fish_seen_subcommand_from status create limit rotate" -a 'status create limit rotate'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and not __fish_seen_subcommand_from status create limit rotate" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and not __fish_seen_subcommand_from status create limit rotate" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and not __fish_seen_subcommand_from status create limit rotate" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and not __fish_seen_subcommand_from status create limit rotate" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and not __fish_seen_subcommand_from status create limit rotate" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and not __fish_seen_subcommand_from status create limit rotate" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from status" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from status" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from status" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from status" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from status" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from status" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l name -d 'the name of the key (default: openclaw-prod)' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l limit -d 'the limit at which OpenRouter stops it, or none' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l reset -d 'when the limit starts anew' -r -a 'daily weekly monthly never'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l expires -d 'days until it expires' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l replace -d 'store it even where there is a key already'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l shell -d 'the shell whose rc file gets the key' -r -a 'bash zsh fish'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l rc-file -d 'the rc file that gets the key' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l no-restart -d 'do not restart OpenClaw'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l management-key-stdin -d 'read the management key from standard input (default: OPENROUTER_MANAGEMENT_KEY)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l yes -d 'ask nothing'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l dry-run -d 'show what would be written; create and write nothing'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from create" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from limit" 
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from limit" -l reset -d 'when the limit starts anew' -r -a 'daily weekly monthly never'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from limit" -l key -d 'the first digits of the key (default: that of the setup file)' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from limit" -l management-key-stdin -d 'read the management key from standard input (default: OPENROUTER_MANAGEMENT_KEY)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from limit" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from limit" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from limit" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from limit" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from limit" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from limit" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from limit" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from rotate" -l delete -d 'delete the old key at the end instead of disabling it'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from rotate" -l force -d 'disable the old key even if something still uses it'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from rotate" -l no-verify -d 'write the new key without a live request to the primary model first'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from rotate" -l no-restart -d 'do not restart OpenClaw'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from rotate" -l key -d 'the first digits of the key (default: that of the setup file)' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from rotate" -l management-key-stdin -d 'read the management key from standard input (default: OPENROUTER_MANAGEMENT_KEY)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from rotate" -l yes -d 'do not ask'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from rotate" -l dry-run -d 'show what would change; create and write nothing'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from rotate" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from rotate" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from rotate" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from rotate" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from rotate" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from rotate" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from key; and __fish_seen_subcommand_from rotate" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l port -d 'port; 0 picks a free one' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l host -d 'address to listen on; any but loopback needs --token-env' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l token-env -d 'environment variable with the token that clients must send' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l entry -d 'entry for requests that name none (default: the first)' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l ledger -d 'postgres:// URL of a ledger that several gateways share (also: OPENCLAW_OPENROUTER_LEDGER)' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l on-alert -d 'run this when a budget reaches its threshold' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l log -d 'format of the log' -r -a 'text json'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l install -d 'install a service of systemd or launchd instead of serving'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l dry-run -d 'with --install: show the file and write nothing'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l yes -d 'with --install: do not ask'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from serve" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from sandbox" -l port -d 'port on 127.0.0.1; 0 picks a free one' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from sandbox" -l faults -d 'faults to produce, e.g. "openai/gpt-4o:503*2, *:429/5"; may be repeated' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from sandbox" -l allow-host -d 'also answer to this host name, e.g. of a proxy in front of it; may be repeated' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from sandbox" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from sandbox" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from sandbox" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from sandbox" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from sandbox" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from sandbox" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from undo" -l list -d 'list the last 20 changes that can be undone'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from undo" -l force -d 'undo even if a file has changed since, and keep a copy of it'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from undo" -l yes -d 'do not ask'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from undo" -l dry-run -d 'show what would change and write nothing'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from undo" -l plain-prompts -d 'ask line by line without moving the cursor (for screen readers)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from undo" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from undo" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from undo" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from undo" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from undo" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from undo" -l help -d 'display help for command'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from completion" -a 'bash zsh fish'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from completion" -l config -d 'setup file (default: ~/.config/openclaw/openclaw.json5)' -r -F
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from completion" -l json -d 'print one JSON document'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from completion" -l no-color -d 'print without color (also: NO_COLOR)'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from completion" -l timeout -d 'give up on a request after this many milliseconds' -r
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from completion" -l sandbox -d 'run against a built-in OpenRouter look-alike: no key, no network'
complete -c openclaw-openrouter -n "__fish_seen_subcommand_from completion" -l help -d 'display help for command'
