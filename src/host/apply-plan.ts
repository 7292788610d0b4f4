import { isDeepStrictEqual } from 'node:util';
import { catalogIfAny } from '../catalog/load.ts';
import {
  type ChangeReport,
  type ChangeSet,
  changeReport,
  type PlannedFile,
  planFile,
} from '../changes/change-set.ts';
import { keyNotes } from '../changes/key-exposure.ts';
import { type Edit, pathText } from '../config/edit.ts';
import { readText } from '../config/snapshot.ts';
import { variablesIn } from '../config/variables.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { setupFilePath, tildePath } from '../platform/paths.ts';
import { chooseEntry } from '../routing/choose.ts';
import type { Entry } from '../setup-file/entry.ts';
import { keyPrefix, variableFor } from '../setup-file/key-format.ts';
import { assertShape } from '../setup-file/problems.ts';
import { assertSetupExists, readSetup, type Setup } from '../setup-file/setup-file.ts';
import type { AppliedSetting } from './applied.ts';
import { filterPresent, planRecord, readApplied } from './applied.ts';
import { hasAuthProfiles } from './auth-profiles.ts';
import { parseHostConfig, readHostConfig, resolveIncludes, toFileEdits } from './config.ts';
import { type FoundKey, type MissingKey, resolveKey } from './key-sources.ts';
import { expectedKey, keyProblems } from './key-use.ts';
import { hostPaths, otherProfiles } from './location.ts';
import { hostChain } from './model.ts';
import type { KnownModels } from './model-rows.ts';
import { appliedEntry, type HostPlan, planHost } from './plan.ts';
import type { ListedAgent, Validation } from './program.ts';
import { isThroughGateway } from './providers.ts';
import { unknownModelNotes } from './unknown-models.ts';

export interface ApplyOptions {
  readonly config?: string;
  readonly entry?: string;
  /** Null keeps the current state of the host config. */
  readonly throughGateway: boolean | null;
  readonly mode: 'check' | 'dry-run' | 'write';
  readonly yes: boolean;
  readonly json: boolean;
  /** False with `--sandbox`, because the sandbox key works nowhere else. */
  readonly withKey: boolean;
}

export interface ApplyResult extends ChangeReport {
  /** False if `--check` found that the setup file is not applied. */
  readonly ok: boolean;
  readonly mode: ApplyOptions['mode'];
  readonly hostConfig: string;
  readonly plan: HostPlan;
  readonly key: HostKey;
  readonly notes: readonly string[];
  /** Reasons why the host does not follow the setup file even though its config does. */
  readonly problems: readonly string[];
  /** The agents that the host reported after the write; empty if it was not asked. */
  readonly agents: readonly ListedAgent[];
  readonly validation: Validation;
}

/** The key in the host's `.env`, which the host also reads when it runs as a service. */
export interface HostKey {
  /**
   * `there`: already stored. `carried`: will be stored. `profile`: OpenClaw has it in its own database. `missing`: not
   * found anywhere.
   */
  readonly state: 'there' | 'carried' | 'profile' | 'missing';
  readonly variable: string;
  /** E.g. `sk-or-v1-1a2b…`; null if the key is missing. */
  readonly prefix: string | null;
  /** Where the key was found, as shown to the user. */
  readonly source: string | null;
  /** Edits to the host's `.env`. */
  readonly edits: readonly Edit[];
}

/** Everything the plan depends on, except the gateway token. */
export type ApplyInput = Awaited<ReturnType<typeof readInput>>;

/** Throws UserError of type `not_found` if there is no setup file, entry or model. */
export async function readInput(deps: Deps, options: ApplyOptions) {
  const setup = await readSetup(deps.files, setupFilePath(deps, options.config));
  assertSetupExists(setup, deps.place);
  return inputFor(deps, options, setup);
}

/** Like `readInput`, but the setup file may not be written yet, nor the key stored. */
export async function inputFor(
  deps: Deps,
  { entry, withKey, mode, throughGateway }: Omit<ApplyOptions, 'config' | 'yes' | 'json'>,
  setup: Setup,
  newKey: FoundKey | null = null,
) {
  assertShape(setup);
  const { entry: chosen } = chooseEntry(setup, entry === undefined ? {} : { entry });
  assertHasModel(setup, chosen);
  const host = await readHostConfig(deps);
  const found = withKey ? (newKey ?? (await resolveKey(deps, chosen.apiKey))) : null;
  const key = await planKey(deps, chosen, found);
  const hasProfiles = await hasAuthProfiles(deps, host.value);
  const applied = await readApplied(deps, host.snapshot.path);
  // Also if the gateway was used before, to report what changes.
  const isThrough = throughGateway === true || isThroughGateway(host.value);
  // The gateway's rows need the list. Otherwise the cached one is good enough, and a check changes nothing.
  const offline = mode === 'check' || !isThrough;
  const catalog = await catalogIfAny(deps, listTimeoutMs, { offline, dryRun: mode !== 'write' });
  const known: KnownModels = { models: catalog?.models ?? [], keepsPrices: mode === 'check' };
  return { setup, chosen, host, key, hasProfiles, applied, catalog, known };
}

const listTimeoutMs = 10_000;

function assertHasModel(setup: Setup, entry: Entry): void {
  if (hostChain(entry).length > 0) return;
  const place = setup.at([...entry.path, 'defaultModel']);
  throw new UserError(`The entry "${entry.name}" has no model`, {
    hint: 'Set its defaultModel, or choose another entry with --entry',
    ...(place === undefined ? {} : { place }),
  });
}

async function planKey(
  deps: Deps,
  entry: Entry,
  found: FoundKey | MissingKey | null,
): Promise<HostKey> {
  const variable = variableFor(entry.apiKey);
  const { text } = await readText(deps.files, hostPaths(deps).dotenv);
  const stored = variablesIn(text, 'dotenv')[variable] || null;
  if (found === null || 'missing' in found) {
    const state = stored === null ? 'missing' : 'there';
    return { state, variable, prefix: null, source: null, edits: [] };
  }
  const { key, source } = found;
  // OpenClaw uses its own stored keys, so no variable is needed.
  if (source.kind === 'profile') {
    return { state: 'profile', variable, prefix: keyPrefix(key), source: source.where, edits: [] };
  }
  const isStored = stored === key;
  return {
    state: isStored ? 'there' : 'carried',
    variable,
    prefix: keyPrefix(key),
    source: source.where,
    edits: isStored ? [] : [{ op: 'set', path: [variable], value: key }],
  };
}

export interface PlannedApply {
  readonly changes: ChangeSet;
  readonly result: ApplyResult;
}

export async function planApply(
  deps: Deps,
  options: ApplyOptions,
  { setup, chosen, host, key, hasProfiles, applied, catalog, known }: ApplyInput,
  gatewayToken: string,
): Promise<PlannedApply> {
  deps.io.conceal(gatewayToken);
  const { snapshot, own, value } = host;
  const stateFolder = tildePath(hostPaths(deps).stateFolder, deps.place);
  const hasKey = key.state === 'there' || key.state === 'carried';
  const base = { stateFolder, hasKey, hasProfiles, gatewayToken, applied, known };
  // Without flags, a check accepts any entry as the default.
  const anyEntry =
    options.mode === 'check' && options.entry === undefined && options.throughGateway === null;
  const entry = (anyEntry ? appliedEntry(setup, value, base) : null) ?? chosen;
  const plan = planHost(setup, value, { ...base, entry, throughGateway: options.throughGateway });
  const { throughGateway } = plan;
  const edits = toFileEdits(plan.edits, own, value);
  const holdsToken = throughGateway && edits.length > 0;
  const hostFile = planFile(snapshot, 'json5', edits, { holdsToken });
  const config = parseHostConfig(hostFile.after, hostFile.path);
  const after = await resolveIncludes(deps.files, config, hostFile.path);
  if (options.mode === 'write' && edits.length > 0) assertWritable(deps);
  const changes: ChangeSet = {
    command: 'apply',
    files: [
      await recordFile(deps, snapshot.path, filterPresent(plan.applied, after)),
      hostFile,
      ...(await keyFiles(deps, key)),
    ],
  };
  const ofModels = await unknownModelNotes(setup, plan, catalog, deps.clock.now());
  const result = await resultOf(deps, options, plan, key, changes, ofModels);
  if (options.mode === 'check') {
    const expected = options.withKey ? await expectedKey(deps, plan) : null;
    const ofKeys = expected === null ? [] : await keyProblems(deps, value, expected);
    const problems = [...plan.blocked, ...ofKeys];
    const ok = !result.changed && plan.differences.length === 0 && problems.length === 0;
    return { changes, result: { ...result, ok, problems } };
  }
  if (!isDeepStrictEqual(own, value)) {
    assertEffective(deps, hostFile, planHost(setup, after, { ...base, entry, throughGateway }));
  }
  return { changes, result };
}

/** Throws UserError if the host treats its config as immutable (docs.openclaw.ai/cli/config). */
function assertWritable({ env }: Pick<Deps, 'env'>): void {
  const variable = ['OPENCLAW_CONFIG_READONLY', 'OPENCLAW_NIX_MODE'].find(
    (name) => env[name] === '1',
  );
  if (variable === undefined) return;
  throw new UserError(`OpenClaw's config is managed elsewhere: ${variable} is 1`, {
    hint: (command) => `Make these changes where it is managed: ${command('apply --dry-run')}`,
  });
}

/** Throws UserError if an included file overrides what the plan writes. */
function assertEffective({ place }: Deps, { path }: PlannedFile, { differences }: HostPlan): void {
  const [first] = differences;
  if (first === undefined) return;
  const config = tildePath(path, place);
  throw new UserError(`${pathText(first.path)} is set in a file that ${config} includes`, {
    hint: `apply changes ${config} alone: move that member there, then apply again`,
  });
}

async function recordFile(
  deps: Deps,
  configPath: string,
  applied: readonly AppliedSetting[],
): Promise<PlannedFile> {
  const { before, after } = await planRecord(deps, configPath, applied);
  const { path } = before;
  const rest = { dialect: 'json5', notes: [], holdsKey: false, isMemory: true } as const;
  return { path, before, after, setMode: 0o600, ...rest };
}

async function keyFiles(deps: Deps, { edits }: HostKey): Promise<readonly PlannedFile[]> {
  if (edits.length === 0) return [];
  const snapshot = await readText(deps.files, hostPaths(deps).dotenv);
  return [planFile(snapshot, 'dotenv', edits, { holdsKey: true })];
}

async function resultOf(
  deps: Deps,
  { mode }: ApplyOptions,
  plan: HostPlan,
  key: HostKey,
  changes: ChangeSet,
  ofModels: readonly string[],
): Promise<ApplyResult> {
  return {
    ...changeReport(deps, changes),
    ok: true,
    mode,
    hostConfig: hostPaths(deps).config,
    plan,
    key,
    notes: [
      ...ofModels,
      ...plan.notes,
      ...(await profileNotes(deps)),
      ...(mode === 'check' ? [] : await keyNotes(deps, changes)),
    ],
    problems: plan.blocked,
    agents: [],
    validation: 'not asked',
  };
}

async function profileNotes(deps: Deps): Promise<readonly string[]> {
  const [first, ...others] = await otherProfiles(deps);
  if (first === undefined) return [];
  const names = [first, ...others].join(', ');
  return [
    `OpenClaw has other profiles, which stay as they are: ${names}. For one of them: openclaw --profile ${first} openrouter apply`,
  ];
}
