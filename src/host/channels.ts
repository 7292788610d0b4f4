import { isDeepStrictEqual } from 'node:util';
import { valueAt } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import {
  type Agents,
  agentIdsOf,
  bindingOf,
  hasNarrowBinding,
  nextBinding,
  readAgents,
} from './agents.ts';
import { wasWritten } from './applied.ts';
import type { CarriedSetup, Carry } from './carry.ts';
import { gatewayProvider, hostChain, modelFor, readHostModel, sameModelOr } from './model.ts';
import { leaves, paramsOf } from './params.ts';
import type { HostSetting } from './setting.ts';

export interface UsedChannel {
  readonly channel: string;
  readonly entry: Entry;
}

/** The channels that name an entry of OpenRouter with a model. */
export function usedChannels({ entries, channels }: CarriedSetup): readonly UsedChannel[] {
  return channels.flatMap((channel) => {
    const entry = entries.find(({ name }) => name === channel.entry);
    return entry === undefined || hostChain(entry).length === 0
      ? []
      : [{ channel: channel.name, entry }];
  });
}

/**
 * The host chooses a model by agent, and an agent by channel: each entry that a channel names has an agent of its
 * own, and the whole channel is bound to it (docs.openclaw.ai/concepts/agent-bindings; `channels.modelByChannel` is
 * for single conversations). The channels of the default entry stay with the agent that has answered so far, whose
 * workspace all share: one assistant, several models.
 */
export function channelSettings(
  setup: CarriedSetup,
  config: unknown,
  carry: Carry,
): readonly HostSetting[] {
  const agents = readAgents(config);
  if (agents.fallback === null || agents.legacyList) return [];
  const fleet = fleetOf(setup, config, carry, agents, agents.fallback);
  const ours = usedChannels(setup).filter(({ channel }) => foreignAgent(fleet, channel) === null);
  const entries = new Set(ours.map(({ entry }) => entry).filter((entry) => entry !== carry.entry));
  if (entries.size === 0 && agents.ids.length < 2) {
    // Nobody else could answer; a binding that is there is as good as none.
    return bindingSettings(
      fleet,
      ours.filter(({ channel }) => bindingOf(config, channel) !== null),
    );
  }
  return [
    ...rosterSettings(fleet),
    ...[...entries].flatMap((entry) => agentSettings(fleet, entry)),
    ...bindingSettings(fleet, ours),
  ];
}

/** What of the channels is not carried, or not the last word. */
export function channelNotes(
  setup: CarriedSetup,
  config: unknown,
  carry: Carry,
): readonly string[] {
  const agents = readAgents(config);
  const used = usedChannels(setup);
  if (used.length === 0) return [];
  if (agents.legacyList)
    return ['OpenClaw has an old list of agents: openclaw doctor --fix, then apply again'];
  const { fallback } = agents;
  if (fallback === null) {
    return [
      'OpenClaw has several agents and none for the rest: set agents.defaults.systemAgent.agentId, then apply again',
    ];
  }
  const fleet = fleetOf(setup, config, carry, agents, fallback);
  return used.flatMap(({ channel }) => {
    const agent = foreignAgent(fleet, channel);
    if (agent !== null)
      return [`In OpenClaw ${channel} is bound to the agent "${agent}", and stays so`];
    return hasNarrowBinding(config, channel)
      ? [`In OpenClaw single accounts or conversations of ${channel} are bound, and stay so`]
      : [];
  });
}

/** The agents as they are, and all that is needed to say how they are to be. */
interface Fleet {
  readonly config: unknown;
  readonly carry: Carry;
  readonly agents: Agents;
  /** The agent that answers where nobody else is bound. */
  readonly fallback: string;
  /** The agent of an entry. */
  readonly agentOf: (entry: Entry) => string;
  /** The agents that the setup file may bind a channel to. */
  readonly ours: readonly string[];
}

function fleetOf(
  { entries }: CarriedSetup,
  config: unknown,
  carry: Carry,
  agents: Agents,
  fallback: string,
): Fleet {
  const personal = agents.ids.filter((id) => isPersonal(config, id, fallback, carry));
  const ids = agentIdsOf(entries, [fallback, ...personal]);
  const agentOf = (entry: Entry) =>
    entry === carry.entry ? fallback : (ids.get(entry.name) ?? fallback);
  return { config, carry, agents, fallback, agentOf, ours: [fallback, ...ids.values()] };
}

/** An agent that only happens to have the name of an entry: in another workspace, with no model of OpenRouter. */
function isPersonal(config: unknown, id: string, fallback: string, carry: Carry): boolean {
  const own = (key: string) => valueAt(config, ['agents', 'entries', id, key]);
  const primary = readHostModel(own('model'))?.primary ?? '';
  return (
    id !== fallback &&
    own('workspace') !== workspaceOf(config, fallback, carry) &&
    !['openrouter', gatewayProvider].includes(primary.split('/')[0] ?? '')
  );
}

/** The agent that a person has bound the whole channel to, other than those of the setup file. */
function foreignAgent({ config, carry, ours }: Fleet, channel: string): string | null {
  const bound = bindingOf(config, channel);
  if (bound === null || ours.includes(bound.agentId)) return null;
  return wasWritten(carry.applied, bound.path, config) ? null : bound.agentId;
}

/** Beside a second agent the first is no longer found by being the only one, and keeps its workspace by name only. */
function rosterSettings({ config, carry, agents, fallback }: Fleet): readonly HostSetting[] {
  if (agents.ids.length > 1) return [];
  return [
    {
      path: ['agents', 'entries', fallback, 'workspace'],
      value: workspaceOf(config, fallback, carry),
      stays: true,
    },
    ...(agents.marked
      ? []
      : [
          { path: ['agents', 'ownership'], value: 'explicit', stays: true as const },
          {
            path: ['agents', 'defaults', 'systemAgent', 'agentId'],
            value: fallback,
            stays: true as const,
          },
        ]),
  ];
}

function workspaceOf(config: unknown, fallback: string, { stateFolder }: Carry): string {
  const own = valueAt(config, ['agents', 'entries', fallback, 'workspace']);
  if (typeof own === 'string') return own;
  const shared = valueAt(config, ['agents', 'defaults', 'workspace']);
  return typeof shared === 'string' ? shared : `${stateFolder}/workspace`;
}

function agentSettings(fleet: Fleet, entry: Entry): readonly HostSetting[] {
  const { config, carry, fallback, agentOf } = fleet;
  const path = ['agents', 'entries', agentOf(entry)];
  const now = (key: string) => valueAt(config, [...path, key]);
  const params = { ...paramsOf(entry), ...differentRouting(entry, carry.entry) };
  return [
    {
      path: [...path, 'workspace'],
      value: now('workspace') ?? workspaceOf(config, fallback, carry),
    },
    { path: [...path, 'model'], value: sameModelOr(now('model'), modelFor(entry, carry)) },
    ...(carry.throughGateway
      ? []
      : hostChain(entry).flatMap((id) => leaves([...path, 'models', id, 'params'], params))),
  ];
}

/** The provider's own `params` are the default entry's: what differs is said at the model, which wins key by key. */
function differentRouting(entry: Entry, byDefault: Entry): Readonly<Record<string, unknown>> {
  const [own, common] = [entry.providerPreferences, byDefault.providerPreferences];
  const provider = {
    ...(isDeepStrictEqual(own.exclude, common.exclude) ? {} : { ignore: [...own.exclude] }),
    ...(isDeepStrictEqual(own.prefer, common.prefer) ? {} : { order: [...own.prefer] }),
  };
  return Object.keys(provider).length === 0 ? {} : { provider };
}

function bindingSettings(
  { config, agentOf }: Fleet,
  channels: readonly UsedChannel[],
): readonly HostSetting[] {
  const next = nextBinding(config);
  let added = 0;
  return channels.map(({ channel, entry }) => {
    const agentId = agentOf(entry);
    const bound = bindingOf(config, channel);
    if (bound !== null) return { path: [...bound.path, 'agentId'], value: agentId };
    added += 1;
    return {
      path: ['bindings', next + added - 1],
      value: { agentId, match: { channel, accountId: '*' } },
    };
  });
}
