import { paintDiff } from '../../terminal/diff.ts';
import { wrap } from '../../terminal/table.ts';
import type { Canvas } from './render-finding.ts';
import type { DoctorReport } from './report.ts';

/** What `--fix` did, or the diff of what it would do. */
export function fixLines(
  { fixed }: DoctorReport,
  { style, width, name, program }: Canvas,
): string[] {
  if (fixed === null) return [];
  if (fixed.done.length === 0)
    return [`  ${style.symbol('ok')} nothing that a machine can mend`, ''];
  const written = fixed.written.length > 0;
  const done = fixed.done.map((does) => {
    const symbol = written ? style.symbol('ok') : style.dim(style.dot);
    return `  ${symbol} ${wrap(`${written ? 'mended' : 'would mend'}: ${does}`, width - 4, 4)}`;
  });
  if (!written) return [...done, '', ...diffLines(fixed.diff, style), ''];
  const files = fixed.written.map(name).join(', ');
  const undo = fixed.undoId === null ? '' : `; ${program} undo reverts it`;
  return [...done, `    ${style.dim(wrap(`wrote ${files}${undo}`, width - 4, 4))}`, ''];
}

/** The diff in its colours, indented like everything else. */
export function diffLines(diff: string, style: Canvas['style']): string[] {
  if (diff === '') return [];
  return paintDiff(diff.trimEnd(), style)
    .split('\n')
    .map((line) => `  ${line}`);
}
