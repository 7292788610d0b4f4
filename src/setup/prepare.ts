import {
  type ChangeSet,
  changedFiles,
  diffOf,
  type PlannedFile,
  planFile,
} from '../changes/change-set.ts';
import { keyNotes } from '../changes/key-exposure.ts';
import { readText } from '../config/snapshot.ts';
import { variablesIn } from '../config/variables.ts';
import type { HostPlan } from '../host/plan.ts';
import { startupFiles } from '../host/rc-file.ts';
import type { Deps } from '../platform/deps.ts';
import { tildePath } from '../platform/paths.ts';
import type { LinkReport } from '../probe/report.ts';
import { keyPrefix } from '../setup-file/key-format.ts';
import type { Detected } from './detect.ts';
import type { ChosenKey } from './key.ts';
import type { KnownModels } from './known-models.ts';
import { type Plan, planSetup } from './plan.ts';
import type { SetupRequest } from './setup-request.ts';

export interface InitResult {
  /** False when a primary model did not answer, and so nothing was written. */
  readonly ok: boolean;
  readonly dryRun: boolean;
  /** With `dryRun`: would be changed. */
  readonly changed: boolean;
  readonly setupFile: string;
  readonly files: readonly { readonly path: string; readonly action: 'create' | 'update' }[];
  /** Unified, keys masked; empty when nothing changes. */
  readonly diff: string;
  /** The entries of the request. */
  readonly entries: readonly string[];
  readonly key: { readonly prefix: string; readonly source: string } | null;
  /** Every primary model was asked and answered. */
  readonly verified: boolean;
  /** One for each primary model that was asked; [] when none was. */
  readonly proofs: readonly PrimaryReport[];
  readonly warnings: readonly string[];
  readonly undoId: string | null;
  /** Whether OpenClaw's own config has the setup too. */
  readonly applied: boolean;
  /** Commands to run next. */
  readonly next: readonly { readonly command: string; readonly why: string }[];
}

/** How the primary model of an entry answered. */
export interface PrimaryReport extends LinkReport {
  readonly entry: string;
}

/** All that is to be written, and the result if it is. */
export interface Prepared {
  readonly plan: Plan;
  readonly key: ChosenKey;
  readonly changes: ChangeSet;
  readonly result: InitResult;
  /** What the host's config is to say; absent if it is left alone. */
  readonly hostPlan?: HostPlan;
}

/** Turns a request into a change set; writes nothing. Throws as `planSetup` does. */
export async function prepare(
  deps: Deps,
  { setup }: Pick<Detected, 'setup'>,
  request: SetupRequest,
  key: ChosenKey,
  known: KnownModels | null,
): Promise<Prepared> {
  const plan = planSetup(request, key.storage, setup, known);
  const files: PlannedFile[] = [planFile(setup.snapshot, 'json5', plan.edits)];
  if (plan.key !== null) files.push(...(await keyFiles(deps, plan.key)));
  const changes = { command: 'init', files };
  const warnings = [
    ...plan.notes,
    ...key.notes,
    ...(known === null && plan.entries.length > 0
      ? ['The list of models could not be loaded: model ids were not checked']
      : []),
    ...files.flatMap(({ notes }) => notes.map(({ message }) => message)),
    ...(await keyNotes(deps, changes)),
  ];
  return { plan, key, changes, result: { ...summarize(deps, changes, plan, key), warnings } };
}

/** The rc file, and the other startup files of its shell that hold a key already: what is read last would win. */
async function keyFiles(
  deps: Deps,
  { rcFile, variable, edits }: NonNullable<Plan['key']>,
): Promise<readonly PlannedFile[]> {
  const { shell, path } = rcFile;
  const snapshots = [await readText(deps.files, path)];
  const own = startupFiles(shell, deps);
  for (const other of own.includes(path) ? own : []) {
    const snapshot = await readText(deps.files, other).catch(() => null);
    const holdsKey =
      snapshot !== null && typeof variablesIn(snapshot.text, shell)[variable] === 'string';
    // One may be a link to another.
    if (holdsKey && snapshots.every(({ target }) => target !== snapshot.target))
      snapshots.push(snapshot);
  }
  return snapshots.map((snapshot) => planFile(snapshot, shell, edits, { holdsKey: true }));
}

/** The result of a change set before it is written. */
export function summarize(deps: Deps, changes: ChangeSet, plan: Plan, { key, source }: ChosenKey) {
  const name = (path: string) => tildePath(path, deps.place);
  const files = changedFiles(changes).map(({ path, before }): InitResult['files'][number] => ({
    path,
    action: before.exists ? 'update' : 'create',
  }));
  return {
    ok: true,
    dryRun: false,
    changed: files.length > 0,
    setupFile: changes.files[0]?.path ?? '',
    files,
    diff: diffOf(changes, { mask: deps.io.mask, name }),
    entries: plan.entries,
    key: key === null || source === null ? null : { prefix: keyPrefix(key), source },
    verified: false,
    proofs: [],
    undoId: null,
    applied: false,
    next: [],
  };
}
