import { createTwoFilesPatch } from 'diff';

/** A unified diff with three lines of context; empty when nothing changes. Keys in it are not masked. */
export function unifiedDiff(before: string, after: string, name: string): string {
  if (before === after) return '';
  const patch = createTwoFilesPatch(name, name, before, after, undefined, undefined, {
    context: 3,
  });
  return patch.replace(/^(?:Index: .*\n)?=+\n/, '');
}
