import type { Path } from '../config/edit.ts';
import { isRecord, valueAt } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import { recordIn } from './setting.ts';

/** The agents of the host's config, as far as they matter for which model answers. */
export interface Agents {
  /** Ids of `agents.entries`, in file order. */
  readonly ids: readonly string[];
  /** Who answers where nobody else is bound: the host's own rule. Null where several agents have no such owner. */
  readonly fallback: string | null;
  /** The retired `default: true`; it cannot stand beside `agents.ownership`. */
  readonly marked: boolean;
  /** The list of older versions of the host: nothing can be added to it. */
  readonly legacyList: boolean;
}

/** docs.openclaw.ai/gateway/config-agents/entries-and-multi-agent */
export function readAgents(config: unknown): Agents {
  const entries = recordIn(config, ['agents', 'entries']);
  const ids = Object.keys(entries);
  const marked = ids.find((id) => valueAt(entries, [id, 'default']) === true);
  const named = valueAt(config, ['agents', 'defaults', 'systemAgent', 'agentId']);
  const sole = ids.length > 1 ? null : (ids[0] ?? 'main');
  return {
    ids,
    fallback: typeof named === 'string' ? named : (marked ?? sole),
    marked: marked !== undefined,
    legacyList: Array.isArray(valueAt(config, ['agents', 'list'])),
  };
}

/** The agent of each entry, by the entry's name: that name in the letters that the host takes for an id, none twice. */
export function agentIdsOf(
  entries: readonly Pick<Entry, 'name'>[],
  others: readonly string[],
): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  const taken = new Set(others);
  for (const { name } of entries) {
    const id = slugOf(name);
    let free = taken.has(id) ? `openrouter-${id}` : id;
    for (let count = 2; taken.has(free); count += 1) free = `openrouter-${id}-${count}`;
    taken.add(free);
    ids.set(name, free);
  }
  return ids;
}

// The host (2026.9.6) takes /^[a-z0-9][a-z0-9_-]{0,63}$/ for an id, and bends everything else into one.
function slugOf(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '')
    .slice(0, 40);
  return slug === '' ? 'entry' : slug;
}

/** The binding of a whole channel; null where there is none. */
export function bindingOf(
  config: unknown,
  channel: string,
): { readonly path: Path; readonly agentId: string } | null {
  const at = bindingsIn(config).findIndex((binding) => isWholeChannel(binding, channel));
  return at === -1
    ? null
    : {
        path: ['bindings', at],
        agentId: String(valueAt(config, ['bindings', at, 'agentId'])),
      };
}

/** Every whole channel that is bound, and its agent. */
export function channelBindings(
  config: unknown,
): readonly { readonly channel: string; readonly agentId: string }[] {
  return bindingsIn(config).flatMap((binding) => {
    const channel = valueAt(binding, ['match', 'channel']);
    const agentId = valueAt(binding, ['agentId']);
    return typeof channel === 'string' &&
      typeof agentId === 'string' &&
      isWholeChannel(binding, channel)
      ? [{ channel, agentId }]
      : [];
  });
}

/** The index of a binding that is added at the end. */
export function nextBinding(config: unknown): number {
  return bindingsIn(config).length;
}

/** Bindings that win over the one of the whole channel: of an account, a peer, a guild or a team. */
export function hasNarrowBinding(config: unknown, channel: string): boolean {
  return bindingsIn(config).some(
    (binding) =>
      valueAt(binding, ['match', 'channel']) === channel && !isWholeChannel(binding, channel),
  );
}

function bindingsIn(config: unknown): readonly unknown[] {
  const bindings = valueAt(config, ['bindings']);
  return Array.isArray(bindings) ? bindings : [];
}

// Without an account id a binding is for the default account only, and so no binding of the whole channel.
function isWholeChannel(binding: unknown, channel: string): boolean {
  const match = valueAt(binding, ['match']);
  if (!isRecord(match) || valueAt(binding, ['type']) === 'acp') return false;
  const { channel: name, accountId, ...narrower } = match;
  return name === channel && accountId === '*' && Object.keys(narrower).length === 0;
}
