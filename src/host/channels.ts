import { isDeepStrictEqual } from 'node:util';
import { valueAt } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import {
  type Agents,
  agentIdsFor,
  findBinding,
  hasNarrowBinding,
  readAgents,
  readBindings,
} from './agents.ts';
import { type HostSetting, leafSettings, wasApplied } from './applied.ts';
import {
  gatewayProvider,
  hostChain,
  keepEqualModel,
  modelFor,
  readHostModel,
  toHostParams,
} from './model.ts';
import type { ApplicableSetup, PlanOptions } from './plan-options.ts';

export interface RoutedChannel {
  readonly channel: string;
  readonly entry: Entry;
}

/** The channels that name an OpenRouter entry with a model. */
export function routedChannels({ entries, channels }: ApplicableSetup): readonly RoutedChannel[] {
  return channels.flatMap((channel) => {
    const entry = entries.find(({ name }) => name === channel.entry);
    return entry === undefined || hostChain(entry).length === 0
      ? []
      : [{ channel: channel.name, entry }];
  });
}

/**
 * The host chooses a model by agent and an agent by channel. So each entry that a channel names gets an agent, and the
 * whole channel is bound to it (docs.openclaw.ai/concepts/agent-bindings; `channels.modelByChannel` is for single
 * conversations). Channels of the default entry stay with the default agent. All agents share its workspace: they are
 * one assistant with several models.
 */
export function channelSettings(
  setup: ApplicableSetup,
  config: unknown,
  options: PlanOptions,
): readonly HostSetting[] {
  const agents = readAgents(config);
  if (agents.defaultAgent === null || agents.hasLegacyList) return [];
  const context = createContext(setup, config, options, agents, agents.defaultAgent);
  const channels = routedChannels(setup).filter(
    ({ channel }) => userBoundAgent(context, channel) === null,
  );
  const entries = new Set(
    channels.map(({ entry }) => entry).filter((entry) => entry !== options.entry),
  );
  if (entries.size === 0 && agents.ids.length < 2) {
    // There is only one agent, so only existing bindings matter.
    const bound = channels.filter(({ channel }) => findBinding(config, channel) !== null);
    return bindingSettings(context, bound);
  }
  return [
    ...defaultAgentSettings(context),
    ...[...entries].flatMap((entry) => agentSettings(context, entry)),
    ...bindingSettings(context, channels),
  ];
}

/** Why channels cannot be applied or will have no effect. */
export function blockedChannels(
  setup: ApplicableSetup,
  config: unknown,
  options: PlanOptions,
): readonly string[] {
  const agents = readAgents(config);
  const channels = routedChannels(setup);
  if (channels.length === 0) return [];
  if (agents.hasLegacyList) {
    return [
      'Channels are not applied: OpenClaw has the old agents.list. Run openclaw doctor --fix, then apply again',
    ];
  }
  const { defaultAgent } = agents;
  if (defaultAgent === null) {
    return [
      'Channels are not applied: OpenClaw has several agents and no default one. Set agents.defaults.systemAgent.agentId, then apply again',
    ];
  }
  const context = createContext(setup, config, options, agents, defaultAgent);
  return channels.flatMap(({ channel }) => {
    const agent = userBoundAgent(context, channel);
    return agent === null
      ? []
      : [`${channel} stays bound to the agent "${agent}", as OpenClaw's config has it`];
  });
}

/** Notes on bindings of single conversations and accounts, which the setup file does not cover. */
export function bindingNotes(setup: ApplicableSetup, config: unknown): readonly string[] {
  const { defaultAgent, hasLegacyList } = readAgents(config);
  if (defaultAgent === null || hasLegacyList) return [];
  return routedChannels(setup)
    .filter(({ channel }) => hasNarrowBinding(config, channel))
    .map(
      ({ channel }) =>
        `Bindings of single accounts or conversations of ${channel} stay as they are in OpenClaw`,
    );
}

/** The agents whose model `apply` writes: the default agent, and those of the entries that channels use. */
export function coveredAgents(
  setup: ApplicableSetup,
  config: unknown,
  options: PlanOptions,
): readonly string[] {
  const agents = readAgents(config);
  if (agents.defaultAgent === null || agents.hasLegacyList) return [];
  const { agentFor } = createContext(setup, config, options, agents, agents.defaultAgent);
  return [agents.defaultAgent, ...routedChannels(setup).map(({ entry }) => agentFor(entry))];
}

/** The inputs for the channel settings. */
interface ChannelContext {
  readonly config: unknown;
  readonly options: PlanOptions;
  readonly agents: Agents;
  readonly defaultAgent: string;
  readonly agentFor: (entry: Entry) => string;
  /** The agents that channels of the setup file may be bound to. */
  readonly setupAgents: readonly string[];
}

function createContext(
  { entries }: ApplicableSetup,
  config: unknown,
  options: PlanOptions,
  agents: Agents,
  defaultAgent: string,
): ChannelContext {
  const userAgents = agents.ids.filter((id) => isUserAgent(config, id, defaultAgent, options));
  const ids = agentIdsFor(entries, [defaultAgent, ...userAgents]);
  const agentFor = (entry: Entry) =>
    entry === options.entry ? defaultAgent : (ids.get(entry.name) ?? defaultAgent);
  const setupAgents = [defaultAgent, ...ids.values()];
  return { config, options, agents, defaultAgent, agentFor, setupAgents };
}

/** Whether the user created the agent: it has a different workspace and no OpenRouter model. */
function isUserAgent(
  config: unknown,
  id: string,
  defaultAgent: string,
  options: PlanOptions,
): boolean {
  const member = (key: string) => valueAt(config, ['agents', 'entries', id, key]);
  const [provider = ''] = readHostModel(member('model'))?.primary.split('/') ?? [];
  return (
    id !== defaultAgent &&
    member('workspace') !== workspaceOf(config, defaultAgent, options) &&
    !['openrouter', gatewayProvider].includes(provider)
  );
}

/** The agent that the user bound the whole channel to; null if we may change the binding. */
function userBoundAgent(
  { config, options, setupAgents }: ChannelContext,
  channel: string,
): string | null {
  const binding = findBinding(config, channel);
  if (binding === null || setupAgents.includes(binding.agentId)) return null;
  return wasApplied(options.applied, binding.path, config) ? null : binding.agentId;
}

/** Once there is a second agent, the config must say that the first is the default and which workspace it has. */
function defaultAgentSettings({
  config,
  options,
  agents,
  defaultAgent,
}: ChannelContext): readonly HostSetting[] {
  if (agents.ids.length > 1) return [];
  const permanent = (path: readonly string[], value: string) =>
    ({ path, value, permanent: true }) as const;
  const workspace = workspaceOf(config, defaultAgent, options);
  return [
    permanent(['agents', 'entries', defaultAgent, 'workspace'], workspace),
    ...(agents.hasDefaultFlag
      ? []
      : [
          permanent(['agents', 'ownership'], 'explicit'),
          permanent(['agents', 'defaults', 'systemAgent', 'agentId'], defaultAgent),
        ]),
  ];
}

function workspaceOf(config: unknown, defaultAgent: string, { stateFolder }: PlanOptions): string {
  const own = valueAt(config, ['agents', 'entries', defaultAgent, 'workspace']);
  if (typeof own === 'string') return own;
  const shared = valueAt(config, ['agents', 'defaults', 'workspace']);
  return typeof shared === 'string' ? shared : `${stateFolder}/workspace`;
}

function agentSettings(context: ChannelContext, entry: Entry): readonly HostSetting[] {
  const { config, options, defaultAgent, agentFor } = context;
  const path = ['agents', 'entries', agentFor(entry)];
  const current = (key: string) => valueAt(config, [...path, key]);
  const workspace = current('workspace') ?? workspaceOf(config, defaultAgent, options);
  const model = keepEqualModel(current('model'), modelFor(entry, options));
  const params = { ...toHostParams(entry), ...providerParams(entry, options.entry) };
  return [
    { path: [...path, 'workspace'], value: workspace },
    { path: [...path, 'model'], value: model },
    ...(options.throughGateway
      ? []
      : hostChain(entry).flatMap((id) => leafSettings([...path, 'models', id, 'params'], params))),
  ];
}

/**
 * Provider preferences that differ from the default entry's. The params of a model override those of the provider key
 * by key.
 */
function providerParams(entry: Entry, defaultEntry: Entry): Readonly<Record<string, unknown>> {
  const [own, base] = [entry.providerPreferences, defaultEntry.providerPreferences];
  const provider = {
    ...(isDeepStrictEqual(own.exclude, base.exclude) ? {} : { ignore: [...own.exclude] }),
    ...(isDeepStrictEqual(own.prefer, base.prefer) ? {} : { order: [...own.prefer] }),
  };
  return Object.keys(provider).length === 0 ? {} : { provider };
}

function bindingSettings(
  { config, agentFor }: ChannelContext,
  channels: readonly RoutedChannel[],
): readonly HostSetting[] {
  let next = readBindings(config).length;
  return channels.map(({ channel, entry }) => {
    const agentId = agentFor(entry);
    const binding = findBinding(config, channel);
    if (binding !== null) return { path: [...binding.path, 'agentId'], value: agentId };
    next += 1;
    return {
      path: ['bindings', next - 1],
      value: { agentId, match: { channel, accountId: '*' } },
    };
  });
}
