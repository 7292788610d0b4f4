import { createTwoFilesPatch } from 'diff';
import type { FileSnapshot } from '../config/snapshot.ts';
import { octal } from '../config/write.ts';
import type { Deps } from '../platform/deps.ts';
import { tildePath } from '../platform/paths.ts';
import { hideSecrets } from '../text/hide-secrets.ts';

/**
 * The unified diff of one file, with secrets masked, plus a line if its permission bits change. Not in `change-set`,
 * because `undo` would load all dialects with it.
 */
export function fileDiff(
  { io, place }: Pick<Deps, 'io' | 'place'>,
  file: {
    readonly path: string;
    readonly now: FileSnapshot;
    readonly after: string;
    readonly setMode?: number;
  },
): string {
  const { now, after, setMode } = file;
  const path = tildePath(file.path, place);
  const mode = now.facts?.mode;
  const modeLine =
    mode === undefined || setMode === undefined || mode === setMode
      ? ''
      : `mode change ${octal(mode)} => ${octal(setMode)} ${path}\n`;
  const diff = /\.json[5c]?$/.test(path)
    ? unifiedDiff(now.text, after, path)
    : unifiedDiff(withFinalNewline(now.text), withFinalNewline(after), path, 0);
  return io.mask(hideSecrets(modeLine + diff));
}

/**
 * Any line of an rc file or a `.env` may contain a password, in more forms than can be recognized. So their diffs have
 * no lines but the changed ones, and appending does not change a last line without a newline.
 */
function withFinalNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/** A unified diff, by default with three lines of context; empty if nothing changes. Keys are not masked. */
export function unifiedDiff(before: string, after: string, name: string, context = 3): string {
  if (before === after) return '';
  const patch = createTwoFilesPatch(name, name, before, after, undefined, undefined, {
    context,
    maxEditLength: maxDifferences,
  });
  return patch === undefined
    ? wholeDiff(before, after, name)
    : patch.replace(/^(?:Index: .*\n)?=+\n/, '');
}

/** Maximum number of added and removed lines. Beyond it we give up on the shortest diff, which takes quadratic time. */
const maxDifferences = 1000;

/** A diff that removes every line of `before` and adds every line of `after`. */
function wholeDiff(before: string, after: string, name: string): string {
  const [removed, added] = [linesOf(before), linesOf(after)];
  return [
    `--- ${name}\n+++ ${name}\n@@ -1,${removed.length} +1,${added.length} @@\n`,
    ...removed.map((line) => marked('-', line)),
    ...added.map((line) => marked('+', line)),
  ].join('');
}

function linesOf(text: string): string[] {
  return text.match(/.*\n|.+$/g) ?? [];
}

function marked(mark: string, line: string): string {
  return line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;
}
