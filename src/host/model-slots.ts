import type { Path } from '../config/edit.ts';
import { canonicalModelId, isHostModelId } from '../openrouter/model-id.ts';
import { isRecord, valueAt } from '../platform/record.ts';
import { gatewayProvider, readHostModel } from './model.ts';

/** A model in the host config other than the one that answers in chats, if OpenRouter serves it. */
export interface ModelSlot {
  readonly name: 'heartbeat' | SlotName;
  /** Null for the defaults of all agents. */
  readonly agent: string | null;
  readonly model: HostedModel;
  /** Only used if the model before it does not answer. */
  readonly isFallback: boolean;
  /** Path of the member that sets it. */
  readonly path: Path;
}

/** A model as OpenRouter knows it, or an entry that `serve` answers for. */
type HostedModel = { readonly id: string } | { readonly entry: string };

type SlotName =
  | keyof typeof slotMembers
  | 'model'
  /** For one conversation (`channels.modelByChannel`). */
  | 'channel'
  | 'hooks.gmail.model';

/** An agent run that starts on its own. */
export interface Heartbeat extends ModelSlot {
  readonly name: 'heartbeat';
  readonly everyMinutes: number;
  readonly runsPerDay: number;
  /** `isIsolated` runs without the conversation, `isLight` without the workspace files. */
  readonly isIsolated: boolean;
  readonly isLight: boolean;
  /** Path of the heartbeat block, in the defaults or in the agent. */
  readonly block: Path;
  /** Set explicitly in the config; the host runs it either way. */
  readonly isConfigured: boolean;
}

interface Block {
  readonly agent: string | null;
  readonly path: Path;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The slots that the config sets (docs.openclaw.ai/gateway/config-agents/models), except heartbeats. */
export function modelSlots(config: unknown): readonly ModelSlot[] {
  const ofAgents = blocks(config).flatMap(({ agent, path }) => {
    const own = agent === null ? [] : [['model', ['model']] as const];
    return [...own, ...entriesOf(slotMembers)].flatMap(([name, member]) =>
      slotsAt(config, name, agent, [...path, ...member]),
    );
  });
  const channels = recordOf(valueAt(config, ['channels', 'modelByChannel']));
  const conversations = Object.entries(channels).flatMap(([channel, targets]) =>
    Object.keys(recordOf(targets)).map((target) => [channel, target]),
  );
  return [
    ...ofAgents,
    ...slotsAt(config, 'hooks.gmail.model', null, ['hooks', 'gmail', 'model']),
    ...conversations.flatMap((target) =>
      slotsAt(config, 'channel', null, ['channels', 'modelByChannel', ...target]),
    ),
  ];
}

/** The model at that path and its fallbacks. */
function slotsAt(
  config: unknown,
  name: SlotName,
  agent: string | null,
  place: Path,
): readonly ModelSlot[] {
  const written = valueAt(config, place);
  const primary = hostedModel(config, written);
  const path = isRecord(written) ? [...place, 'primary'] : place;
  const fallbacks = isRecord(written) && Array.isArray(written.fallbacks) ? written.fallbacks : [];
  return [
    ...(primary === null ? [] : [{ name, agent, model: primary, isFallback: false, path }]),
    ...fallbacks.flatMap((fallback: unknown, index): ModelSlot[] => {
      const model = hostedModel(config, fallback);
      const own = [...place, 'fallbacks', index];
      return model === null ? [] : [{ name, agent, model, isFallback: true, path: own }];
    }),
  ];
}

const slotMembers = {
  'compaction.model': ['compaction', 'model'],
  'compaction.memoryFlush.model': ['compaction', 'memoryFlush', 'model'],
  utilityModel: ['utilityModel'],
  imageModel: ['imageModel'],
  pdfModel: ['pdfModel'],
  'subagents.model': ['subagents', 'model'],
} as const;

function entriesOf<K extends string, V>(record: Readonly<Record<K, V>>): readonly [K, V][] {
  return Object.entries(record) as [K, V][];
}

/**
 * The heartbeats that cost money at OpenRouter. If any agent has a heartbeat block of its own, only those agents have a
 * heartbeat. If automations are off, there is none (docs.openclaw.ai/gateway/heartbeat).
 */
export function heartbeats(config: unknown): readonly Heartbeat[] {
  if (valueAt(config, ['cron', 'enabled']) === false) return [];
  const [defaults, ...agents] = blocks(config);
  if (defaults === undefined) return [];
  const withOwn = agents.filter(({ value }) => isRecord(value.heartbeat));
  return (withOwn.length > 0 ? withOwn : [defaults]).flatMap((block) =>
    heartbeatOf(config, defaults, block),
  );
}

function heartbeatOf(config: unknown, defaults: Block, block: Block): Heartbeat[] {
  const shared = recordOf(defaults.value.heartbeat);
  const own = recordOf(block.value.heartbeat);
  const settings = { ...shared, ...own };
  const everyMinutes = settings.every === undefined ? defaultMinutes : minutesOf(settings.every);
  const candidates = [
    { value: own.model, path: [...block.path, 'heartbeat', 'model'] },
    { value: shared.model, path: [...defaults.path, 'heartbeat', 'model'] },
    { value: block.value.model, path: [...block.path, 'model'] },
    { value: defaults.value.model, path: [...defaults.path, 'model'] },
  ];
  const decisive = candidates.find(({ value }) => value !== undefined);
  const model = hostedModel(config, decisive?.value);
  if (decisive === undefined || model === null || everyMinutes === null) return [];
  const hours = activeHours(settings.activeHours);
  if (everyMinutes <= 0 || hours <= 0) return [];
  return [
    {
      name: 'heartbeat',
      agent: block.agent,
      model,
      path: decisive.path,
      isFallback: false,
      block: block.path,
      everyMinutes,
      runsPerDay: (hours * 60) / everyMinutes,
      isIsolated: settings.isolatedSession === true,
      isLight: settings.lightContext === true,
      isConfigured: Object.keys(settings).length > 0,
    },
  ];
}

const defaultMinutes = 30;

const unitMinutes: ReadonlyMap<string, number> = new Map([
  ['ms', 1 / 60_000],
  ['s', 1 / 60],
  ['m', 1],
  ['h', 60],
  ['d', 1440],
]);

/** Parses `30m`, `1h30m`, or a number of minutes; null for anything else. */
function minutesOf(every: unknown): number | null {
  const text = String(every).trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return null;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  return parts.reduce(
    (sum, [, n, unit]) => sum + Number(n) * (unitMinutes.get(unit ?? '') ?? 0),
    0,
  );
}

/** How many hours a day heartbeats run. */
function activeHours(value: unknown): number {
  if (!isRecord(value)) return 24;
  const [start, end] = [value.start, value.end].map((time) => {
    const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(String(time)) ?? [];
    return hours === undefined ? null : Number(hours) + Number(minutes) / 60;
  });
  if (start == null || end == null) return 24;
  return (end - start + 24) % 24 || (start === end ? 0 : 24);
}

/** The defaults, then each agent, from `agents.entries` or else the older list. */
function blocks(config: unknown): readonly Block[] {
  const agents = recordOf(valueAt(config, ['agents']));
  const list = Object.hasOwn(agents, 'entries') || !Array.isArray(agents.list) ? [] : agents.list;
  return [
    { agent: null, path: ['agents', 'defaults'], value: recordOf(agents.defaults) },
    ...Object.entries(recordOf(agents.entries)).map(([agent, value]) => ({
      agent,
      path: ['agents', 'entries', agent],
      value: recordOf(value),
    })),
    ...list.map((value: unknown, index) => ({
      agent: String(recordOf(value).id ?? index),
      path: ['agents', 'list', index],
      value: recordOf(value),
    })),
  ];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

/** Null for a model of another provider. The host also accepts the alias of a model, and lowercases ids. */
function hostedModel(config: unknown, written: unknown): HostedModel | null {
  const named = readHostModel(written)?.primary.trim() ?? '';
  const models = recordOf(valueAt(config, ['agents', 'defaults', 'models']));
  const aliased = Object.keys(models).find((id) => recordOf(models[id]).alias === named);
  const id = (aliased ?? named).toLowerCase();
  if (id.startsWith(`${gatewayProvider}/`)) return { entry: id.slice(gatewayProvider.length + 1) };
  return isHostModelId(id) ? { id: canonicalModelId(id) } : null;
}
