import type { Path } from '../config/edit.ts';
import { canonicalModelId, isHostModelId } from '../openrouter/model-id.ts';
import { isRecord, valueAt } from '../platform/record.ts';
import { gatewayProvider, readHostModel } from './model.ts';

/** A model of the host config besides the one that answers in chats, as far as OpenRouter serves it. */
export interface ModelSlot {
  readonly name: 'heartbeat' | 'compaction' | 'utilityModel' | 'imageModel' | 'pdfModel' | 'model';
  /** Null for the defaults of all agents. */
  readonly agent: string | null;
  readonly model: HostedModel;
  /** Of the member that decides. */
  readonly path: Path;
}

/** A model as OpenRouter knows it, or an entry that `serve` answers for. */
type HostedModel = { readonly id: string } | { readonly entry: string };

/** A run of the agent that comes by itself. */
export interface Heartbeat extends ModelSlot {
  readonly name: 'heartbeat';
  readonly everyMinutes: number;
  readonly runsPerDay: number;
  /** Without the conversation, and without the files of the workspace. */
  readonly isIsolated: boolean;
  readonly isLight: boolean;
  /** Something in the config asks for it; the host runs it in any case. */
  readonly isConfigured: boolean;
}

interface Block {
  readonly agent: string | null;
  readonly path: Path;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The slots that the config sets (docs.openclaw.ai/gateway/config-agents/models), without heartbeats. */
export function modelSlots(config: unknown): readonly ModelSlot[] {
  return blocks(config).flatMap((block) => {
    const own = block.agent === null ? [] : [['model', ['model']] as const];
    return [...own, ...slotMembers].flatMap(([name, member]): ModelSlot[] => {
      const written = valueAt(block.value, member);
      const model = hostedModel(config, written);
      const path = [...block.path, ...member, ...(isRecord(written) ? ['primary'] : [])];
      return model === null ? [] : [{ name, agent: block.agent, model, path }];
    });
  });
}

const slotMembers = [
  ['compaction', ['compaction', 'model']],
  ['utilityModel', ['utilityModel']],
  ['imageModel', ['imageModel']],
  ['pdfModel', ['pdfModel']],
] as const;

/**
 * The heartbeats that cost money at OpenRouter. Where an agent has a block of its own, only such agents have a heartbeat
 * (docs.openclaw.ai/gateway/heartbeat).
 */
export function heartbeats(config: unknown): readonly Heartbeat[] {
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

/** `30m`, `1h30m`, or a number of minutes; null for anything else. */
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

/** The hours of a day in which heartbeats run. */
function activeHours(value: unknown): number {
  if (!isRecord(value)) return 24;
  const [start, end] = [value.start, value.end].map((time) => {
    const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(String(time)) ?? [];
    return hours === undefined ? null : Number(hours) + Number(minutes) / 60;
  });
  if (start == null || end == null) return 24;
  return (end - start + 24) % 24 || (start === end ? 0 : 24);
}

/** The defaults, then each agent, in `agents.entries` or in the older list. */
function blocks(config: unknown): readonly Block[] {
  const entries = recordOf(valueAt(config, ['agents', 'entries']));
  const list = valueAt(config, ['agents', 'list']);
  const listed = Array.isArray(list) ? list : [];
  return [
    {
      agent: null,
      path: ['agents', 'defaults'],
      value: recordOf(valueAt(config, ['agents', 'defaults'])),
    },
    ...Object.entries(entries).map(([agent, value]) => ({
      agent,
      path: ['agents', 'entries', agent],
      value: recordOf(value),
    })),
    ...listed.map((value: unknown, index) => ({
      agent: String(recordOf(value).id ?? index),
      path: ['agents', 'list', index],
      value: recordOf(value),
    })),
  ];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

/** Null for a model of another provider. The host also takes the alias of a model. */
function hostedModel(config: unknown, written: unknown): HostedModel | null {
  const named = readHostModel(written)?.primary.trim() ?? '';
  const models = recordOf(valueAt(config, ['agents', 'defaults', 'models']));
  const aliased = Object.keys(models).find((id) => recordOf(models[id]).alias === named);
  const id = aliased ?? named;
  if (id.startsWith(`${gatewayProvider}/`)) return { entry: id.slice(gatewayProvider.length + 1) };
  return isHostModelId(id) ? { id: canonicalModelId(id) } : null;
}
