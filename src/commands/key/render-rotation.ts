import type { RotateResult } from '../../keys/rotate.ts';
import type { RotationPlan } from '../../keys/rotation-steps.ts';
import type { Stream } from '../../platform/deps.ts';
import { paintDiff } from '../../terminal/diff.ts';
import { createStyle, type State } from '../../terminal/style.ts';
import { wrap } from '../../terminal/table.ts';
import { toTsv } from '../../text/csv.ts';

/** The places, among them those without a diff, and the diff. */
export function renderRotationPlan(stream: Stream, plan: RotationPlan): string {
  const style = createStyle(stream);
  return [
    `  ${style.strong(plan.prefix)} is replaced in:`,
    ...plan.places.map((where) => `    ${where}`),
    ...plan.notes.map((note) => `  ${style.symbol('warn')} ${wrap(note, stream.columns - 1, 4)}`),
    '',
    paintDiff(plan.diff, style),
  ].join('\n');
}

/**
 * In a pipe: `rotated old new` or `waiting old new`, `old kept|disabled|deleted`, `update file`, and `blocking`,
 * `unreached` and `note` with a sentence.
 */
export function renderRotated(stream: Stream, program: string, result: RotateResult): string {
  const { ok, oldPrefix, newPrefix, oldKey, blocking, unreached, plan } = result;
  if (result.dryRun && plan !== null) {
    return stream.isTty ? renderRotationPlan(stream, plan) : plan.diff;
  }
  const notes = [
    ...result.notes,
    ...(result.restart === 'failed'
      ? ['OpenClaw could not be restarted; its output is above']
      : []),
  ];
  if (!stream.isTty) {
    return toTsv([
      [ok ? 'rotated' : 'waiting', oldPrefix, newPrefix ?? ''],
      ['old', oldKey],
      ...(plan?.files ?? []).map(({ path }) => ['update', path]),
      ...blocking.map((text) => ['blocking', text]),
      ...unreached.map((text) => ['unreached', text]),
      ...notes.map((text) => ['note', text]),
    ]);
  }
  const style = createStyle(stream);
  const line = (state: State, text: string) =>
    `  ${style.symbol(state)} ${state.padEnd(4)} ${wrap(text, stream.columns - 1, 9)}`;
  const lines = [
    line('ok', `${newPrefix ?? 'The new key'} is in every place that had ${oldPrefix}`),
    ...blocking.map((text) => line(ok ? 'warn' : 'fail', text)),
    ok
      ? line('ok', `The old key was ${oldKey}`)
      : line('fail', 'The old key stays enabled until nobody needs it'),
    ...(ok ? [] : [`         ${style.arrow} then, to finish: ${program} key rotate`]),
    ...unreached.map((text) => line('warn', text)),
    ...notes.map((text) => line('warn', text)),
  ];
  return `${lines.join('\n')}\n`;
}
