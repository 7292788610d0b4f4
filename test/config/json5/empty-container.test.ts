import { expect, it } from 'vitest';
import type { Edit } from '../../../src/config/edit.ts';
import { json5Dialect } from '../../../src/config/json5/index.ts';

const edit = (text: string, ...edits: Edit[]) => json5Dialect.edit(text, edits).text;
const set = (path: (string | number)[], value: unknown): Edit => ({ op: 'set', path, value });

it.each([
  ['{a: {}, b: 1}', '{a: {c: 1}, b: 1}'],
  ['{ a: {}, b: 1 }', '{ a: { c: 1 }, b: 1 }'],
  ['{\n  a: {}, /* b */ b: 1\n}', '{\n  a: { c: 1 }, /* b */ b: 1\n}'],
  ['{\n  a: {}, /* b\n */ b: 1\n}', '{\n  a: { c: 1 }, /* b\n */ b: 1\n}'],
  ['{\n  a: {}, /* none\n  at all */\n}', '{\n  a: { c: 1 }, /* none\n  at all */\n}'],
  ['{\n  a: { /* none */ },\n}', '{\n  a: { c: 1  /* none */ },\n}'],
])('an empty object that shares its line gets its member on that line: %j', (text, after) => {
  expect(edit(text, set(['a', 'c'], 1))).toBe(after);
});

it.each([
  ['{\n  a: {},\n}', '{\n  a: {\n    c: 1,\n  },\n}'],
  ['{\n  a: {}, // none\n}', '{\n  a: {\n    c: 1,\n  }, // none\n}'],
  ['{\n  a: {} // none\n}', '{\n  a: {\n    c: 1\n  } // none\n}'],
  ['{\n  a: {}, /* none */\n}', '{\n  a: {\n    c: 1,\n  }, /* none */\n}'],
  ['{\n  a: {}, /* none *//* at all */\n}', '{\n  a: {\n    c: 1,\n  }, /* none *//* at all */\n}'],
  ['{\n  a: { \n  },\n}', '{\n  a: {\n    c: 1,\n   \n  },\n}'],
  ['{\n  a: {\n  },\n}', '{\n  a: {\n    c: 1,\n\n  },\n}'],
])('an empty object that ends its line gets lines for its member: %j', (text, after) => {
  expect(edit(text, set(['a', 'c'], 1))).toBe(after);
});

it.each([
  ['{\n  // none\n}', '{\n  // none\n\n  c: 1,\n}'],
  ['{ // none\n  /* at all */ }', '{ // none\n  c: 1,\n  /* at all */ }'],
  ['{ // none\n}', '{ // none\n  c: 1,\n}'],
  ['{ // none\n  // at all\n}', '{ // none\n  // at all\n\n  c: 1,\n}'],
  ['{\n  // none\n\n  // at all\n}', '{\n  // none\n\n  // at all\n\n  c: 1,\n}'],
  ['{\r\n  // none\r\n}', '{\r\n  // none\r\n\r\n  c: 1,\r\n}'],
  ['{\n  /* none */ }', '{\n  c: 1,\n\n  /* none */ }'],
  ['{ /* none\n */ }', '{ c: 1  /* none\n */ }'],
])('an empty object keeps its comments to itself: %j', (text, after) => {
  expect(edit(text, set(['c'], 1))).toBe(after);
});

const long = 'x'.repeat(70);
it.each([
  ['{\n  a: { /* none */ },\n}', `{\n  a: { /* none */\n    c: "${long}",\n    d: 1 },\n}`],
  ['{\n  a: { /* none\n */ },\n}', `{\n  a: { /* none\n */\n    c: "${long}",\n    d: 1 },\n}`],
  [
    '{\n  a: {/* none *//* at all */},\n}',
    `{\n  a: {/* none *//* at all */\n    c: "${long}",\n    d: 1},\n}`,
  ],
])(
  'an empty object with a comment gets lines for members too long for its own: %j',
  (text, after) => {
    expect(edit(text, set(['a', 'c'], long), set(['a', 'd'], 1))).toBe(after);
    const removals = ['c', 'd'].map((name): Edit => ({ op: 'remove', path: ['a', name] }));
    expect(edit(after, ...removals)).toBe(text);
  },
);

it('an empty object that is the whole text gets lines for its members', () => {
  expect(edit('{}', set(['a'], 1), set(['b'], 2))).toBe('{\n  a: 1,\n  b: 2,\n}');
});

it.each([
  [[1], '[1]'],
  [[1, 'x'], '[1, "x"]'],
  [['x'.repeat(70)], `["${'x'.repeat(70)}"]`],
  [['x'.repeat(71)], `[\n    "${'x'.repeat(71)}",\n  ]`],
  [[1, { b: 1 }], '[\n    1,\n    {\n      b: 1,\n    },\n  ]'],
])(
  'an empty list gets short scalars on its line, and lines for anything else: %j',
  (value, after) => {
    const text = '{\n  a: [],\n}';
    expect(edit(text, set(['a'], value))).toBe(text.replace('[]', after));
    const shared = '{\n  a: [], b: 1,\n}';
    expect(edit(shared, set(['a', 0], 1))).toBe(shared.replace('[]', '[1]'));
  },
);

it('an item with a comment gets a line in an empty list', () => {
  const item: Edit = { op: 'set', path: ['a', 0], value: 1, comment: 'Why' };
  expect(edit('{\n  a: [],\n}', item)).toBe('{\n  a: [\n    // Why\n    1,\n  ],\n}');
});
