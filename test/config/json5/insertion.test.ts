import { describe, expect, it } from 'vitest';
import type { Edit } from '../../../src/config/edit.ts';
import { json5Dialect } from '../../../src/config/json5/index.ts';

const edit = (text: string, ...edits: Edit[]) => json5Dialect.edit(text, edits).text;
const set = (key: string, value: unknown): Edit => ({ op: 'set', path: [key], value });
const insert = (index: number, value: unknown): Edit => ({ op: 'insert', path: [index], value });
const long = 'x'.repeat(70);

describe('a new member', () => {
  it('is separated from another new one where the last one had no comma', () => {
    expect(edit('{\n  a: 1\n}', set('b', 2), set('c', 3))).toBe('{\n  a: 1,\n  b: 2,\n  c: 3\n}');
  });

  it('stays on the line up to 80 characters', () => {
    const [fits, exceeds] = ['x'.repeat(65), 'x'.repeat(66)];
    expect(edit('{ a: 1 }', set('b', fits))).toBe(`{ a: 1, b: "${fits}" }`);
    expect(edit('{ a: 1 }', set('b', exceeds))).toBe(`{ a: 1,\n  b: "${exceeds}" }`);
  });

  it('gets a line of its own where the line would get too long', () => {
    expect(edit('{ a: 1 }', set('b', long), set('c', long))).toBe(
      `{ a: 1,\n  b: "${long}",\n  c: "${long}" }`,
    );
    expect(edit('{\n    a: 1 }', set('b', long))).toBe(`{\n    a: 1,\n    b: "${long}" }`);
    expect(edit(`[1, "${long}"]`, insert(1, long))).toBe(`[1, "${long}", "${long}"]`);
  });
});

it.each([
  ['{ a: 1 /* one */\n}', '{ a: 1, /* one */\n  b: 9\n}'],
  ['{a: 1 // one\n}', '{a: 1, // one\n  b: 9\n}'],
  ['{a: 1, // one\n}', '{a: 1, // one\n  b: 9,\n}'],
  ['{ a: 1 /* one */ }', '{ a: 1 /* one */, b: 9 }'],
  ['{ a: 1\n}', '{ a: 1, b: 9\n}'],
  ['{ z: 0, a: 1 // one\r\n}', '{ z: 0, a: 1, // one\r\n  b: 9\r\n}'],
])('a new member leaves the comment to the one before: %j', (text, after) => {
  expect(edit(text, set('b', 9))).toBe(after);
  expect(edit(after, { op: 'remove', path: ['b'] })).toBe(text);
});

it.each([
  ['[1 /* one */\n]', '[1, /* one */\n  9\n]'],
  ['[1, // one\n]', '[1, // one\n  9,\n]'],
])('a new last item leaves the comment to the one before: %j', (text, after) => {
  expect(edit(text, insert(1, 9))).toBe(after);
});

describe('a new item', () => {
  it.each([
    ['[1,2, 3]', '[1,9,2, 3]'],
    ['[1 ,2, 3]', '[1 ,9 ,2, 3]'],
    ['[1 /* one */, 2]', '[1 /* one */, 9, 2]'],
    ['[1,/* two */ 2]', '[1,9,/* two */ 2]'],
    ['[1 // one\n, 2]', '[1 // one\n, 9, 2]'],
    ['[1,]', '[1, 9,]'],
    ['[1,\n      2,\n]', '[1,\n      9,\n      2,\n]'],
    ['[\n  1,\r\n  2,\n]', '[\n  1,\r\n  9,\r\n  2,\n]'],
  ])('is separated as its neighbors are: %j', (text, after) => {
    expect(edit(text, insert(1, 9))).toBe(after);
  });

  it.each([
    ['[1 /* one */,2]', '[1 /* one */,2,9]'],
    ['[1 // one\n, 2]', '[1 // one\n, 2, 9]'],
    ['[1, // one\n 2]', '[1, // one\n 2, 9]'],
  ])('at the end is separated as the last one is, without its comments: %j', (text, after) => {
    expect(edit(text, insert(2, 9))).toBe(after);
  });

  it('goes before one that gets another value, and in place of one that goes', () => {
    const changed: Edit = { op: 'set', path: [1], value: 3 };
    expect(edit('[1, 2]', insert(0, 9), changed)).toBe('[9, 3, 2]');
    expect(edit('[1, 2]', { op: 'remove', path: [1] }, insert(1, 9))).toBe('[1, 9]');
  });

  it.each([
    ['[1, 2]', '[8, 9, 1, 2]'],
    ['[ /* one */ 1, 2 ]', '[ 8, 9, /* one */ 1, 2 ]'],
    ['[\n  1, 2\n]', '[\n  8, 9, 1, 2\n]'],
    ['[\n  // both\n  1, 2\n]', '[\n  // both\n  8, 9, 1, 2\n]'],
    ['[\n  // one\n  1,\n]', '[\n  8,\n  9,\n  // one\n  1,\n]'],
    ['[\n  /* one */ 1, 2\n]', '[\n  8,\n  9,\n  /* one */ 1, 2\n]'],
  ])('goes before the first one and its comments: %j', (text, after) => {
    expect(edit(text, insert(0, 8), insert(1, 9))).toBe(after);
  });
});
