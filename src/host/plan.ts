import type { Edit } from '../config/edit.ts';
import { isRecord, valueAt } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import { shellWord } from '../text/escape.ts';
import { readAgents } from './agents.ts';
import {
  type AppliedSetting,
  addApplied,
  type Difference,
  findDifferences,
  type HostSetting,
  leafSettings,
  staleSettings,
  toEdits,
} from './applied.ts';
import { bindingNotes, blockedChannels, channelSettings, routedChannels } from './channels.ts';
import {
  type GatewayEffects,
  gatewayEffects,
  type UnsupportedPart,
  unsupportedParts,
} from './gateway-effects.ts';
import { hostChain, keepEqualModel, modelFor, toHostParams } from './model.ts';
import { needsEmptyPolicy, otherModels } from './other-models.ts';
import type { ApplicableSetup, PlanOptions } from './plan-options.ts';
import { isThroughGateway, providerSettings, secretNotes } from './providers.ts';

/** The changes that apply a setup to the host config. */
export interface HostPlan {
  readonly entry: Entry;
  readonly throughGateway: boolean;
  readonly differences: readonly Difference[];
  readonly edits: readonly Edit[];
  /** What this and earlier runs wrote, including what is no longer there. */
  readonly applied: readonly AppliedSetting[];
  readonly unsupported: readonly UnsupportedPart[];
  /** What the user gains and loses with the gateway; null if the host calls OpenRouter directly before and after. */
  readonly gateway: GatewayEffects | null;
  /** Channels and agents that will still not follow the setup file after this, and why. */
  readonly blocked: readonly string[];
  readonly notes: readonly string[];
}

export interface HostPlanOptions extends Omit<PlanOptions, 'throughGateway'> {
  /** Null keeps what the config has. */
  readonly throughGateway: boolean | null;
}

/**
 * Plans the changes that make the host follow the setup file. Pure. `config` is the parsed host config, undefined if
 * there is none. Members that the setup file does not mention are left alone, unless an earlier run wrote them.
 */
export function planHost(
  setup: ApplicableSetup,
  config: unknown,
  given: HostPlanOptions,
): HostPlan {
  const throughGateway = given.throughGateway ?? isThroughGateway(config);
  const options: PlanOptions = { ...given, throughGateway };
  const settings = [
    ...defaultSettings(config, options),
    ...providerSettings(setup, config, options),
    ...channelSettings(setup, config, options),
  ];
  const stale = staleSettings(options.applied, settings, config, readAgents(config).defaultAgent);
  const differences = findDifferences([...settings, ...stale], config);
  const others = otherModels(setup, withoutMembers(config, stale), options);
  return {
    entry: options.entry,
    throughGateway,
    differences,
    edits: toEdits(differences),
    applied: addApplied(options.applied, differences, config),
    unsupported: throughGateway ? [] : unsupportedParts(setup, options.entry),
    gateway:
      throughGateway || isThroughGateway(config)
        ? gatewayEffects(setup, options.entry, options.known, config)
        : null,
    blocked: [...blockedChannels(setup, config, options), ...others.problems],
    notes: [
      ...secretNotes(config, options),
      ...bindingNotes(setup, config),
      ...others.notes,
      ...unusedEntryNotes(setup, options),
    ],
  };
}

/** The config without what earlier runs wrote, except bindings, which are list items. */
function withoutMembers(config: unknown, removals: readonly HostSetting[]): unknown {
  const copy: unknown = structuredClone(config);
  for (const { path } of removals) {
    const parent = valueAt(copy, path.slice(0, -1));
    if (isRecord(parent)) Reflect.deleteProperty(parent, String(path.at(-1)));
  }
  return copy;
}

export type DriftOptions = Omit<PlanOptions, 'entry' | 'throughGateway'>;

/**
 * The settings in which the host config differs from the setup file. Empty if the setup is applied with any entry as
 * the default; otherwise the differences with the first entry as the default.
 */
export function drift(
  setup: ApplicableSetup,
  config: unknown,
  options: DriftOptions,
): readonly Difference[] {
  const plans = planEachEntry(setup, config, options);
  return plans.some(isApplied) ? [] : (plans[0]?.differences ?? []);
}

/** The default entry that the setup is applied with in the host; null if it is not applied. */
export function appliedEntry(
  setup: ApplicableSetup,
  config: unknown,
  options: DriftOptions,
): Entry | null {
  return planEachEntry(setup, config, options).find(isApplied)?.entry ?? null;
}

function isApplied({ differences }: HostPlan): boolean {
  return differences.length === 0;
}

function planEachEntry(
  setup: ApplicableSetup,
  config: unknown,
  options: DriftOptions,
): readonly HostPlan[] {
  return setup.entries
    .filter((entry) => hostChain(entry).length > 0)
    .map((entry) => planHost(setup, config, { ...options, entry, throughGateway: null }));
}

function defaultSettings(config: unknown, options: PlanOptions): readonly HostSetting[] {
  const { entry, throughGateway } = options;
  const agentModel = ['agents', 'entries', readAgents(config).defaultAgent ?? '', 'model'];
  // An agent's model overrides the default one.
  const paths = [
    ['agents', 'defaults', 'model'],
    ...(valueAt(config, agentModel) === undefined ? [] : [agentModel]),
  ];
  const models = paths.map((path) => ({
    path,
    value: keepEqualModel(valueAt(config, path), modelFor(entry, options)),
  }));
  if (throughGateway) return models;
  const params = toHostParams(entry);
  const paramsPath = (id: string) => ['agents', 'defaults', 'models', id, 'params'];
  const policy = { path: ['agents', 'defaults', 'modelPolicy'], value: {} };
  return [
    ...models,
    ...hostChain(entry).flatMap((id) => leafSettings(paramsPath(id), params)),
    ...(needsEmptyPolicy(config, entry) ? [policy] : []),
  ];
}

function unusedEntryNotes(setup: ApplicableSetup, { entry }: PlanOptions): readonly string[] {
  const used = [entry.name, ...routedChannels(setup).map(({ entry }) => entry.name)];
  return setup.entries
    .filter(({ name }) => !used.includes(name))
    .map(
      ({ name }) =>
        `No channel uses "${name}". To make it the default, pass --entry ${shellWord(name)}`,
    );
}
