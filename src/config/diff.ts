import { createTwoFilesPatch } from 'diff';
import { octal } from './mode.ts';

/** Lines that came or went. Beyond that a text is another text, and finding the fewest takes their square. */
const mostDifferences = 1000;

/** A unified diff with three lines of context; empty when nothing changes. Keys in it are not masked. */
export function unifiedDiff(before: string, after: string, name: string): string {
  if (before === after) return '';
  const patch = createTwoFilesPatch(name, name, before, after, undefined, undefined, {
    context: 3,
    maxEditLength: mostDifferences,
  });
  return patch === undefined
    ? wholeDiff(before, after, name)
    : patch.replace(/^(?:Index: .*\n)?=+\n/, '');
}

/** All of the one text out, all of the other one in. */
function wholeDiff(before: string, after: string, name: string): string {
  const [gone, come] = [linesOf(before), linesOf(after)];
  return [
    `--- ${name}\n+++ ${name}\n@@ -1,${gone.length} +1,${come.length} @@\n`,
    ...gone.map((line) => marked('-', line)),
    ...come.map((line) => marked('+', line)),
  ].join('');
}

function linesOf(text: string): string[] {
  return text.match(/.*\n|.+$/g) ?? [];
}

function marked(mark: string, line: string): string {
  return line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;
}

/** A change of permission bits as git's summaries say it; empty when nothing changes or none are known. */
export function modeChange(before: number | undefined, after: number | undefined, name: string) {
  if (before === undefined || after === undefined || before === after) return '';
  return `mode change ${octal(before)} => ${octal(after)} ${name}\n`;
}
