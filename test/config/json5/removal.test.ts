import { describe, expect, it } from 'vitest';
import type { Edit } from '../../../src/config/edit.ts';
import { json5Dialect } from '../../../src/config/json5/index.ts';

const edit = (text: string, ...edits: Edit[]) => json5Dialect.edit(text, edits).text;
const remove = (...path: (string | number)[]): Edit => ({ op: 'remove', path });

describe('the removal of the only member', () => {
  it.each([
    ['{a: 1}', '{}'],
    ['{ a: 1 }', '{}'],
    ['{ a: 1, }', '{}'],
    ['{  a: 1  }', '{  }'],
    ['{a: 1 }', '{ }'],
    ['{ a: 1}', '{ }'],
    ['{ /* a */ a: 1 }', '{}'],
    ['{ a: 1, /* end */ }', '{/* end */ }'],
    ['{\n  a: 1,\n}', '{}'],
    ['{\n\n  a: 1,\n}', '{\n\n}'],
    ['{\n  a: 1,\n\n}', '{\n}'],
    ['{\n  // apart\n\n  a: 1,\n}', '{\n  // apart\n}'],
    ['{ // apart\n  a: 1,\n}', '{ // apart\n}'],
    ['{ // apart\n\n\n\n  a: 1,\n}', '{ // apart\n\n\n\n}'],
    ['{\n  a: 1,\n\n  // apart\n}', '{\n  // apart\n}'],
    ['{\n  a: 1,\n  // end\n}', '{\n  // end\n}'],
  ])('leaves what an insertion would not have added: %j', (text, after) => {
    expect(edit(text, remove('a'))).toBe(after);
  });

  it.each([
    ['{\n  x: {\n    a: 1,\n  },\n}', '{\n  x: {},\n}'],
    ['{\n  x: {\n    a: 1,\n  }, y: 2\n}', '{\n  x: {}, y: 2\n}'],
    ['{\n  x: {\n    a: 1,\n      },\n}', '{\n  x: {    },\n}'],
  ])('joins the lines of its brackets: %j', (text, after) => {
    expect(edit(text, remove('x', 'a'))).toBe(after);
  });
});

describe('the removal of all members', () => {
  it.each([
    ['{ a: 1, b: 2 }', '{  }'],
    ['{\n  a: 1,\n  b: 2,\n}', '{}'],
    ['{\n  a: 1,\n  b: 2 }', '{\n }'],
    ['{\n  // apart\n\n  a: 1,\n  b: 2,\n}', '{\n  // apart\n}'],
  ])('leaves other comments: %j', (text, after) => {
    expect(edit(text, remove('a'), remove('b'))).toBe(after);
  });
});

it('the removal of a member also removes its comment in a file whose lines end with CR', () => {
  expect(edit('{\r//a\ra: 1,\rb: 2\r}', remove('a'))).toBe('{\rb: 2\r}');
});

describe('the removal of a member with a comment after it', () => {
  it.each([
    ['{\n  a: 1, // one\n        // two\n        // three\n  b: 2,\n}', '{\n  b: 2,\n}'],
    ['{\n  a: 1, // one\n       // two\n}', '{}'],
    ['{\n  a: 1 // one\n       // two\n}', '{}'],
    ['{\n  a: 1 // one\n      // apart\n}', '{\n      // apart\n}'],
    ['{\n  a: 1, // one\n        \n\n  b: 2,\n}', '{\n        \n\n  b: 2,\n}'],
    ['{\n  a: 1, // one\n        /* two */ b: 2,\n}', '{\n        /* two */ b: 2,\n}'],
  ])('includes the lines on which that comment goes on: %j', (text, after) => {
    expect(edit(text, remove('a'))).toBe(after);
  });
});

describe('the removal of an item', () => {
  it.each([
    ['[1, 2 /* two */]', '[1]'],
    ['[1, 2, /* end */]', '[1, /* end */]'],
    ['[1, /* two */ 2 ]', '[1 ]'],
    ['[1,\n  2, 3]', '[1,\n  3]'],
    ['[1, 2,\n  3]', '[1,\n  3]'],
    ['[1, 2, // two\n       // apart\n  3]', '[1, // two\n       // apart\n  3]'],
    ['[\n  1,\n  /* a */ // b\n  2, 3\n]', '[\n  1,\n  /* a */ // b\n  3\n]'],
    ['[1 /* one */, 2, 3]', '[1 /* one */, 3]'],
  ])('keeps the separators of its neighbors: %j', (text, after) => {
    expect(edit(text, remove(1))).toBe(after);
  });

  it.each([
    ['[\n  1, // one\n  2, // two\n]', 1, '[\n  1, // one\n  // two\n]'],
    ['[\n  // one\n  1,\n]', 0, '[\n  // one\n]'],
    ['[\n  1 /* one */,\n]', 0, '[\n  /* one */\n]'],
    ['[\n  // both\n  1, 2\n]', 0, '[\n  // both\n  2\n]'],
    ['[ 1, /* two */ 2, 3 ]', 1, '[ 1, /* two */ 3 ]'],
    ['[ 1 /* one */ ]', 0, '[ /* one */ ]'],
    ['[1 /* one */ , 2]', 0, '[/* one */ 2]'],
    ['[1, // one\n  2]', 1, '[1 // one\n  ]'],
    ['[ 1, 2 ]', 1, '[ 1 ]'],
    ['[1,\n  2]', 1, '[1]'],
    ['[\n  1,\n  2,\n]', 1, '[\n  1,\n]'],
  ])('keeps its comments if they are to stay: %j', (text, index, after) => {
    expect(edit(text, { op: 'remove', path: [index], keepComments: true })).toBe(after);
  });

  it('keeps the comments of the items whose comments are to stay, and no others', () => {
    const text = '[\n  1, // one\n  2, // two\n  3,\n]';
    const keeping: Edit = { op: 'remove', path: [0], keepComments: true };
    expect(edit(text, keeping, remove(0))).toBe('[\n  // one\n  3,\n]');
  });
});
