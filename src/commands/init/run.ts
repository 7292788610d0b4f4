import { readText } from '../../config/file.ts';
import type { Deps } from '../../deps.ts';
import { UsageError, UserError } from '../../errors.ts';
import { keyPrefix } from '../../openclaw/key-format.ts';
import { readSetup, type SetupFile } from '../../openclaw/setup-file.ts';
import { setupFilePath, tildePath } from '../../platform/paths.ts';
import { type Answers, noAnswers } from '../../setup/answers.ts';
import {
  type ChangeSet,
  changedFiles,
  commit,
  diffOf,
  type PlannedFile,
  planFile,
} from '../../setup/change-set.ts';
import { answersFrom } from '../../setup/flags.ts';
import { type Plan, planSetup } from '../../setup/plan.ts';
import { catalogIfAny } from '../api.ts';
import { type ChosenKey, chooseKey } from './key.ts';
import { knownModels } from './known-models.ts';
import { nextSteps } from './next.ts';
import type { InitOptions } from './options.ts';
import { provePrimaries } from './prove.ts';
import { restartHost } from './restart.ts';
import type { InitResult } from './result.ts';

/**
 * Flags to a proven setup: plan, prove, write. Nothing is written when the proof fails or with `--dry-run`.
 * Throws UserError for what stands in the way, CancelError when a person says no.
 */
export async function runInit(deps: Deps, options: InitOptions): Promise<InitResult> {
  refuseSilence(deps, options);
  const path = setupFilePath(deps, options.config);
  const setup = await readSetup(deps.files, path);
  const key = await chooseKey(deps, options);
  const answers = withDefault(answersFrom(options.answers, key.answer));
  const catalog = await catalogIfAny(deps, options.timeoutMs);
  const plan = planSetup(answers, setup, catalog === null ? null : knownModels(catalog));
  const changes = await changeSetOf(deps, setup, plan);
  const result = {
    ...summary(deps, changes, plan, key),
    notes: notesOf(plan, key, catalog === null, changes),
  };
  if (options.dryRun) return { ...result, dryRun: true };
  return writeProven(deps, options, { setup, plan, key, changes, result });
}

// Without a terminal there is nobody to ask: what may be written must have been said.
function refuseSilence({ prompter }: Deps, { yes, dryRun }: InitOptions): void {
  if (yes || dryRun || prompter.canPrompt) return;
  throw new UsageError('init asks questions, and here is no terminal to answer on', {
    hint: [
      'Say --yes to go by flags, e.g.: printf %s "$KEY" | openclaw-openrouter init --yes --preset basic --key-stdin',
      'Say --dry-run to see what would be written',
    ].join('\n'),
  });
}

function withDefault(answers: Answers): Answers {
  const said: unknown = { ...answers, key: noAnswers.key };
  return JSON.stringify(said) === JSON.stringify(noAnswers)
    ? { ...answers, presets: ['basic'] }
    : answers;
}

async function changeSetOf(deps: Deps, setup: SetupFile, plan: Plan): Promise<ChangeSet> {
  const files: PlannedFile[] = [planFile(setup.snapshot, 'json5', plan.edits)];
  if (plan.key !== null) {
    const { rcFile, edits } = plan.key;
    const snapshot = await readText(deps.files, rcFile.path);
    files.push(planFile(snapshot, rcFile.shell, edits, { holdsKey: true }));
  }
  return { command: 'init', files };
}

function summary(
  deps: Deps,
  changes: ChangeSet,
  plan: Plan,
  { key, source }: ChosenKey,
): InitResult {
  const name = (path: string) => tildePath(path, deps.place);
  return {
    ok: true,
    dryRun: false,
    setupFile: changes.files[0]?.path ?? '',
    files: changedFiles(changes).map(({ path, before }) => ({
      path,
      action: before.exists ? 'update' : 'create',
    })),
    diff: diffOf(changes, { mask: deps.io.mask, name }),
    entries: plan.entries,
    key: key === null || source === null ? null : { prefix: keyPrefix(key), source },
    proofs: [],
    notes: [],
    undoId: null,
    next: [],
  };
}

function notesOf(plan: Plan, key: ChosenKey, blind: boolean, changes: ChangeSet): string[] {
  return [
    ...plan.notes,
    ...key.notes,
    ...(blind ? ['The list of models could not be had: model ids were not checked'] : []),
    ...changes.files.flatMap(({ notes }) => notes.map(({ message }) => message)),
  ];
}

interface Prepared {
  readonly setup: SetupFile;
  readonly plan: Plan;
  readonly key: ChosenKey;
  readonly changes: ChangeSet;
  readonly result: InitResult;
}

async function writeProven(
  deps: Deps,
  options: InitOptions,
  { plan, key, changes, result }: Prepared,
): Promise<InitResult> {
  if (result.files.length === 0) return { ...result, next: nextSteps(deps, changes, false) };
  if (options.verify && key.key === null) throw noKey();
  const proofs = options.verify ? await provePrimaries(deps, options, changes, plan, key) : [];
  if (proofs.some(({ ok }) => !ok)) return { ...result, ok: false, files: [], proofs };
  const { undoId } = await commit(deps, changes);
  const restarted = options.restart && (await restartHost(deps));
  return { ...result, proofs, undoId, next: nextSteps(deps, changes, restarted) };
}

function noKey(): UserError {
  return new UserError('There is no key to prove the setup with', {
    type: 'key',
    hint: [
      'Make one at https://openrouter.ai/keys and give it with --key-stdin or --key-env <NAME>',
      'Say --no-verify to write without a proof, --sandbox to try it without a key',
    ].join('\n'),
  });
}
