import fc from 'fast-check';
import stringWidth from 'fast-string-width';
import { describe, expect, it } from 'vitest';
import { pad, renderTable, truncate, wrap } from '../../src/terminal/table.ts';

const columns = [
  { head: 'model', flexible: true },
  { head: 'in $/M', align: 'right' as const },
  { head: 'context', align: 'right' as const, drop: 1 },
  { head: 'author', drop: 2 },
];
const rows = [
  ['anthropic/claude-sonnet-4', '3', '200k', 'anthropic'],
  ['qwen/通义千问', '0.15', '32k', 'qwen'],
];

describe('a table', () => {
  it('aligns wide characters and numbers', () => {
    expect(renderTable(columns, rows, { width: 100 })).toEqual([
      '  model                      in $/M  context  author',
      '  anthropic/claude-sonnet-4       3     200k  anthropic',
      '  qwen/通义千问                0.15      32k  qwen',
    ]);
  });

  it('drops the least important column first when the terminal is narrow', () => {
    const [head] = renderTable(columns, rows, { width: 50 });
    expect(head).toBe('  model                      in $/M  context');
  });

  it('cuts the flexible column when dropping is not enough', () => {
    expect(renderTable(columns, rows, { width: 30 })).toEqual([
      '  model                 in $/M',
      '  anthropic/claude-so…       3',
      '  qwen/通义千问           0.15',
    ]);
  });

  it('is never wider than the terminal, with any cell content', () => {
    const cell = fc
      .string({ unit: 'grapheme', maxLength: 60 })
      .map((text) => text.replace(/\s|\p{C}/gu, '.'));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, fc.constant('1.5'))),
        fc.integer({ min: 40, max: 120 }),
        (body, width) => {
          const lines = renderTable([{ head: 'name', flexible: true }, { head: 'n' }], body, {
            width,
          });
          for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

it('truncates a text to its width with an ellipsis', () => {
  expect(truncate('通义千问', 5)).toBe('通义…');
  expect(truncate('short', 5)).toBe('short');
});

it('wraps at words and indents what follows', () => {
  expect(wrap('one two three four', 14, 4)).toBe('one two\n    three four');
});

it('pads by cells, not by code units', () => {
  expect(pad('通', 4)).toBe('通  ');
});
