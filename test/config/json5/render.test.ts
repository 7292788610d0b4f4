import { describe, expect, it } from 'vitest';
import type { Edit } from '../../../src/config/edit.ts';
import { json5Dialect } from '../../../src/config/json5/index.ts';

const edit = (text: string, edit: Edit) => json5Dialect.edit(text, [edit]).text;
const written = (value: unknown) => edit('{a: 0}', { op: 'set', path: ['a'], value }).slice(4, -1);

describe('a new value', () => {
  it.each([
    ['it\'s "it"', '"it\'s \\"it\\""'],
    ['a\\b', '"a\\\\b"'],
    ['\b\f\n\r\t', '"\\b\\f\\n\\r\\t"'],
    ['\v\0\u001f\u007f\u009f', '"\\u000b\\u0000\\u001f\\u007f\\u009f"'],
    ['\u2028\u2029\ufeff', '"\\u2028\\u2029\\ufeff"'],
    ['\ud800 \udc00 \udc00\ud800', '"\\ud800 \\udc00 \\udc00\\ud800"'],
    ['😀 代码 é\u00a0', '"😀 代码 é\u00a0"'],
    [-0, '-0'],
    [1e21, '1e+21'],
    [null, 'null'],
    [true, 'true'],
  ])('is written with no more escapes than it needs: %j', (value, text) => {
    expect(written(value)).toBe(text);
  });

  it('has double quotes unescaped in a string with single quotes', () => {
    const change: Edit = { op: 'set', path: ['a'], value: `it's "it"` };
    expect(edit("{a: 'x'}", change)).toBe(`{a: 'it\\'s "it"'}`);
  });

  it.each([
    [[1, [], {}], '[1, [], {}]'],
    [['x'.repeat(67), 5], `["${'x'.repeat(67)}", 5]`],
    [['x'.repeat(67), 56], `[\n    "${'x'.repeat(67)}",\n    56,\n  ]`],
    [[1, [2]], '[\n    1,\n    [2],\n  ]'],
    [[1, { b: 2 }], '[\n    1,\n    {\n      b: 2,\n    },\n  ]'],
  ])('is on one line only if it is a list of scalars that fits: %j', (value, text) => {
    const change: Edit = { op: 'set', path: ['a'], value };
    expect(edit('{\n  z: 0,\n}', change)).toBe(`{\n  z: 0,\n  a: ${text},\n}`);
  });

  it('has its comment above, without blank lines', () => {
    const comment = 'one\n\ntwo  \r\n  three';
    expect(edit('{\n  z: 0,\n}', { op: 'set', path: ['a'], value: 1, comment })).toBe(
      '{\n  z: 0,\n  // one\n  // two\n  //   three\n  a: 1,\n}',
    );
  });

  it('has its comment before it where it shares a line', () => {
    const comment = 'one */\ntwo ';
    expect(edit('{ z: 0 }', { op: 'set', path: ['a'], value: 1, comment })).toBe(
      '{ z: 0, /* one * / two */ a: 1 }',
    );
  });
});
