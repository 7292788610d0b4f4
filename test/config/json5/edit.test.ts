import json5 from 'json5';
import { describe, expect, it, vi } from 'vitest';
import { applyTextEdits, type Edit } from '../../../src/config/edit.ts';
import { json5Dialect } from '../../../src/config/json5/index.ts';

const edit = (text: string, ...edits: Edit[]) => json5Dialect.edit(text, edits).text;
const set = (path: (string | number)[], value: unknown, comment?: string): Edit =>
  comment === undefined ? { op: 'set', path, value } : { op: 'set', path, value, comment };
const remove = (...path: (string | number)[]): Edit => ({ op: 'remove', path });

const file = `// Mine, do not touch
{
  models: {
    // the good one
    "router-premium": {
      provider: 'openrouter',   // odd   spacing
      apiKey: "\${OPENROUTER_API_KEY}",
      fallbackModels: [
        "openai/gpt-4o", // first
        "google/gemini-2.5-pro",
      ],
      budget: { dailyLimit: 2.00, monthlyLimit: 30.00 },
    },

    // the cheap one
    cheap: { provider: 'openrouter' }, // free
    // dangling
  },
}
`;

describe('set', () => {
  it('changes only the value, and keeps its quotes', () => {
    const after = edit(file, set(['models', 'router-premium', 'provider'], 'other'));
    expect(after).toBe(file.replace("'openrouter',   //", "'other',   //"));
  });

  it.each([
    ['{a: \'x\', b: "y", c: "z"}', '{a: \'w\', b: "y", c: "z"}'],
    ["{a: \"x\", b: 'y', c: 'z'}", "{a: \"w\", b: 'y', c: 'z'}"],
    ["{a: 1, b: 'y', c: 'z'}", "{a: 'w', b: 'y', c: 'z'}"],
    ['{a: [\'x\'], b: "y", c: "z"}', '{a: "w", b: "y", c: "z"}'],
  ])('quotes a string as the one it replaces, or else as most of the file: %j', (text, after) => {
    expect(edit(text, set(['a'], 'w'))).toBe(after);
  });

  it('leaves an equal number in another notation', () => {
    expect(edit(file, set(['models', 'router-premium', 'budget', 'dailyLimit'], 2))).toBe(file);
  });

  it('adds a member after the last one, before dangling comments, in the style of its neighbors', () => {
    const after = edit(
      file,
      set(['models', 'router-free'], { provider: 'openrouter', maxRetries: 2 }, 'No cost'),
    );
    expect(after).toBe(
      file.replace(
        '    // dangling',
        `    // No cost
    "router-free": {
      provider: "openrouter",
      maxRetries: 2,
    },
    // dangling`,
      ),
    );
  });

  it('keeps an object on one line while it is short', () => {
    const after = edit(file, set(['models', 'cheap', 'maxRetries'], 1));
    expect(after).toBe(
      file.replace("{ provider: 'openrouter' }", "{ provider: 'openrouter', maxRetries: 1 }"),
    );
  });

  it('continues on the next line if the line would get too long', () => {
    const value = 'x'.repeat(70);
    expect(edit("{ a: 'b' }\n", set(['c'], value))).toBe(`{ a: 'b',\n  c: '${value}' }\n`);
  });

  it('merges objects and lists, so that comments inside survive', () => {
    const list = ['x/new', 'openai/gpt-4o', 'google/gemini-2.5-pro'];
    expect(edit(file, set(['models', 'router-premium', 'fallbackModels'], list))).toBe(
      file.replace('        "openai/gpt-4o"', '        "x/new",\n        "openai/gpt-4o"'),
    );
    expect(
      edit(file, set(['models', 'router-premium', 'fallbackModels'], ['google/gemini-2.5-pro'])),
    ).toBe(file.replace('        "openai/gpt-4o", // first\n', ''));
    expect(edit(file, set(['models', 'cheap'], { provider: 'x' }))).toBe(
      file.replace("{ provider: 'openrouter' }", "{ provider: 'x' }"),
    );
  });

  it('writes a value into an empty text and after comments', () => {
    const fresh = '{\n  models: {\n    // Why\n    a: {\n      b: [1, 2],\n    },\n  },\n}\n';
    const entry = set(['models', 'a'], { b: [1, 2] }, 'Why');
    expect(edit('', entry)).toBe(fresh);
    expect(edit('\uFEFF', entry)).toBe(`\uFEFF${fresh}`);
    expect(edit('// note', entry)).toBe(`// note\n${fresh}`);
    expect(edit('// note\r\n', entry)).toBe(`// note\r\n${fresh.replaceAll('\n', '\r\n')}`);
    expect(edit('{}\n', entry)).toBe(fresh);
  });

  it('keeps strict JSON strict JSON', () => {
    const text = '{\n    "a": {\n        "b": 1\n    }\n}';
    const after = edit(text, set(['a', 'c'], { d: [true, '\u2028'] }), set(['e'], 'f'));
    expect(JSON.parse(after)).toEqual({ a: { b: 1, c: { d: [true, '\u2028'] } }, e: 'f' });
    expect(after).toContain(
      '\n        "c": {\n            "d": [true, "\\u2028"]\n        }\n    },\n    "e": "f"\n}',
    );
  });

  it('follows tabs, CRLF, tight colons and lists with leading commas', () => {
    expect(edit('{\r\n\ta:1,\r\n}', set(['b'], { c: 2 }))).toBe(
      '{\r\n\ta:1,\r\n\tb:{\r\n\t\tc:2,\r\n\t},\r\n}',
    );
    expect(edit('{ a: 1\n, b: 2\n}', set(['c'], 3))).toBe('{ a: 1\n, b: 2\n, c: 3\n}');
    expect(edit('[1,2]', set([2], 3))).toBe('[1,2,3]');
    expect(edit("{'a':1}", set(['b'], 'x'))).toBe("{'a':1, 'b':\"x\"}");
  });

  it('treats the names of prototype properties as data', () => {
    const after = edit('{}', set(['__proto__', 'polluted'], true), set(['constructor'], 1));
    expect(Object.keys(json5.parse(after))).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('changes the last of two members with the same key', () => {
    expect(edit('{ a: 1, a: 2 }', set(['a'], 3))).toBe('{ a: 1, a: 3 }');
  });

  it('changes, adds and removes items of a list in place, each with its comment', () => {
    const list = '[\n  1, // one\n  2, // two\n  3, // three\n]';
    expect(edit(list, set([], [1, 4, 3]))).toBe(list.replace('2, //', '4, //'));
    expect(edit(list, set([], [1, 3]))).toBe(list.replace('  2, // two\n', ''));
    expect(edit(list, set([], [3]))).toBe('[\n  3, // three\n]');
    expect(edit(list, set([], [0, 1, 2, 3]))).toBe(list.replace('  1', '  0,\n  1'));
    expect(edit(list, set([], [1, 2, 3, 4, 5]))).toBe(list.replace('\n]', '\n  4,\n  5,\n]'));
    expect(edit(list, set([], [1, 5, 6, 3]))).toBe(list.replace('2, // two', '5, // two\n  6,'));
    expect(edit(list, set([], []))).toBe('[]');
    expect(edit('[{a: 1}, {b: 2}]', set([], [{ a: 1 }, { b: 3 }]))).toBe('[{a: 1}, {b: 3}]');
    expect(edit('[1, [2, {}]]', set([], [1, [2, []], 'x']))).toBe('[1, [2, []], "x"]');
  });

  it('keeps the comments of items that an earlier edit has changed', () => {
    const list = '[\n  { x: 1 }, // x\n  [1], // list\n  3, // three\n]';
    const changed = [set([0, 'x'], 2), set([1, 0], 2), set([2], 4)];
    expect(edit(list, ...changed, set([], [0, { x: 2 }, 'new', [2], 4]))).toBe(
      '[\n  0,\n  { x: 2 }, // x\n  "new",\n  [2], // list\n  4, // three\n]',
    );
  });

  it('replaces a list of which little stays', () => {
    const [before, after] = [0, 1000].map((first) =>
      Array.from({ length: 600 }, (_, index) => first + index),
    );
    const text = edit(`[7, /* x */ ${before}]`, set([], [8, ...(after ?? [])]));
    expect(json5.parse(text)).toEqual([8, ...(after ?? [])]);
    expect(text).toContain('[8, /* x */ 1000,');
  });

  it('replaces a value by one of another kind', () => {
    expect(edit('{a: 1, b: 2}', set(['a'], []))).toBe('{a: [], b: 2}');
    expect(edit('{a: [1], b: 2}', set(['a'], 'x'))).toBe('{a: "x", b: 2}');
    expect(edit('{a: [1], b: 2}', set(['a'], {}))).toBe('{a: {}, b: 2}');
    expect(edit("{a: 'x'}", set(['a'], null))).toBe('{a: null}');
    expect(edit('{a: -0}', set(['a'], 0))).toBe('{a: 0}');
    expect(edit('{\n  a: 1,\n}', set(['a'], { b: 1 }))).toBe('{\n  a: {\n    b: 1,\n  },\n}');
  });

  it('fills an object that another edit has just made', () => {
    expect(edit('{a: 1}', set(['b'], {}), set(['b', 'c'], 2))).toBe('{a: 1, b: {c: 2}}');
    expect(edit('{a: 1}', set(['b', 0, 'c'], 2), remove('a'))).toBe('{b: [{c: 2}]}');
  });
});

describe('an edit that does not fit the file', () => {
  const insert = (...path: (string | number)[]): Edit => ({ op: 'insert', path, value: 1 });
  const rename = (path: (string | number)[], to: string): Edit => ({ op: 'rename', path, to });

  it.each([
    ['{ a: 1 }', set(['a', 'b'], 1), '"a" is a plain value and has no members'],
    ['1', set(['a'], 1), 'The root is a plain value and has no members'],
    ['{ a: [] }', set(['a', 'b'], 1), '"a" is a list and has no member "b"'],
    ['{ a: {} }', set(['a', 0], 1), '"a" is an object and has no item 0'],
    ['{ a: [] }', set(['a', 3], 1), '"a.3" is beyond the list'],
    ['{ a: [] }', set(['a', 1, 'b'], 1), '"a.1" is beyond the list'],
    ['{ a: [1] }', set(['a', -1], 1), '"a.-1" is beyond the list'],
    ['{ a: {} }', insert('a', 0), '"a" is an object and has no item 0'],
    ['{ a: [1] }', insert('a', 2), '"a.2" is beyond the list'],
    ['{ a: [1] }', insert('a', -1), '"a.-1" is beyond the list'],
    ['{ a: [1] }', insert('a', 0.5), '"a.0.5" is beyond the list'],
    ['[]', insert(), 'The root names no member'],
    ['{}', remove(), 'The root is the whole document, which cannot be removed'],
    ['{ a: [1] }', rename(['a', 0], 'b'), '"a.0" is an item of a list and has no name'],
    ['{ x: { y: { a: 1, b: 2 } } }', rename(['x', 'y', 'a'], 'b'), '"x.y.b" exists already'],
  ])('is refused: %s', (text, change, message) => {
    expect(() => edit(text, change)).toThrow(
      expect.objectContaining({
        name: 'UserError',
        type: 'conflict',
        message,
        hint: 'Correct the file by hand, then run this again; nothing was written',
      }),
    );
  });

  it.each([
    ['// none', remove('a')],
    ['{ a: [1] }', remove('a', -1)],
    ['{ a: [1] }', remove('a', '0')],
    ['{ a: [1] }', remove('a', 1)],
    ['{ a: [{ b: 1 }] }', remove('a', '0', 'b')],
    ['{ a: 1 }', remove('a', 'b', 'c')],
    ['{ a: 1 }', rename(['x'], 'b')],
    ['{ a: 1 }', rename(['x', 'y'], 'b')],
    ['{ a: 1 }', rename(['a'], 'a')],
    ['{ a: [1] }', rename(['a', 1], 'b')],
    ['{ a: 1 }', rename([], 'b')],
  ])('changes nothing where there is nothing to change: %s', (text, change) => {
    expect(json5Dialect.edit(text, [change])).toEqual({ text, textEdits: [], notes: [] });
  });
});

describe('remove', () => {
  it('removes the comment lines above and the comment after the member, and no others', () => {
    expect(edit(file, remove('models', 'cheap'))).toBe(
      file.replace("    // the cheap one\n    cheap: { provider: 'openrouter' }, // free\n", ''),
    );
    const apart = '{\n  // about all\n\n  // about a\n  a: 1, // one\n  // about b\n  b: 2,\n}';
    expect(edit(apart, remove('a'))).toBe('{\n  // about all\n\n  // about b\n  b: 2,\n}');
    expect(edit(apart, remove('b'))).toBe('{\n  // about all\n\n  // about a\n  a: 1, // one\n}');
  });

  it('keeps the comment above a line if other members stay on it', () => {
    const row = '[\n  // both of them\n  "x", /* the other */ "y", // eol\n  "z",\n]';
    expect(edit(row, remove(0))).toBe(row.replace('"x", ', ''));
    expect(edit(row, remove(1))).toBe(row.replace(', /* the other */ "y"', ''));
  });

  it('removes the lines below on which the comment of the member continues in the same column', () => {
    const text =
      '{\n  a: 1, // about a\n        // and more\n  // about b\n  b: 2 // about b\n       // too\n}';
    expect(edit(text, remove('a'))).toBe('{\n  // about b\n  b: 2 // about b\n       // too\n}');
    expect(edit(text, remove('b'))).toBe('{\n  a: 1 // about a\n        // and more\n}');
    const longer = edit(text, set(['c'], 3));
    expect(longer).toBe(text.replace('b: 2', 'b: 2,').replace(/\}$/, '  c: 3\n}'));
    expect(edit(longer, remove('c'))).toBe(text);
  });

  it('keeps the style of the last comma', () => {
    expect(edit('{\n  a: 1,\n  b: 2\n}', remove('b'))).toBe('{\n  a: 1\n}');
    expect(edit('{\n  a: 1,\n  b: 2,\n}', remove('b'))).toBe('{\n  a: 1,\n}');
    expect(edit('{ a: 1, b: 2 }', remove('b'))).toBe('{ a: 1 }');
    expect(edit('[1, 2, 3]', remove(1))).toBe('[1, 3]');
    expect(edit('[1, 2, 3]', remove(0))).toBe('[2, 3]');
  });

  it('does not move a closing bracket into the line comment before it', () => {
    expect(json5.parse(edit('[1, // one\n 2]', remove(1)))).toEqual([1]);
    expect(json5.parse(edit('[1 // one\n , 2]', remove(1)))).toEqual([1]);
  });

  it('removes every member of that name, and does nothing if there is none', () => {
    expect(edit('{ a: 1, b: 2, a: 3 }', remove('a'))).toBe('{ b: 2 }');
    expect(edit(file, remove('models', 'nobody', 'x'))).toBe(file);
  });
});

describe('rename', () => {
  it('changes the key and keeps its quotes', () => {
    const after = edit(file, { op: 'rename', path: ['models', 'router-premium'], to: 'best' });
    expect(after).toBe(file.replace('"router-premium"', '"best"'));
    expect(edit('{a: 1}', { op: 'rename', path: ['a'], to: 'b-c' })).toBe('{"b-c": 1}');
  });

  it('renames every member of that name', () => {
    const change: Edit = { op: 'rename', path: ['a'], to: 'c' };
    expect(edit("{a: 1, 'a': 2, b: 3}", change)).toBe("{c: 1, 'c': 2, b: 3}");
    expect(edit('{a: 1}', change, set(['c'], 2))).toBe('{c: 2}');
  });
});

it('reads a text without a value as an empty object', () => {
  expect(json5Dialect.read('// none\n')).toEqual({});
  expect(json5Dialect.read('{a: 1}')).toEqual({ a: 1 });
});

it.each([
  ["'x\u2028y'"],
  ['"x\u2029y"'],
  ["'it\\'s\u2028'"],
  ['"\\"\u2029"'],
  ["'\\\\\u2028'"],
  ['"\\\u2029"'],
  ["/* ' */ '\u2028'"],
  ["// it's\u2028'\u2029'"],
  ["'//', b: '\u2028'"],
])('causes no warning of json5 about line separators in strings: %j', (value) => {
  const warn = vi.spyOn(console, 'warn');
  try {
    expect(edit(`{a: ${value}}`, set(['z'], 1))).toMatch(/, z: 1\}$/);
    expect(warn).not.toHaveBeenCalled();
  } finally {
    warn.mockRestore();
  }
});

it('returns sorted text edits that turn the old text into the new one', () => {
  const edits = [
    remove('models', 'cheap'),
    set(['channels', 'x', 'model'], 'a'),
    set(['models', 'z'], {}),
  ];
  const { text, textEdits } = json5Dialect.edit(file, edits);
  expect(applyTextEdits(file, textEdits)).toBe(text);
  expect(json5.parse(text)).toHaveProperty('channels.x.model', 'a');
});

describe('a file of strict JSON', () => {
  const nested = set(['a', 'b c'], { list: [1, { d: "it's" }], e: {} }, 'What it is for');

  it.each([
    ['', 'openclaw.json'],
    ['\uFEFF', 'openclaw.json'],
    ['\n', 'openclaw.json'],
    ['{}', 'openclaw.json'],
    ['{"x":1}', 'openclaw.json'],
    ['{"x":1}', 'openclaw.json5'],
    ['{"x":{"y":[]}}\n', 'openclaw.json'],
    ['{\n  "x": {},\n  "a": {"z": 1}\n}\n', 'openclaw.json'],
  ])('stays one: %j as %s', (text, name) => {
    const { text: after } = json5Dialect.edit(text, [nested], name);
    expect(JSON.parse(after.replace('\uFEFF', ''))).toMatchObject({ a: { 'b c': { e: {} } } });
  });

  it.each([
    ['', 'openclaw.json5'],
    ['{}', 'openclaw.json5'],
    ['{ /* mine */ }', 'openclaw.json'],
    ['{ x: 1 }', 'openclaw.json'],
  ])('is not made of %j as %s', (text, name) => {
    expect(json5Dialect.edit(text, [nested], name).text).toContain('What it is for');
  });
});
