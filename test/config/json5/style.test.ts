import { describe, expect, it } from 'vitest';
import type { Path } from '../../../src/config/edit.ts';
import { json5Dialect } from '../../../src/config/json5/index.ts';

const set = (text: string, path: Path, value: unknown) =>
  json5Dialect.edit(text, [{ op: 'set', path, value }]).text;

describe('a new member', () => {
  it.each([
    ['{a: \'x\', b: "y"}', ", c: 'z'}"],
    ["{a: 'x', b: 'y', d: \"z\"}", ", c: 'z'}"],
    ["{a: 1, b: 2, d: 'x'}", ", c: 'z'}"],
    ['{"a": \'x\'}', ', "c": \'z\'}'],
    ["{'ab1': 'x'}", ", 'c': 'z'}"],
    ["{'a-b': 'x', 'd-e': 'y'}", ", c: 'z'}"],
  ])('has the quotes that are most frequent, and the first of two as frequent: %j', (text, end) => {
    expect(set(text, ['c'], 'z')).toBe(text.replace('}', end));
  });

  it.each([
    ["{a: {'x-y': 1}, b: 2}", "{a: {'x-y': 1, z: 3}, b: 2}"],
    ['{"a": {\'x-y\': 1}, b: "", "c": 2}', '{"a": {\'x-y\': 1, \'z\': 3}, b: "", "c": 2}'],
  ])(
    'has quotes around its key if the file has them around those that need none: %j',
    (text, after) => {
      expect(set(text, ['a', 'z'], 3)).toBe(after);
    },
  );

  it('has no quotes around its key because of the strings in its list', () => {
    expect(set('{a: ["x", "y"]}', ['a', 2], { c: 1 })).toBe('{a: ["x", "y", {c: 1}]}');
  });

  it.each([
    ['{a : 1}', '{a : 1, c : 2}'],
    ['{a:1}', '{a:1, c:2}'],
    ['{a  :  1}', '{a  :  1, c: 2}'],
    ['{a\n: 1}', '{a\n: 1, c: 2}'],
    ['{a:\n1}', '{a:\n1, c: 2}'],
  ])('has the colon of its neighbors if that is an ordinary one: %j', (text, after) => {
    expect(set(text, ['c'], 2)).toBe(after);
  });

  it.each([
    ['{\n\ta: {},\n}', '{\n\ta: {\n\t\tb: 1,\n\t},\n}'],
    ['{\na: {},\n}', '{\na: {\n  b: 1,\n},\n}'],
    ['  {\n    a: {},\n  }', '  {\n    a: {\n      b: 1,\n    },\n  }'],
    ['\t{\n    a: {},\n}', '\t{\n    a: {\n      b: 1,\n    },\n}'],
    ['{ x: {\n   y: 1,\n  }, a: {}\n}', '{ x: {\n   y: 1,\n  }, a: {\n     b: 1,\n  }\n}'],
    ['{\n  a: {},\r\n}', '{\n  a: {\n    b: 1,\n  },\r\n}'],
    ['{\r  a: {},\r}', '{\r  a: {\r    b: 1,\r  },\r}'],
    ['{\n  a: {}\n}', '{\n  a: {\n    b: 1\n  }\n}'],
  ])('has the indentation, line ends and last comma of the file: %j', (text, after) => {
    expect(set(text, ['a', 'b'], 1)).toBe(after);
  });

  it.each([
    ['// note\n{a: [1], b: {x: 1}}', '{d: 1}'],
    ['{\n  a: [1],\n  b: {  x: 1  },\n}', '{ d: 1 }'],
    ['{ a: [1], b: [2], c: [3] }', '{ d: 1 }'],
    ['{\n  a: [1],\n  b: {x: 1},\n}', '{d: 1}'],
    ['{\n  a: [1],\n  b: { x: 1 },\n  c: { x: 1 },\n  e: {x: 1},\n}', '{ d: 1 }'],
  ])('has the spaces inside braces of the file: %j', (text, added) => {
    expect(set(text, ['a', 1], { d: 1 })).toBe(text.replace('[1]', `[1, ${added}]`));
  });
});
