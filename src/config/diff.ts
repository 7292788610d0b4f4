import { createTwoFilesPatch } from 'diff';
import { octal } from './mode.ts';

/** A unified diff with three lines of context; empty when nothing changes. Keys in it are not masked. */
export function unifiedDiff(before: string, after: string, name: string): string {
  if (before === after) return '';
  const patch = createTwoFilesPatch(name, name, before, after, undefined, undefined, {
    context: 3,
  });
  return patch.replace(/^(?:Index: .*\n)?=+\n/, '');
}

/** A change of permission bits as git's summaries say it; empty when nothing changes or none are known. */
export function modeChange(before: number | undefined, after: number | undefined, name: string) {
  if (before === undefined || after === undefined || before === after) return '';
  return `mode change ${octal(before)} => ${octal(after)} ${name}\n`;
}
