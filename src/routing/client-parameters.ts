import type { FormatName } from '../openrouter/formats/format.ts';
import { isRecord, joined, without } from '../platform/record.ts';
import { assertFeaturesAllowed, limitsOf, pluginId, serverTools } from './features.ts';
import { tokenLimits, withoutUnreadLimits } from './format-parameters.ts';
import { combineProvider, ForbiddenByEntry, intersection } from './provider-rules.ts';

type Parameters = Readonly<Record<string, unknown>>;

/** Parameters that belong together, and how they are combined if the entry sets any of them. */
interface Rule {
  readonly names: readonly string[];
  /** Throws ForbiddenByEntry. */
  combine(owner: Parameters, client: Parameters, format: FormatName): Parameters;
}

/**
 * The parameters with which an entry restricts its clients. All others are defaults that a client may override one by
 * one: sampling, format, its own tools, and its identity (`user`, `session_id`, `metadata`, `trace`). `model`, `models`
 * and `route` are never taken from a client (see `linkBody`).
 */
const rules: readonly Rule[] = [
  {
    names: ['provider'],
    combine: ({ provider: own }, { provider }) => ({
      provider: isRecord(own) ? combineProvider(own, provider) : (provider ?? own),
    }),
  },
  { names: tokenLimits, combine: fewestTokens },
  {
    names: ['plugins'],
    combine: ({ plugins: own }, { plugins }) => ({ plugins: combinePlugins(own, plugins) }),
  },
  {
    names: ['tools'],
    combine: ({ tools: own }, { tools }) => ({ tools: combineTools(own, tools) }),
  },
  { names: ['tool_choice', 'function_call'], combine: noneStays },
  { names: ['max_tool_calls', 'stop_server_tools_when'], combine: firstStop },
  {
    names: ['reasoning', 'reasoning_effort', 'include_reasoning', 'thinking'],
    combine: (owner, client, format) =>
      format === 'messages' ? leastThinking(owner, client) : leastReasoning(owner, client),
  },
  { names: ['service_tier', 'speed'], combine: cheapestTier },
  {
    names: ['modalities'],
    combine: ({ modalities: own }, { modalities }) => ({
      modalities: modalities === undefined ? own : intersection(own, modalities, 'modalities'),
    }),
  },
  { names: ['n'], combine: ({ n: own }, { n }) => ({ n: isCount(n) ? lowest([own, n]) : own }) },
  { names: ['preset'], combine: (owner) => owner },
  { names: ['web_search_options'], combine: (owner) => owner },
];

/** Combines the parameters of one request with those of its entry. Throws ForbiddenByEntry. */
export type Combine = (client: Parameters, model?: string | null) => Record<string, unknown>;

/**
 * Returns the function that combines a client's parameters with those of an entry (`owner`), so that no request gets
 * more than the entry allows. `model` is the client's choice; null if the entry chose it. Created once per entry.
 */
export function combinerOf(owner: Parameters, format: FormatName = 'chat'): Combine {
  const limits = limitsOf(owner);
  const restricting = rules
    .filter(({ names }) => names.some((name) => isSet(owner, name)))
    .map((rule) => ({ ...rule, own: only(owner, rule.names) }));
  const names = new Set(restricting.flatMap((rule) => rule.names));
  const defaults = without(owner, names);
  return (sent, model = null) => {
    const client = withoutUnreadLimits(format, sent);
    if (limits.length > 0) assertFeaturesAllowed(limits, owner, client, model);
    const combined: Record<string, unknown> = {};
    for (const rule of restricting) {
      Object.assign(combined, rule.combine(rule.own, only(client, rule.names), format));
    }
    return joined(combined, defaults, names.size === 0 ? client : without(client, names));
  };
}

/** Uses the client's name for the limit; some providers reject two names at once. */
function fewestTokens(owner: Parameters, client: Parameters): Parameters {
  const asked = Object.entries(client).filter(([, limit]) => isCount(limit));
  if (asked.length === 0) return owner;
  return Object.fromEntries(
    asked.map(([name, limit]) => [name, lowest([limit, ...Object.values(owner)])]),
  );
}

/** The entry's plugins and their settings win, because they may restrict: `moderation`, `allowed_models`. */
function combinePlugins(owner: unknown, sent: unknown): unknown {
  if (!Array.isArray(owner) || sent === undefined) return sent ?? owner;
  if (!Array.isArray(sent)) throw new ForbiddenByEntry('plugins must be a list');
  const ids = new Set(owner.map(pluginId));
  return [...owner, ...sent.filter((plugin) => !ids.has(pluginId(plugin)))];
}

/** The entry's settings win for tools that OpenRouter runs. */
function combineTools(owner: unknown, sent: unknown): unknown {
  if (!Array.isArray(sent)) return sent ?? owner;
  const own = new Map(serverTools({ tools: owner }).map((tool) => [tool.type, tool]));
  return sent.map((tool) => (isRecord(tool) ? (own.get(tool.type) ?? tool) : tool));
}

function noneStays(owner: Parameters, client: Parameters): Parameters {
  const { tool_choice: choice } = owner;
  const isNone = choice === 'none' || (isRecord(choice) && choice.type === 'none');
  return isNone ? owner : { ...owner, ...client };
}

/** Any condition ends the tool loop, and the conditions override `max_tool_calls`. */
function firstStop(owner: Parameters, client: Parameters): Parameters {
  if (Object.keys(client).length === 0) return owner;
  const calls = [owner, client].map((each) => each.max_tool_calls).filter(isCount);
  const stops = [owner, client].flatMap(({ stop_server_tools_when: stop }) =>
    Array.isArray(stop) ? stop : [],
  );
  if (stops.length === 0) return calls.length === 0 ? owner : { max_tool_calls: lowest(calls) };
  const steps = calls.map((count) => ({ type: 'step_count_is', step_count: count }));
  return { stop_server_tools_when: [...stops, ...steps] };
}

/** What the entry turns off stays off, and its token limit is a ceiling; the effort is up to the client. */
function leastReasoning(owner: Parameters, client: Parameters): Parameters {
  const own = isRecord(owner.reasoning) ? owner.reasoning : {};
  const isOff = own.enabled === false || own.effort === 'none' || owner.reasoning_effort === 'none';
  if (isOff) return owner;
  const asked = isRecord(client.reasoning) ? client.reasoning : {};
  const isHidden = own.exclude === true || owner.include_reasoning === false;
  const isLimited = isCount(own.max_tokens);
  if (!isLimited && !isHidden) return Object.keys(client).length > 0 ? client : owner;
  const { effort: _, max_tokens: __, ...settings } = { ...own, ...asked };
  // A request may set either the effort or a number of tokens, not both.
  const extent = [asked, shortForm(client), own, shortForm(owner)].find(saysHowMuch) ?? {};
  const howMuch =
    isLimited && extent.effort !== 'none'
      ? { max_tokens: lowest([own.max_tokens, asked.max_tokens]) }
      : only(extent, ['effort', 'max_tokens']);
  return { reasoning: { ...settings, ...howMuch, ...(isHidden ? { exclude: true } : {}) } };
}

function shortForm({ reasoning_effort: effort }: Parameters): Parameters {
  return { effort };
}

function saysHowMuch({ effort, max_tokens }: Parameters): boolean {
  return (effort ?? max_tokens ?? null) !== null;
}

/** The same for Anthropic's `thinking`, the only form that `/messages` accepts. */
function leastThinking({ thinking: own }: Parameters, { thinking: sent }: Parameters): Parameters {
  if (!isRecord(own) || own.type === 'disabled') return { thinking: own };
  if (!isRecord(sent) || sent.type === 'disabled') return { thinking: sent ?? own };
  const display = own.display === 'omitted' ? { display: 'omitted' } : {};
  if (!isCount(own.budget_tokens)) return { thinking: { ...sent, ...display } };
  const budget = lowest([own.budget_tokens, sent.budget_tokens]);
  return { thinking: { ...sent, type: 'enabled', budget_tokens: budget, ...display } };
}

/** From the cheapest to the most expensive; `auto` depends on the settings of the account. */
const tiers: readonly (readonly unknown[])[] = [
  ['flex'],
  ['default', 'standard', 'standard_only'],
  ['auto'],
  ['scale', 'priority', 'fast', 'ultrafast'],
];

function cheapestTier(owner: Parameters, client: Parameters): Parameters {
  const rank = ({ service_tier: tier, speed }: Parameters) =>
    speed === 'fast' ? tiers.length : tiers.findIndex((names) => names.includes(tier ?? 'default'));
  const asked = rank(client);
  return Object.keys(client).length > 0 && asked !== -1 && asked <= rank(owner) ? client : owner;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 1;
}

function lowest(counts: readonly unknown[]): number {
  return Math.min(...counts.filter(isCount));
}

function isSet(parameters: Parameters, name: string): boolean {
  return Object.hasOwn(parameters, name) && (parameters[name] ?? null) !== null;
}

/** Picks parameters by name. Null counts as absent, as it does for OpenRouter. */
function only(parameters: Parameters, names: readonly string[]): Parameters {
  const found: Record<string, unknown> = {};
  for (const name of names) if (isSet(parameters, name)) found[name] = parameters[name];
  return found;
}
