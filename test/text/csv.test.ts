import { describe, expect, it } from 'vitest';
import { toCsv, toTsv } from '../../src/text/csv.ts';

/** How a spreadsheet takes a line apart, at the comma or at the semicolon of other countries. */
function cellsOf(csv: string, separator: ',' | ';'): string[] {
  const cells: string[] = [];
  let [cell, quoted, fresh] = ['', false, true];
  for (let i = 0; i < csv.length; i += 1) {
    const sign = csv[i] ?? '';
    if (quoted && csv.startsWith('""', i)) {
      cell += '"';
      i += 1;
    } else if (sign === '"' && (quoted || fresh)) quoted = !quoted;
    else if (!quoted && (sign === separator || sign === '\r' || sign === '\n')) {
      cells.push(cell);
      [cell, fresh] = ['', true];
      continue;
    } else cell += sign;
    fresh = false;
  }
  return [...cells, cell];
}

describe('a cell of CSV', () => {
  it.each([
    '=1+1',
    '+1+1',
    '-1+1',
    '@SUM(1)',
    '\t=1',
    '\r=1',
    '\n=1',
    ' =1',
    '\u00a0=1',
    '\u200b=1',
    '＝1',
    '＋1',
    '－1',
    '＠SUM(1)',
    '=HYPERLINK("http://x","y")',
    'name;=1+1',
    'name\t@x',
    'two\n=lines',
    '@preset/mine',
  ])('is not a formula in a spreadsheet: %j', (text) => {
    for (const separator of [',', ';'] as const) {
      const cells = cellsOf(toCsv([['id', text, 'end']]), separator);
      expect(cells.filter((cell) => /^[\s\u200b]*[=+\-@＝＋－＠]/.test(cell))).toEqual([]);
    }
  });

  it.each(['-0.5', '0.00000025', 'openai/gpt-4o', 'OpenAI: GPT-4o', 'a - b = c'])(
    'stays as it is: %s',
    (text) => {
      expect(toCsv([[text]])).toBe(`${text}\r\n`);
    },
  );
});

describe('a cell of TSV', () => {
  it.each([
    ['a b c', 'a b c'],
    ['a  b', 'a b'],
    ['a\tb', 'a b'],
    ['a\r\nb', 'a b'],
    ['a \n b', 'a b'],
    ['a\u00a0b', 'a b'],
    [' a ', ' a '],
    ['a|b', 'a|b'],
    ['', ''],
  ])('has single spaces only: %j', (text, shown) => {
    expect(toTsv([[text, 'end']])).toBe(`${shown}\tend\n`);
  });

  it('is not joined with its neighbor', () => {
    expect(
      toTsv([
        ['a ', ' b'],
        [null, 1],
      ]),
    ).toBe('a \t b\n\t1\n');
  });
});
