import { canonicalModelId } from '../openrouter/model-id.ts';
import { valueAt } from '../platform/record.ts';
import { channelBindings, readAgents } from './agents.ts';
import { isThroughGateway } from './gateway.ts';
import { readHostModel } from './model.ts';
import { parametersFrom } from './params.ts';
import { recordIn } from './setting.ts';

/** An entry as the setup file would have it; what the host says nothing about is empty. */
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

/** What the host's own config says about OpenRouter. */
export interface HostImport {
  /** The default one first, then one for each agent that a whole channel is bound to. */
  readonly entries: readonly ImportedEntry[];
  readonly channels: readonly { readonly channel: string; readonly entry: string }[];
}

/**
 * The OpenRouter settings in the host's config as entries and channels of the setup file; null where there are none.
 * The way back of `planHost`. Keys are not among them (`resolveKey` finds the host's `.env`), nor are models of other
 * providers. A config that points at our gateway came from a setup file, and gives nothing.
 */
export function importFromHost(config: unknown): HostImport | null {
  if (isThroughGateway(config)) return null;
  const { fallback } = readAgents(config);
  const bound = channelBindings(config).map(({ channel, agentId }) => ({
    channel,
    entry: entryOf(config, agentId === fallback ? null : agentId),
  }));
  const channels = bound.flatMap(({ channel, entry }) =>
    entry === null ? [] : { channel, entry },
  );
  const found = [entryOf(config, null), ...channels.map(({ entry }) => entry)];
  const byName = new Map(found.flatMap((entry) => (entry === null ? [] : [[entry.name, entry]])));
  return byName.size === 0
    ? null
    : {
        entries: [...byName.values()],
        channels: channels.map(({ channel, entry }) => ({ channel, entry: entry.name })),
      };
}

const provider = ['models', 'providers', 'openrouter'] as const;

/** The entry of that agent, or of the rest; null where its first model is not OpenRouter's. */
function entryOf(config: unknown, agent: string | null): ImportedEntry | null {
  const inAgent = agent === null ? ['agents', 'defaults'] : ['agents', 'entries', agent];
  const model = readHostModel(valueAt(config, [...inAgent, 'model']));
  const [defaultModel, ...fallbackModels] = [model?.primary ?? '', ...(model?.fallbacks ?? [])];
  if (defaultModel === undefined || !isOpenRouters(defaultModel)) return null;
  const own = recordIn(config, [...inAgent, 'models', defaultModel, 'params']);
  return {
    name: agent ?? 'openrouter',
    defaultModel: canonicalModelId(defaultModel),
    fallbackModels: fallbackModels.filter(isOpenRouters).map(canonicalModelId),
    parameters: parametersFrom(own),
    headers: Object.fromEntries(
      Object.entries(recordIn(config, [...provider, 'headers'])).filter(isText),
    ),
    providerPreferences: preferences({
      ...recordIn(config, [...provider, 'params', 'provider']),
      ...recordIn(own, ['provider']),
    }),
  };
}

function isOpenRouters(id: string): boolean {
  return id.startsWith('openrouter/');
}

function preferences({ ignore, order }: Readonly<Record<string, unknown>>) {
  const texts = (list: unknown) =>
    Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
  return { exclude: texts(ignore), prefer: texts(order) };
}

// A header may be a reference to a secret of the host; then it is an object, and the host's own.
function isText(member: [string, unknown]): member is [string, string] {
  return typeof member[1] === 'string';
}
