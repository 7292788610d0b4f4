import { listUndo, planUndo, type UndoPlan, undo, undoDiff } from '../../changes/undo.ts';
import type { Deps } from '../../platform/deps.ts';
import { CancelError, UsageError, UserError } from '../../platform/errors.ts';
import { setupFilePath } from '../../platform/paths.ts';
import { printJson } from '../shared/print-json.ts';
import {
  listDocument,
  planDocument,
  renderList,
  renderPlan,
  renderUndone,
  undoneDocument,
} from './render.ts';

export interface UndoOptions {
  readonly list: boolean;
  readonly force: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly config?: string | undefined;
}

/**
 * Shows what undoing the last change does, asks, and does it. Throws UserError: `not_found` if there is nothing to undo,
 * `conflict` if a file has changed since, without `force`; UsageError if it cannot ask; CancelError if the answer is no.
 */
export async function runUndo(deps: Deps, options: UndoOptions): Promise<void> {
  if (options.list) return showList(deps, options.json);
  const plan = await planUndo(deps);
  if (plan === null) throw nothingToUndo();
  const diff = undoDiff(deps, plan);
  if (!options.dryRun && !options.force) assertUnedited(plan);
  if (options.dryRun) return showDryRun(deps, plan, diff, options.json);
  if (!options.yes) await ask(deps, plan, diff, options.json);
  const undone = await undoPlan(deps, plan, options);
  if (options.json) printJson(deps, undoneDocument(undone));
  else deps.io.out(renderUndone(deps, undone));
}

/** The one command that may have to do more than write files: a key that was replaced is disabled by now. */
async function undoPlan(deps: Deps, plan: UndoPlan, { force, config }: UndoOptions) {
  const { id, rotation } = plan.record;
  if (rotation === undefined) return undo(deps, { id, force });
  const { undoRotation } = await import('../../keys/undo-rotation.ts');
  const setupPath = setupFilePath(deps, config);
  const management = { managementKeyStdin: false, timeoutMs: 20_000 };
  return undoRotation(deps, plan, { ...management, force, setupPath });
}

async function showList(deps: Deps, json: boolean): Promise<void> {
  const changes = await listUndo(deps);
  if (json) printJson(deps, listDocument(changes));
  else deps.io.out(renderList(deps, changes));
}

function showDryRun(deps: Deps, plan: UndoPlan, diff: string, json: boolean): void {
  if (json) printJson(deps, planDocument(plan, diff));
  else deps.io.out(renderPlan(deps, deps.io.stdout, plan, diff));
}

async function ask(deps: Deps, plan: UndoPlan, diff: string, json: boolean): Promise<void> {
  if (!deps.prompter.canPrompt || json) {
    throw new UsageError('undo cannot ask for confirmation here', {
      hint: 'Pass --yes to undo without a question, or --dry-run to see what would change',
    });
  }
  deps.io.err(renderPlan(deps, deps.io.stderr, plan, diff));
  const isConfirmed = await deps.prompter.confirm({ message: 'Undo this change?', default: true });
  if (!isConfirmed) throw new CancelError();
}

// Before the question, since the answer would not matter.
function assertUnedited({ steps }: UndoPlan): void {
  const changed = steps.filter(({ state }) => state === 'changed').map(({ path }) => path);
  if (changed.length === 0) return;
  throw new UserError(`Edited since the change: ${changed.join(', ')}`, {
    type: 'conflict',
    hint: 'Nothing was written. See the difference with --dry-run, or undo it anyway with --force, which keeps a copy',
  });
}

function nothingToUndo(): UserError {
  return new UserError('There is nothing to undo', {
    type: 'not_found',
    hint: 'No changes are on record',
  });
}
