import type { Path } from '../config/edit.ts';
import { isRecord, recordAt, valueAt } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';

/** The agents of the host config, as far as they determine which model answers. */
export interface Agents {
  /** Ids of `agents.entries`, in file order. */
  readonly ids: readonly string[];
  /** The agent that answers if no binding applies; null if there are several agents and none is the default. */
  readonly defaultAgent: string | null;
  /** Whether an agent has the retired `default: true`, which the host rejects together with `agents.ownership`. */
  readonly hasDefaultFlag: boolean;
  /** Whether the config has the `agents.list` of older hosts, which we cannot add to. */
  readonly hasLegacyList: boolean;
}

/** docs.openclaw.ai/gateway/config-agents/entries-and-multi-agent */
export function readAgents(config: unknown): Agents {
  const entries = recordAt(config, ['agents', 'entries']);
  const ids = Object.keys(entries);
  const flagged = ids.find((id) => valueAt(entries, [id, 'default']) === true);
  const systemAgent = valueAt(config, ['agents', 'defaults', 'systemAgent', 'agentId']);
  const onlyAgent = ids.length > 1 ? null : (ids[0] ?? 'main');
  return {
    ids,
    defaultAgent: typeof systemAgent === 'string' ? systemAgent : (flagged ?? onlyAgent),
    hasDefaultFlag: flagged !== undefined,
    hasLegacyList: Array.isArray(valueAt(config, ['agents', 'list'])),
  };
}

/** The ids of all agents that can answer. If the config names none, the host has a single agent, `main`. */
export function agentIds(config: unknown): readonly string[] {
  const { ids, defaultAgent } = readAgents(config);
  const listed = legacyAgents(config).flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  const all = [...new Set([...ids, ...listed])];
  return all.length > 0 ? all : [defaultAgent ?? 'main'];
}

/** The config of one agent, from `agents.entries` or the older list. */
export function agentMembers(config: unknown, agent: string): Readonly<Record<string, unknown>> {
  const entry = valueAt(config, ['agents', 'entries', agent]);
  return isRecord(entry) ? entry : (legacyAgents(config).find(({ id }) => id === agent) ?? {});
}

function legacyAgents(config: unknown): readonly Readonly<Record<string, unknown>>[] {
  const list = valueAt(config, ['agents', 'list']);
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

/** Unique agent ids derived from the entry names, keyed by entry name and never one of `reserved`. */
export function agentIdsFor(
  entries: readonly Pick<Entry, 'name'>[],
  reserved: readonly string[],
): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const used = new Set(reserved);
  for (const { name } of entries) {
    const slug = slugOf(name);
    let id = used.has(slug) ? `openrouter-${slug}` : slug;
    for (let count = 2; used.has(id); count += 1) id = `openrouter-${slug}-${count}`;
    used.add(id);
    ids.set(name, id);
  }
  return ids;
}

// The host (2026.9.6) accepts /^[a-z0-9][a-z0-9_-]{0,63}$/ as an id and rewrites anything else.
function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '')
    .slice(0, 40);
  return slug === '' ? 'entry' : slug;
}

export interface ChannelBinding {
  readonly channel: string;
  readonly agentId: string;
  readonly path: Path;
}

/** The bindings of whole channels, in file order. */
export function channelBindings(config: unknown): readonly ChannelBinding[] {
  return readBindings(config).flatMap((binding, index) => {
    const channel = valueAt(binding, ['match', 'channel']);
    return typeof channel === 'string' && isWholeChannel(binding)
      ? [{ channel, agentId: String(valueAt(binding, ['agentId'])), path: ['bindings', index] }]
      : [];
  });
}

/** The binding of the whole channel; null if there is none. */
export function findBinding(config: unknown, channel: string): ChannelBinding | null {
  return channelBindings(config).find((binding) => binding.channel === channel) ?? null;
}

/** Whether an account, peer, guild or team of the channel has a binding, which overrides that of the whole channel. */
export function hasNarrowBinding(config: unknown, channel: string): boolean {
  return readBindings(config).some(
    (binding) => valueAt(binding, ['match', 'channel']) === channel && !isWholeChannel(binding),
  );
}

export function readBindings(config: unknown): readonly unknown[] {
  const bindings = valueAt(config, ['bindings']);
  return Array.isArray(bindings) ? bindings : [];
}

// Without an account id, a binding applies to the default account only.
function isWholeChannel(binding: unknown): boolean {
  const match = valueAt(binding, ['match']);
  if (!isRecord(match) || valueAt(binding, ['type']) === 'acp') return false;
  const { channel: _channel, accountId, ...narrower } = match;
  return accountId === '*' && Object.keys(narrower).length === 0;
}
