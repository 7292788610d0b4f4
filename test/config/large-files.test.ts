import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/changes/diff.ts';
import { dotenvDialect } from '../../src/config/dotenv.ts';
import { type Edit, positionAt } from '../../src/config/edit.ts';
import { json5Dialect } from '../../src/config/json5/index.ts';
import { scanJson5 } from '../../src/config/json5/scan.ts';
import { duplicateKeys } from '../../src/config/json5/tree.ts';
import { bashDialect, fishDialect } from '../../src/config/shell/index.ts';

// About as large as a file may be that somebody made to be a nuisance. Each takes a second or so where the work grows
// with the size, and minutes or more where it grows with its square: no clock is looked at.
const many = 50_000;

const remove = (path: Edit['path']) => ({ op: 'remove', path }) as const;
const set = (path: Edit['path'], value: unknown) => ({ op: 'set', path, value }) as const;
const lines = (line: (index: number) => string) =>
  Array.from({ length: many }, (_, index) => line(index)).join('');
const each = (edit: (index: number) => Edit) =>
  Array.from({ length: many / 10 }, (_, index) => edit(index * 10));

describe('a large JSON5 file', () => {
  const oneLine = `{${lines((i) => `a${i}:{b:1},`)}}`;

  it.each<[string, string, readonly Edit[]]>([
    ['a long line beside it', `{ a: "${'x'.repeat(10 * many)}", b: 1 }`, [set(['b'], 2)]],
    ['many objects on one line', oneLine, each((i) => set([`a${i}`, 'c'], 1))],
    [
      'many empty objects on one line',
      oneLine.replaceAll('b:1', ''),
      each((i) => set([`a${i}`, 'c'], 1)),
    ],
    ['many members that go', oneLine, each((i) => remove([`a${i}`]))],
    ['many members that go from one line', oneLine, each((i) => remove([`a${i}`, 'b']))],
    ['many members that come', '{}', each((i) => set([`a${i}`], { b: [1] }))],
    [
      'a list that becomes another one',
      `{a:[${'1,'.repeat(many)}]}`,
      [
        set(
          ['a'],
          Array.from({ length: many }, (_, i) => `x${i}`),
        ),
      ],
    ],
    ['many comments', `{\n${'// x\n'.repeat(many)}a: 1 }`, [set(['b'], 1)]],
  ])('is edited with %s', (_, text, edits) => {
    expect(json5Dialect.edit(text, edits).textEdits.length).toBeGreaterThan(0);
  });

  it('tells each of many keys that are there twice', () => {
    const twice = `{\n${lines((i) => `a${i}: 1,\n a${i}: 2,\n`)}}`;
    const found = duplicateKeys(scanJson5(twice));
    expect(found).toHaveLength(many);
    const places = found.map(({ keys }) => positionAt(twice, keys[1]?.start ?? 0));
    expect(places.at(-1)).toMatchObject({ line: 2 * many + 1, column: 2 });
  });

  it('takes a value as deep as a file may be, and none that is deeper', () => {
    const deep = (levels: number) =>
      Array.from({ length: levels }).reduce<unknown>((inner) => ({ a: inner }), 1);
    const { text } = json5Dialect.edit('{}', [set(['a'], deep(499))]);
    expect(json5Dialect.read(text)).toEqual(deep(500));
    expect(() => json5Dialect.edit('{}', [set(['a'], deep(500))])).toThrow(
      'deeper than the 500 levels',
    );
    const path = Array.from({ length: 501 }, () => 'a');
    expect(() => json5Dialect.edit('{}', [set(path, 1)])).toThrow('deeper than the 500 levels');
  });
});

describe('a large rc file', () => {
  it.each([
    ['expansions in one another', `export A=${'$('.repeat(many)}${')'.repeat(many)}\n`],
    ['expansions that nobody closes', 'x=$(\n'.repeat(many)],
    ['quotes and expansions in one another', `x=${'"$('.repeat(many)}${')"'.repeat(many)}\n`],
    ['braces in one another', `x=${'${a:-'.repeat(many)}${'}'.repeat(many)}\n`],
    ['commands in one another', '{ a\n'.repeat(many)],
    ['conditions in one another', 'if a; then b\n'.repeat(many)],
    ['many exports on one line', `export ${lines((i) => `A${i}=1 `)}\n`],
    ['many variables that are unset', lines((i) => `export A${i}=1\nunset A${i}\n`)],
    ['many beginnings of our block', '# >>> openclaw-openrouter >>>\n'.repeat(many)],
    ['many lines of one variable', 'export KEY=1\n'.repeat(many)],
    ['one variable many times on one line', 'export KEY=1;'.repeat(many)],
  ])('of bash is edited with %s', (_, text) => {
    const { text: after } = bashDialect.edit(`${text}\nexport KEY=old\n`, [set(['KEY'], 'new')]);
    expect(after).toContain('new');
    expect(bashDialect.edit(after, [remove(['KEY'])]).text).not.toContain('KEY=new');
  });

  it.each([
    ['substitutions in one another', `set -gx A ${'('.repeat(many)}${')'.repeat(many)}\n`],
    ['blocks in one another', 'begin\nset -gx A 1\n'.repeat(many)],
    ['many variables that are erased', lines((i) => `set -gx A${i} 1\nset -e A${i}\n`)],
    ['many lines of one variable', 'set -gx KEY 1\n'.repeat(many)],
  ])('of fish is edited with %s', (_, text) => {
    const { text: after } = fishDialect.edit(`${text}\nset -gx KEY old\n`, [set(['KEY'], 'new')]);
    expect(after).toContain('new');
  });

  it.each([
    ['many lines of one variable', 'KEY=1\n'.repeat(many)],
    ['quotes that nobody closes', 'A="x\n'.repeat(many)],
    ['a value of megabytes', `A="${'\\"x'.repeat(20 * many)}"\n`],
  ])('of the host is edited with %s', (_, text) => {
    expect(dotenvDialect.edit(text, [set(['KEY'], 'new')]).text).toContain('KEY=');
  });
});

describe('the diff of large texts', () => {
  it('that have no line in common is all of the one and all of the other', () => {
    const diff = unifiedDiff(
      lines((i) => `a${i}\n`),
      `${lines((i) => `b${i}\n`)}end`,
      'f',
    );
    expect(diff.startsWith(`--- f\n+++ f\n@@ -1,${many} +1,${many + 1} @@\n-a0\n-a1\n`)).toBe(true);
    expect(diff.endsWith('+end\n\\ No newline at end of file\n')).toBe(true);
  });
});
