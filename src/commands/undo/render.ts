import type { Undone, UndoPlan, UndoSummary } from '../../changes/undo.ts';
import type { Deps, Stream } from '../../platform/deps.ts';
import { tildePath } from '../../platform/paths.ts';
import { paintDiff } from '../../terminal/diff.ts';
import { createStyle } from '../../terminal/style.ts';
import { toTsv } from '../../text/csv.ts';

type World = Pick<Deps, 'io' | 'place'>;

/** The changes, newest first. In a pipe one line for each: id, time, command and files, separated by tabs. */
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

/** The change that is about to be undone, and the diff. */
export function renderPlan(world: World, stream: Stream, plan: UndoPlan, diff: string): string {
  if (!stream.isTty) return diff;
  const style = createStyle(stream);
  const { command, time } = plan.record;
  const edited = plan.steps
    .filter(({ state }) => state === 'changed')
    .map(
      ({ path }) =>
        `  ${style.symbol('warn')} warn ${tildePath(path, world.place)} has been edited since\n`,
    );
  const head = `  Undoes ${style.strong(command)} of ${minutes(time)}\n`;
  const body =
    diff === '' ? '  Nothing to restore: all files are as they were\n' : paintDiff(diff, style);
  return `${head}${edited.join('')}\n${body}\n`;
}

/** A line for each file. */
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
  return `${lines.length === 0 ? `${ok} All files were as before` : lines.join('\n')}\n`;
}

/** `undo --list --json`. */
export function listDocument(changes: readonly UndoSummary[]) {
  return { ok: true, changes };
}

/** `undo --dry-run --json`. */
export function planDocument({ record, steps }: UndoPlan, diff: string) {
  const files = steps.map(({ path, state, removes }) => ({ path, state, removes }));
  return { ok: true, dryRun: true, change: record, files, diff };
}

/** `undo --json`. */
export function undoneDocument({ record, restored, removed, kept }: Undone) {
  return { ok: true, change: record, restored, removed, kept };
}

function minutes(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
