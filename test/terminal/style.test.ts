import { expect, it } from 'vitest';
import { createStyle, paintDiff } from '../../src/terminal/style.ts';

it('colors file names, hunk headers, additions and removals of a unified diff', () => {
  const style = createStyle({ color: true, unicode: true });
  const diff = '--- a.json\n+++ a.json\n@@ -1 +1 @@\n same\n-old\n+new\n';
  expect(paintDiff(diff, style)).toBe(
    [
      style.strong('--- a.json'),
      style.strong('+++ a.json'),
      style.dim('@@ -1 +1 @@'),
      ' same',
      style.removed('-old'),
      style.added('+new'),
      '',
    ].join('\n'),
  );
});
