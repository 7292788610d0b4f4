import {
  type ChangeReport,
  type ChangeSet,
  changeReport,
  type PlannedFile,
  planFile,
} from '../changes/change-set.ts';
import { keyNotes } from '../changes/key-exposure.ts';
import { readText } from '../config/snapshot.ts';
import { variablesIn } from '../config/variables.ts';
import { inputFor, planApply } from '../host/apply-plan.ts';
import { ensureGatewayToken } from '../host/gateway-token.ts';
import type { FoundKey } from '../host/key-sources.ts';
import type { WrittenVariable } from '../host/new-shells.ts';
import type { HostPlan } from '../host/plan.ts';
import { isThroughGateway } from '../host/providers.ts';
import { startupFiles } from '../host/rc-file.ts';
import { keyHash } from '../openrouter/managed-keys.ts';
import type { Deps } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import type { PrimaryReport } from '../probe/certify.ts';
import { defaultKeyVariable, keyPrefix, variableFor } from '../setup-file/key-format.ts';
import { parseSetup, type Setup } from '../setup-file/setup-file.ts';
import type { Detected } from './detect.ts';
import { type KnownModels, withCurrentModels } from './known-models.ts';
import { setupEdits } from './setup-edits.ts';
import type { ChosenKey } from './setup-key.ts';
import type { EntryRequest, SetupRequest } from './setup-request.ts';

export interface InitResult extends ChangeReport {
  /** False if a primary model did not answer, in which case nothing was written. */
  readonly ok: boolean;
  readonly dryRun: boolean;
  readonly setupFile: string;
  /** The entries of the request, whether changed or not. */
  readonly entries: readonly string[];
  readonly key: { readonly prefix: string; readonly source: string } | null;
  /** Whether every primary model was tested and answered. */
  readonly verified: boolean;
  /** One per primary model that was tested; [] if none was. */
  readonly proofs: readonly PrimaryReport[];
  readonly warnings: readonly string[];
  /** Whether the setup is also in OpenClaw's own config. */
  readonly applied: boolean;
  /** Commands to run next. */
  readonly next: readonly { readonly command: string; readonly why: string }[];
}

/** Everything to be written, and the result once it is. */
export interface InitPlan {
  readonly key: ChosenKey;
  /** Where to store the key; null if it stays where it is. */
  readonly keyLine: WrittenVariable | null;
  readonly changes: ChangeSet;
  readonly result: InitResult;
  /** The changes to the host's config; absent if it is left alone. */
  readonly hostPlan?: HostPlan;
}

/** Turns a request into a change set; writes nothing. Without a catalog (`known` is null), ids are not checked. */
export async function planInit(
  deps: Deps,
  { setup }: Pick<Detected, 'setup'>,
  request: SetupRequest,
  key: ChosenKey,
  known: KnownModels | null,
): Promise<InitPlan> {
  const current = request.entries.map((entry) => withCurrentModels(entry, known));
  const entries = current.map(({ entry }) => entry);
  const edits = setupEdits({ ...request, entries }, key, setup);
  const keyLine = keyLineOf(key, setup, entries);
  const files = [
    planFile(setup.snapshot, 'json5', edits),
    ...(keyLine === null ? [] : await keyFiles(deps, keyLine, setup)),
  ];
  const changes = { command: 'init', files, ...createdKeyOf(key, keyLine) };
  const warnings = [
    ...new Set(current.flatMap(({ notes }) => notes)),
    ...key.notes,
    ...(known === null && entries.length > 0
      ? ['The list of models could not be loaded: model ids were not checked']
      : []),
    ...files.flatMap(({ notes }) => notes.map(({ message }) => message)),
    ...(await keyNotes(deps, changes)),
  ];
  const result = {
    ...changeReport(deps, changes),
    ok: true,
    dryRun: false,
    setupFile: setup.snapshot.path,
    entries: entries.map(({ name }) => name),
    key:
      key.key === null || key.source === null
        ? null
        : { prefix: keyPrefix(key.key), source: key.source },
    verified: false,
    proofs: [],
    warnings,
    applied: false,
    next: [],
  };
  return { key, keyLine, changes, result };
}

function createdKeyOf(
  { isCreated, key }: ChosenKey,
  keyLine: WrittenVariable | null,
): Pick<ChangeSet, 'createdKey'> {
  if (isCreated === undefined || key === null || keyLine === null) return {};
  return { createdKey: { prefix: keyPrefix(key), hash: keyHash(key) } };
}

function keyLineOf(
  { key, isNew, rcFile, variable }: ChosenKey,
  setup: Setup,
  entries: readonly EntryRequest[],
): WrittenVariable | null {
  if (!isNew || key === null || rcFile === null) return null;
  const existing = setup.entries.find(({ name }) => entries.some((entry) => entry.name === name));
  return { rcFile, variable: variable ?? variableFor(existing?.apiKey ?? null), value: key };
}

/**
 * The rc file, and the shell's other startup files that already hold a key, since the file read last wins. Throws
 * UserError if the rc file is the setup file.
 */
async function keyFiles(
  deps: Deps,
  { rcFile: { shell, path }, variable, value }: WrittenVariable,
  { snapshot: setupFile }: Pick<Detected['setup'], 'snapshot'>,
): Promise<readonly PlannedFile[]> {
  const rcFile = await readText(deps.files, path);
  if (rcFile.target === setupFile.target) {
    throw new UserError(`${path} is the setup file, which no shell can read`, {
      type: 'conflict',
      hint: 'Name another file with --rc-file, or store the key yourself and pass --no-rc',
    });
  }
  const snapshots = [rcFile];
  const own = await startupFiles(shell, deps);
  for (const other of own.includes(path) ? own : []) {
    const snapshot = await readText(deps.files, other).catch(() => null);
    const holdsKey =
      snapshot !== null && typeof variablesIn(snapshot.text, shell)[variable] === 'string';
    // One file may be a symlink to another.
    if (holdsKey && snapshots.every(({ target }) => target !== snapshot.target))
      snapshots.push(snapshot);
  }
  return snapshots.map((snapshot) =>
    planFile(snapshot, shell, [{ op: 'set', path: [variable], value }], { holdsKey: true }),
  );
}

/** The variable from which the entries will read a new key. */
export function newKeyVariable({ key, keyLine }: Pick<InitPlan, 'key' | 'keyLine'>): string {
  return keyLine?.variable ?? key.variable ?? defaultKeyVariable;
}

/**
 * Adds what `apply` would write for the planned setup, so that everything is shown, written and undone together. Throws
 * as `apply` does.
 */
export async function withHostUse(
  deps: Deps,
  plan: InitPlan,
  { sandbox }: { readonly sandbox: boolean },
): Promise<InitPlan> {
  const [file] = plan.changes.files;
  if (file === undefined) return plan;
  const setup = parseSetup(file.after, file.path);
  const options = {
    throughGateway: null,
    yes: true,
    json: false,
    withKey: !sandbox,
    mode: 'write',
  } as const;
  const input = await inputFor(deps, options, setup, foundKeyOf(plan));
  const token = isThroughGateway(input.host.value) ? await ensureGatewayToken(deps) : '';
  const applied = await planApply(deps, options, input, token);
  const changes = { ...plan.changes, files: [...plan.changes.files, ...applied.changes.files] };
  const { notes, problems, plan: hostPlan } = applied.result;
  const unsupported = hostPlan.unsupported.map(
    ({ entry, what, why }) => `OpenClaw does not apply ${entry}.${what}: ${why}`,
  );
  const warnings = [...plan.result.warnings, ...unsupported, ...notes, ...problems];
  const result = { ...plan.result, ...changeReport(deps, changes), warnings };
  return { ...plan, changes, result, hostPlan };
}

/** The newly given key as the entries will find it; null if the entries already find their own. */
function foundKeyOf(plan: InitPlan): FoundKey | null {
  const { isNew, key, source } = plan.key;
  if (!isNew || key === null) return null;
  return {
    key,
    variable: newKeyVariable(plan),
    source: { kind: 'environment', where: source ?? '' },
    shadowed: [],
  };
}
