import type { Command } from 'commander';
import {
  assertUnedited,
  listUndo,
  planUndo,
  sinceText,
  type Undone,
  type UndoPlan,
  type UndoSummary,
  undo,
  undoDiff,
} from '../../changes/undo.ts';
import type { Deps, Stream } from '../../platform/deps.ts';
import { CancelError, UsageError, UserError } from '../../platform/errors.ts';
import { setupFilePath, tildePath } from '../../platform/paths.ts';
import { keyPage } from '../../setup-file/key-format.ts';
import { createStyle, paintDiff, type Style } from '../../terminal/style.ts';
import { wrap } from '../../terminal/table.ts';
import { toTsv } from '../../text/csv.ts';
import { addCommonOptions, addPlainPrompts, type CommonOptions } from '../shared/options.ts';
import { printJson } from '../shared/print-json.ts';

/** `undo [--list] [--force] [--yes] [--dry-run]`. */
export function define(command: Command, deps: Deps, run = runUndo): void {
  command
    .option('--list', 'list the last 20 changes that can be undone')
    .option('--force', 'undo even if a file has changed since, and keep a copy of it')
    .option('--yes', 'do not ask')
    .option('--dry-run', 'show what would change and write nothing')
    .addHelpText(
      'after',
      '\nUndoes the latest change. Run it again to undo the one before.\n' +
        `\nExample:\n  $ ${deps.place.program} undo --dry-run\n`,
    );
  addPlainPrompts(command);
  addCommonOptions(command).action((options: UndoOptions) => run(deps, options));
}

export interface UndoOptions extends CommonOptions {
  readonly list?: boolean;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/**
 * Shows what undoing the last change would do, asks, and does it. Throws UserError of type `not_found` if there is
 * nothing to undo, or `conflict` if a file has changed since (without `force`); UsageError if it cannot prompt;
 * CancelError if the answer is no.
 */
export async function runUndo(deps: Deps, options: UndoOptions): Promise<void> {
  const { list = false, dryRun = false, force = false, yes = false, json = false } = options;
  if (list) return showList(deps, json);
  const plan = await planUndo(deps);
  if (plan === null) throw nothingToUndo();
  const diff = undoDiff(deps, plan);
  // Before the prompt, since the answer would not matter.
  if (!dryRun && !force) assertUnedited(plan.steps);
  if (dryRun) return showDryRun(deps, plan, diff, json);
  if (!yes) await ask(deps, plan, diff, json);
  const undone = await undoPlan(deps, plan, options);
  if (json) printJson(deps, undoneDocument(undone));
  else printText(deps, renderUndone(deps, undone), keyWarnings(undone.record));
}

const nothingToRestore = 'Nothing to restore: all files are as they were';

/** On a terminal, the warnings are part of the text. In a pipe they go to stderr, and an empty text is explained. */
function printText({ io }: Deps, text: string, warnings: readonly string[]): void {
  io.out(text);
  if (io.stdout.isTty) return;
  const notes = text === '' ? [nothingToRestore, ...warnings] : warnings;
  io.err(notes.map((note) => `  ${note}\n`).join(''));
}

/** Undoing a rotation takes more than writing files: the replaced key may be disabled by now. */
async function undoPlan(deps: Deps, plan: UndoPlan, { force = false, config }: UndoOptions) {
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
  if (json) printJson(deps, planDocument(deps, plan, diff));
  else printText(deps, renderPlan(deps, deps.io.stdout, plan, diff), planWarnings(deps, plan));
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

function nothingToUndo(): UserError {
  return new UserError('There is nothing to undo', {
    type: 'not_found',
    hint: 'No changes are on record',
  });
}

type World = Pick<Deps, 'io' | 'place'>;

function planWarnings({ place }: World, { record, steps }: UndoPlan): readonly string[] {
  const edited = steps
    .filter(({ state }) => state === 'changed')
    .map((step) => `${tildePath(step.path, place)} ${sinceText(step)}, so undo needs --force`);
  return [...edited, ...keyWarnings(record)];
}

/** The key that the change has stored outlives its undo. */
function keyWarnings({ createdKey }: UndoSummary): readonly string[] {
  if (createdKey === undefined) return [];
  const { prefix, hash } = createdKey;
  return [
    `The key ${prefix} is not disabled by this, and OpenRouter cannot show it again. To disable it: ${keyPage(hash)}`,
  ];
}

/** The changes, newest first. In a pipe, one tab-separated line each: id, time, command and files. */
export function renderList({ io, place }: World, changes: readonly UndoSummary[]): string {
  if (!io.stdout.isTty) {
    return toTsv(changes.map(({ id, time, command, files }) => [id, time, command, ...files]));
  }
  if (changes.length === 0) return '  Nothing to undo: no changes are on record\n';
  const style = createStyle(io.stdout);
  const widest = Math.max(...changes.map(({ command }) => command.length));
  const lines = changes.map(({ time, command, files }) => {
    const names = files.map((path) => tildePath(path, place)).join(', ');
    return `  ${style.dim(minutes(time))}  ${style.strong(command.padEnd(widest))}  ${names}`;
  });
  return `${lines.join('\n')}\n\n  ${style.dim(`${style.arrow} undo undoes the first of these`)}\n`;
}

/** The change about to be undone, and the diff. */
export function renderPlan(world: World, stream: Stream, plan: UndoPlan, diff: string): string {
  if (!stream.isTty) return diff;
  const style = createStyle(stream);
  const { command, time } = plan.record;
  const warnings = planWarnings(world, plan).map((text) => warnLine(style, stream, text));
  const head = `  Undoes ${style.strong(command)} of ${minutes(time)}\n`;
  const body = diff === '' ? `  ${nothingToRestore}\n` : paintDiff(diff, style);
  return `${head}${warnings.map((line) => `${line}\n`).join('')}\n${body}\n`;
}

function warnLine(style: Style, { columns }: Stream, text: string): string {
  return `  ${style.symbol('warn')} warn ${wrap(text, columns - 1, 9)}`;
}

/** One line per file. */
export function renderUndone({ io, place }: World, undone: Undone): string {
  const style = createStyle(io.stdout);
  const name = (path: string) => tildePath(path, place);
  const { restored, removed, kept } = undone;
  if (!io.stdout.isTty) {
    return [
      ...restored.map((path) => `restored\t${path}`),
      ...removed.map((path) => `removed\t${path}`),
      ...kept.map(({ copy }) => `kept\t${copy}`),
    ]
      .map((line) => `${line}\n`)
      .join('');
  }
  const ok = `  ${style.symbol('ok')} ok`;
  const lines = [
    ...restored.map((path) => `${ok} ${name(path)} restored`),
    ...removed.map((path) => `${ok} ${name(path)} removed: the change had created it`),
    ...kept.map(({ copy }) => `    ${style.arrow} its edited version is in ${name(copy)}`),
  ];
  const warnings = keyWarnings(undone.record).map((text) => warnLine(style, io.stdout, text));
  const done = lines.length === 0 ? [`${ok} All files were as before`] : lines;
  return `${[...done, ...warnings].join('\n')}\n`;
}

/** `undo --list --json`. */
export function listDocument(changes: readonly UndoSummary[]) {
  return { ok: true, changes };
}

/** `undo --dry-run --json`. */
export function planDocument(world: World, plan: UndoPlan, diff: string) {
  const files = plan.steps.map(({ path, state, removes }) => ({ path, state, removes }));
  const warnings = planWarnings(world, plan);
  return { ok: true, dryRun: true, change: plan.record, files, warnings, diff };
}

/** `undo --json`. */
export function undoneDocument({ record, restored, removed, kept }: Undone) {
  return { ok: true, change: record, restored, removed, kept, warnings: keyWarnings(record) };
}

function minutes(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
