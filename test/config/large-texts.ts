import type { Edit } from '../../src/config/edit.ts';

// Texts that somebody made to be a nuisance, as large as asked for.

const remove = (path: Edit['path']) => ({ op: 'remove', path }) as const;
const set = (path: Edit['path'], value: unknown) => ({ op: 'set', path, value }) as const;

function repeated(many: number, line: (index: number) => string): string {
  return Array.from({ length: many }, (_, index) => line(index)).join('');
}

export function json5Cases(many: number): [string, string, readonly Edit[]][] {
  const oneLine = `{${repeated(many, (i) => `a${i}:{b:1},`)}}`;
  const each = (edit: (index: number) => Edit) =>
    Array.from({ length: many / 10 }, (_, index) => edit(index * 10));
  return [
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
    ['a list of which little is left', `{a:[${'"b",'.repeat(4 * many)}]}`, [set(['a'], ['c'])]],
    ['many comments', `{\n${'// x\n'.repeat(many)}a: 1 }`, [set(['b'], 1)]],
  ];
}

export function bashTexts(many: number): [string, string][] {
  const lines = (line: (index: number) => string) => repeated(many, line);
  return [
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
  ];
}

export function fishTexts(many: number): [string, string][] {
  const lines = (line: (index: number) => string) => repeated(many, line);
  return [
    ['substitutions in one another', `set -gx A ${'('.repeat(many)}${')'.repeat(many)}\n`],
    ['blocks in one another', 'begin\nset -gx A 1\n'.repeat(many)],
    ['many variables that are erased', lines((i) => `set -gx A${i} 1\nset -e A${i}\n`)],
    ['many lines of one variable', 'set -gx KEY 1\n'.repeat(many)],
  ];
}

export function dotenvTexts(many: number): [string, string][] {
  return [
    ['many lines of one variable', 'KEY=1\n'.repeat(many)],
    ['quotes that nobody closes', 'A="x\n'.repeat(many)],
    ['a value of megabytes', `A="${'\\"x'.repeat(20 * many)}"\n`],
  ];
}
