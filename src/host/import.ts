import { canonicalModelId, isHostModelId } from '../openrouter/model-id.ts';
import { recordAt, valueAt } from '../platform/record.ts';
import { namesVariable } from '../setup-file/headers.ts';
import { agentIds, agentMembers, channelBindings, readAgents } from './agents.ts';
import { fromHostParams, type HostModel, readHostModel } from './model.ts';
import { isThroughGateway } from './providers.ts';

/** An entry for the setup file; fields that the host config does not mention are empty. */
export interface ImportedEntry {
  readonly name: string;
  readonly defaultModel: string;
  readonly fallbackModels: readonly string[];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly providerPreferences: {
    readonly exclude: readonly string[];
    readonly prefer: readonly string[];
  };
}

/** The OpenRouter settings of the host config. */
export interface HostImport {
  /** The default entry first, then one for each agent that has a model of its own. */
  readonly entries: readonly ImportedEntry[];
  readonly channels: readonly { readonly channel: string; readonly entry: string }[];
}

/**
 * Reads the OpenRouter settings of the host config as entries and channels of the setup file: the inverse of
 * `planHost`. Null if there are none, or if the config uses our gateway and therefore came from a setup file. Keys and
 * models of other providers are not imported.
 */
export function importFromHost(config: unknown): HostImport | null {
  if (isThroughGateway(config)) return null;
  const { defaultAgent } = readAgents(config);
  const inherits = (agent: string) => ownModel(config, agent) === null;
  const isDefault = (agent: string) =>
    agent === defaultAgent || (inherits(agent) && inherits(defaultAgent ?? ''));
  const entryOf = (agent: string) =>
    importEntry(config, agent, isDefault(agent) ? 'openrouter' : agent);
  const channels = channelBindings(config).flatMap(({ channel, agentId }) => {
    const entry = entryOf(agentId);
    return entry === null ? [] : [{ channel, entry }];
  });
  const imported = [
    importEntry(config, defaultAgent ?? '', 'openrouter'),
    ...channels.map(({ entry }) => entry),
    ...agentIds(config).map(entryOf),
  ];
  const entries = new Map(
    imported.flatMap((entry) => (entry === null ? [] : [[entry.name, entry]])),
  );
  if (entries.size === 0) return null;
  return {
    entries: [...entries.values()],
    channels: channels.map(({ channel, entry }) => ({ channel, entry: entry.name })),
  };
}

const providerPath = ['models', 'providers', 'openrouter'] as const;
const defaultsPath = ['agents', 'defaults'] as const;

/** The entry of an agent, whose own model overrides the default; null if its primary model is not from OpenRouter. */
function importEntry(config: unknown, agent: string, name: string): ImportedEntry | null {
  const shared = readHostModel(valueAt(config, [...defaultsPath, 'model']));
  const model = ownModel(config, agent) ?? shared;
  if (model === null || !isHostModelId(model.primary)) return null;
  const paramsPath = ['models', model.primary, 'params'];
  const params = {
    ...recordAt(config, [...defaultsPath, ...paramsPath]),
    ...recordAt(agentMembers(config, agent), paramsPath),
  };
  return {
    name,
    defaultModel: canonicalModelId(model.primary),
    fallbackModels: (model.fallbacks ?? []).filter(isHostModelId).map(canonicalModelId),
    parameters: fromHostParams(params),
    headers: Object.fromEntries(
      Object.entries(recordAt(config, [...providerPath, 'headers'])).filter(hasText),
    ),
    providerPreferences: importPreferences({
      ...recordAt(config, [...providerPath, 'params', 'provider']),
      ...recordAt(params, ['provider']),
    }),
  };
}

function ownModel(config: unknown, agent: string): HostModel | null {
  return readHostModel(valueAt(agentMembers(config, agent), ['model']));
}

function importPreferences({ ignore, order }: Readonly<Record<string, unknown>>) {
  const texts = (list: unknown) =>
    Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
  return { exclude: texts(ignore), prefer: texts(order) };
}

// A header may refer to a host secret or to a variable, which only the host can resolve.
function hasText(member: [string, unknown]): member is [string, string] {
  return typeof member[1] === 'string' && !namesVariable(member[1]);
}
