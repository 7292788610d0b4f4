import type { Style } from './style.ts';

/** A unified diff in its colors. */
export function paintDiff(diff: string, style: Style): string {
  return diff
    .split('\n')
    .map((line) => paintLine(line, style))
    .join('\n');
}

function paintLine(line: string, style: Style): string {
  if (/^(---|\+\+\+) /.test(line)) return style.strong(line);
  if (line.startsWith('@@')) return style.dim(line);
  if (line.startsWith('+')) return style.added(line);
  return line.startsWith('-') ? style.removed(line) : line;
}
