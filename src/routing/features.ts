import { isRecord } from '../platform/record.ts';
import { ForbiddenByEntry, restrictsProviders } from './provider-rules.ts';

type Members = Readonly<Record<string, unknown>>;

/** What a tool that OpenRouter runs can do. `models` calls other models; they and unknown tools may do anything. */
type ToolKind = 'harmless' | 'search' | 'fetch' | 'image' | 'machine' | 'models';

const toolKinds: readonly (readonly [RegExp, ToolKind])[] = [
  [/^web_search(_|$)/, 'search'],
  [/^web_fetch(_|$)/, 'fetch'],
  [/^image_generation$/, 'image'],
  [/^(shell|bash|code_interpreter|code_execution_\d+|browser_use|mcp)$/, 'machine'],
  [/^(datetime|files|file_search|memory|text_editor|apply_patch)$/, 'harmless'],
  [/^(tool_search|experimental__search_models)$/, 'harmless'],
];

/** One way to use a feature in a request. */
interface Use {
  readonly plugin?: string;
  readonly tool?: ToolKind;
  readonly model?: string;
  readonly field?: string;
  /** For the error. */
  readonly name: string;
}

/** A feature that an entry may limit, and every way in which a request could still use it. */
interface Feature {
  /** The id of the plugin that enables it. */
  readonly id: string;
  readonly plugins?: readonly string[];
  readonly fields?: readonly string[];
  readonly models?: RegExp;
  /** Tools that are also refused if the entry turns the feature off. */
  readonly tools?: readonly ToolKind[];
  /** Tools that do the same but ignore the plugin's settings. Without any, the settings apply to its models too. */
  readonly sameTools?: readonly ToolKind[];
}

const features: readonly Feature[] = [
  {
    id: 'web',
    plugins: ['web-fetch', 'fusion'],
    fields: ['web_search_options', 'search_parameters'],
    models:
      /:online(:|@|$)|^perplexity\/|search-preview|deep-research|pro-search|^openrouter\/fusion/i,
    tools: ['search', 'fetch', 'machine', 'models'],
    sameTools: ['search'],
  },
  {
    id: 'web-fetch',
    plugins: ['fusion'],
    models: /^openrouter\/fusion/i,
    tools: ['fetch', 'machine', 'models'],
    sameTools: ['fetch'],
  },
  { id: 'fusion', models: /^openrouter\/fusion/i, tools: ['models'] },
  { id: 'auto-router', models: /^openrouter\/auto$/i, tools: ['models'] },
  { id: 'auto-beta-router', models: /^openrouter\/auto-beta/i, tools: ['models'] },
  { id: 'pareto-router', models: /^openrouter\/pareto/i, tools: ['models'] },
  { id: 'context-compression', fields: ['transforms'] },
];

/** Calls to other models do not inherit the `provider` of the request. */
const providers: Feature = {
  id: 'provider',
  plugins: ['fusion'],
  models: /^openrouter\/fusion/i,
  tools: ['image', 'models'],
};

type Limit = 'off' | 'set' | 'restricted';

/** The features that an entry limits. */
export type Limits = readonly (readonly [Feature, Limit])[];

/**
 * Refuses a request that uses a feature that the entry turns off, or uses it in a way to which the entry's settings do
 * not apply. `model` is the client's choice; null if the entry chose it. Throws ForbiddenByEntry.
 */
export function assertFeaturesAllowed(
  limits: Limits,
  owner: Members,
  client: Members,
  model: string | null,
): void {
  for (const name of ['plugins', 'tools']) {
    if (!Array.isArray(client[name] ?? [])) throw new ForbiddenByEntry(`${name} must be a list`);
  }
  const uses = usesOf(withoutReplaced(owner, client), model);
  for (const [feature, limit] of limits) {
    const use = uses.find((each) => passes(each, feature, limit));
    if (use !== undefined) throw new ForbiddenByEntry(refusal(feature, limit, use));
  }
}

const refusals: Readonly<Record<Limit, (id: string) => string>> = {
  off: (id) => `its parameters turn off the plugin "${id}"`,
  set: (id) => `its parameters set how the plugin "${id}" works`,
  restricted: (id) => `its parameters restrict ${id}`,
};

function refusal({ id }: Feature, limit: Limit, { name }: Use): string {
  return `${refusals[limit](id)}, so that ${name} is not allowed`;
}

export function limitsOf(owner: Members): Limits {
  const plugins = listOf(owner.plugins);
  const own = plugins.map((plugin) => ({ id: pluginId(plugin) }));
  const limits = [...features, ...own].flatMap((feature) => {
    const limit = limitOf(feature, owner, plugins);
    return limit === null ? [] : [[feature, limit] as const];
  });
  return isRecord(owner.provider) && restrictsProviders(owner.provider)
    ? [...limits, [providers, 'restricted']]
    : limits;
}

function limitOf(feature: Feature, owner: Members, plugins: readonly unknown[]): Limit | null {
  const own = plugins.filter((plugin) => pluginId(plugin) === feature.id).filter(isRecord);
  if (own.some(({ enabled }) => enabled === false)) return 'off';
  const fields = (feature.fields ?? []).map((name) => owner[name]);
  if (fields.some((value) => Array.isArray(value) && value.length === 0)) return 'off';
  const tools = serverTools(owner).filter((tool) => feature.sameTools?.includes(kindOf(tool)));
  const hasSettings = [...own, ...tools].some((each) =>
    Object.keys(each).some((name) => !['id', 'type', 'enabled'].includes(name)),
  );
  return hasSettings || fields.some(isRecord) ? 'set' : null;
}

function passes(use: Use, feature: Feature, limit: Limit): boolean {
  if (use.plugin !== undefined) {
    const isLike = limit !== 'set' && feature.plugins?.includes(use.plugin) === true;
    return isLike || use.plugin === feature.id;
  }
  if (use.tool !== undefined) {
    return (limit === 'set' ? feature.sameTools : feature.tools)?.includes(use.tool) === true;
  }
  if (use.model !== undefined) {
    const isReached = limit === 'set' && feature.sameTools === undefined;
    return (
      use.model.includes('@preset/') || (!isReached && feature.models?.test(use.model) === true)
    );
  }
  const isStored = use.field === 'preset' || use.field === 'prompt';
  return isStored || feature.fields?.includes(use.field ?? '') === true;
}

/** Drops what the entry replaces entirely, including its settings (see `combinerOf`). */
function withoutReplaced(owner: Members, client: Members): Members {
  const { plugins, tools, tool_choice: choice, web_search_options: search, ...others } = client;
  const on = listOf(owner.plugins).filter((each) => isRecord(each) && each.enabled !== false);
  const [ids, types] = [
    on.map(pluginId),
    serverTools({ tools: owner.tools }).map(({ type }) => type),
  ];
  const replaced = listOf(tools ?? owner.tools).filter(
    (tool): tool is Members => isRecord(tool) && types.includes(tool.type),
  );
  const isChosen = isRecord(choice) && replaced.some(({ type }) => type === choice.type);
  return {
    ...others,
    plugins: listOf(plugins).filter((each) => !ids.includes(pluginId(each))),
    tools: listOf(tools).filter((tool) => !replaced.some((each) => each === tool)),
    tool_choice: isChosen ? undefined : choice,
    web_search_options: isRecord(owner.web_search_options) ? undefined : search,
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function usesOf(client: Members, model: string | null): Use[] {
  const on = listOf(client.plugins).filter((each) => !isRecord(each) || each.enabled !== false);
  return [
    ...on.map((each) => ({ plugin: pluginId(each), name: `the plugin ${quoted(pluginId(each))}` })),
    ...serverTools(client).map((tool) => ({
      tool: kindOf(tool),
      name: `the tool ${quoted(tool.type)}`,
    })),
    ...(model === null ? [] : [{ model, name: `the model ${quoted(model)}` }]),
    ...['preset', 'prompt', ...features.flatMap(({ fields = [] }) => fields)]
      .filter((field) => asks(client[field]))
      .map((field) => ({ field, name: field })),
  ];
}

function asks(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function quoted(name: unknown): string {
  return JSON.stringify(String(name).slice(0, 100));
}

export function pluginId(plugin: unknown): string {
  return String(isRecord(plugin) ? plugin.id : plugin)
    .trim()
    .toLowerCase();
}

/** Tools that the client runs: its own functions, and those whose schema OpenAI or Anthropic defines. */
const isClients = (type: string) =>
  /^(function|custom|namespace|local_shell|apply_patch|computer_use_preview)$/.test(type) ||
  /^(bash|text_editor|computer|memory)_\d{8}$/.test(type);

/** The tools of a request that OpenRouter runs, including one that only `tool_choice` names. */
export function serverTools({
  tools,
  tool_choice: choice,
  input,
  mcp_servers,
}: Members): Members[] {
  // `/responses` also accepts tools inside `input`, and `/messages` accepts MCP servers.
  const inInput = listOf(input).flatMap((item) => (isRecord(item) ? listOf(item.tools) : []));
  const servers = listOf(mcp_servers).map(() => ({ type: 'mcp' }));
  const given = [...listOf(tools), ...inInput, ...servers].filter(isRecord).flatMap(withNested);
  const types = new Set(given.map(({ type }) => type));
  const chosen = isRecord(choice)
    ? withNested(choice).filter(({ type }) => !choices.has(type) && !types.has(type))
    : [];
  return [...given, ...chosen].filter(({ type }) => typeof type === 'string' && !isClients(type));
}

/** Values of `tool_choice` that are not tools. */
const choices: ReadonlySet<unknown> = new Set(['auto', 'any', 'none', 'tool', 'allowed_tools']);

/** A namespace or an `allowed_tools` choice contains further tools. */
function withNested(tool: Members): Members[] {
  return [tool, ...listOf(tool.tools).filter(isRecord).flatMap(withNested)];
}

function kindOf({ type }: Members): ToolKind {
  const name = String(type)
    .trim()
    .toLowerCase()
    .replace(/^openrouter:/, '');
  return toolKinds.find(([pattern]) => pattern.test(name))?.[1] ?? 'models';
}
