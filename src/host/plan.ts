import type { Edit } from '../config/edit.ts';
import { valueAt } from '../platform/record.ts';
import type { Entry } from '../setup-file/entry.ts';
import { readAgents } from './agents.ts';
import { type AppliedSetting, appliedAfter, staleSettings } from './applied.ts';
import type { CarriedSetup, Carry } from './carry.ts';
import { channelNotes, channelSettings, usedChannels } from './channels.ts';
import { isThroughGateway } from './gateway.ts';
import { type Left, leftOf } from './left.ts';
import { hostChain, modelFor, sameModelOr } from './model.ts';
import { leaves, paramsOf } from './params.ts';
import { providerSettings } from './provider.ts';
import { type Difference, differencesOf, editsOf, type HostSetting } from './setting.ts';

export type { CarriedSetup } from './carry.ts';

export type { Difference } from './setting.ts';

export interface CarryOptions extends Omit<Carry, 'throughGateway'> {
  /** Null: as the config has it. */
  readonly throughGateway: boolean | null;
}

/** What `drift` goes by: any entry may be the default. */
export type DriftOptions = Pick<Carry, 'stateFolder' | 'keyIsThere' | 'gatewayToken' | 'applied'>;

/** How the setup file comes into the host's config. */
export interface HostPlan {
  readonly entry: Entry;
  readonly throughGateway: boolean;
  readonly differences: readonly Difference[];
  readonly edits: readonly Edit[];
  /** What was written into the config by the time that they are, whatever has become of it. */
  readonly applied: readonly AppliedSetting[];
  /** What the host has no place for. */
  readonly left: readonly Left[];
  /** What a person should know besides. */
  readonly notes: readonly string[];
}

/**
 * What the host's config must say so that the host does what the setup file says. Pure; `config` is the parsed host
 * config, undefined where there is none. Members that the setup file says nothing about are left alone, unless an
 * earlier run wrote them.
 */
export function planHost(setup: CarriedSetup, config: unknown, options: CarryOptions): HostPlan {
  const throughGateway = options.throughGateway ?? isThroughGateway(config);
  const carry: Carry = { ...options, throughGateway };
  const wanted = [
    ...defaultSettings(config, carry),
    ...providerSettings(setup, config, carry),
    ...channelSettings(setup, config, carry),
  ];
  const stale = staleSettings(options.applied, wanted, config, readAgents(config).fallback);
  const differences = differencesOf([...wanted, ...stale], config);
  return {
    entry: options.entry,
    throughGateway,
    differences,
    edits: editsOf(differences),
    applied: appliedAfter(options.applied, differences, config),
    left: throughGateway ? [] : leftOf(setup, options.entry),
    notes: [...channelNotes(setup, config, carry), ...unusedNotes(setup, carry)],
  };
}

/**
 * What of the setup file is not in force in the host; nothing when it is carried there with some entry as the
 * default. Any may have been chosen when it was carried, so the first is just the one that is spoken of.
 */
export function drift(
  setup: CarriedSetup,
  config: unknown,
  options: DriftOptions,
): readonly Difference[] {
  const plans = plansOf(setup, config, options);
  return inForce(plans) === undefined ? (plans[0]?.differences ?? []) : [];
}

/** The entry that is the default of the host, where the setup file is in force there; else null. */
export function entryInForce(
  setup: CarriedSetup,
  config: unknown,
  options: DriftOptions,
): Entry | null {
  return inForce(plansOf(setup, config, options))?.entry ?? null;
}

function inForce(plans: readonly HostPlan[]): HostPlan | undefined {
  return plans.find(({ differences }) => differences.length === 0);
}

function plansOf(setup: CarriedSetup, config: unknown, options: DriftOptions): readonly HostPlan[] {
  return setup.entries
    .filter((entry) => hostChain(entry).length > 0)
    .map((entry) => planHost(setup, config, { ...options, entry, throughGateway: null }));
}

function defaultSettings(config: unknown, carry: Carry): readonly HostSetting[] {
  const { entry, throughGateway } = carry;
  const { fallback } = readAgents(config);
  const own = ['agents', 'entries', fallback ?? '', 'model'];
  // An agent's own model wins over the default one.
  const places = [
    ['agents', 'defaults', 'model'],
    ...(valueAt(config, own) === undefined ? [] : [own]),
  ];
  const models = places.map((path) => ({
    path,
    value: sameModelOr(valueAt(config, path), modelFor(entry, carry)),
  }));
  if (throughGateway) return models;
  const params = paramsOf(entry);
  const paramsAt = (id: string) => ['agents', 'defaults', 'models', id, 'params'];
  return [...models, ...hostChain(entry).flatMap((id) => leaves(paramsAt(id), params))];
}

function unusedNotes(setup: CarriedSetup, { entry }: Carry): readonly string[] {
  const used = [entry.name, ...usedChannels(setup).map(({ entry }) => entry.name)];
  return setup.entries
    .filter(({ name }) => !used.includes(name))
    .map(({ name }) => `No channel uses "${name}"; --entry ${name} makes it the default`);
}
