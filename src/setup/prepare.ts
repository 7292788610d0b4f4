import {
  type ChangeSet,
  changedFiles,
  diffOf,
  type PlannedFile,
  planFile,
} from '../changes/change-set.ts';
import { keyNotes } from '../changes/key-exposure.ts';
import { readText } from '../config/file.ts';
import type { Deps } from '../platform/deps.ts';
import { tildePath } from '../platform/paths.ts';
import { keyPrefix } from '../setup-file/key-format.ts';
import type { Found } from './detect.ts';
import type { ChosenKey } from './key.ts';
import type { KnownModels } from './living-models.ts';
import { type Plan, planWish } from './plan.ts';
import type { InitResult } from './result.ts';
import type { Wish } from './wish.ts';

/** All that is to be written, and what the result will say if it is. Nothing is written yet. */
export interface Prepared {
  readonly plan: Plan;
  readonly key: ChosenKey;
  readonly changes: ChangeSet;
  readonly result: InitResult;
}

/** Throws UserError where the file stands in the way of the wish. */
export async function prepare(
  deps: Deps,
  { setup }: Found,
  wish: Wish,
  key: ChosenKey,
  known: KnownModels | null,
): Promise<Prepared> {
  const plan = planWish(wish, setup, known);
  const files: PlannedFile[] = [planFile(setup.snapshot, 'json5', plan.edits)];
  if (plan.key !== null) {
    const { rcFile, edits } = plan.key;
    const snapshot = await readText(deps.files, rcFile.path);
    files.push(planFile(snapshot, rcFile.shell, edits, { holdsKey: true }));
  }
  const changes = { command: 'init', files };
  const warnings = [
    ...warningsOf(plan, key, known === null, changes),
    ...(await keyNotes(deps, changes)),
  ];
  return { plan, key, changes, result: { ...resultOf(deps, changes, plan, key), warnings } };
}

function resultOf(deps: Deps, changes: ChangeSet, plan: Plan, { key, source }: ChosenKey) {
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
    next: [],
  };
}

function warningsOf(plan: Plan, key: ChosenKey, blind: boolean, changes: ChangeSet): string[] {
  return [
    ...plan.notes,
    ...key.notes,
    ...(blind && plan.entries.length > 0
      ? ['The list of models could not be had: model ids were not checked']
      : []),
    ...changes.files.flatMap(({ notes }) => notes.map(({ message }) => message)),
  ];
}
