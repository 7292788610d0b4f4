import { describe, expect, it } from 'vitest';
import type { Edit } from '../../../src/config/edit.ts';
import { intendedValue, isIntended } from '../../../src/config/json5/intended.ts';
import { scanJson5 } from '../../../src/config/json5/scan.ts';

const holds = (text: string, edits: readonly Edit[], data: unknown) =>
  isIntended(data, intendedValue(text === '' ? null : scanJson5(text), edits));
const set = (path: (string | number)[], value: unknown): Edit => ({ op: 'set', path, value });
const insert = (path: (string | number)[], value: unknown): Edit => ({ op: 'insert', path, value });
const remove = (...path: (string | number)[]): Edit => ({ op: 'remove', path });
const rename = (path: string[], to: string): Edit => ({ op: 'rename', path, to });

describe('the value that edits should have', () => {
  it.each<[string, Edit[], unknown]>([
    ['{a: 1, b: [2, {c: 3}]}', [], { a: 1, b: [2, { c: 3 }] }],
    ['{a: 1, b: 2}', [], { b: 2, a: 1 }],
    ['{a: 1, a: 2}', [], { a: 2 }],
    ['{"b": 1, "1": {c: 2}}', [], { 1: { c: 2 }, b: 1 }],
    ['[NaN, -0]', [], [Number.NaN, -0]],
    ['', [set(['a', 0, 'b'], 1)], { a: [{ b: 1 }] }],
    ['{a: {b: {c: 1}, d: 2}}', [set(['a', 'b', 'c'], 3)], { a: { b: { c: 3 }, d: 2 } }],
    ['{a: 1}', [set([], [1])], [1]],
    ['[[1], [2]]', [set([1, 1], 3)], [[1], [2, 3]]],
    ['{a: [1, 3]}', [insert(['a', 1], 2)], { a: [1, 2, 3] }],
    ['{}', [insert(['a', 0], 1)], { a: [1] }],
    ['{a: [1, 2], b: {c: 3}}', [remove('a', 0), remove('b', 'c')], { a: [2], b: {} }],
    ['{a: [1]}', [remove('a', -1), remove('a', 'x'), remove('a', 0, 'x')], { a: [1] }],
    ['{a: [{b: 1}]}', [remove('a', '0'), remove('a', '0', 'b')], { a: [{ b: 1 }] }],
    ['{__proto__: 1}', [set(['a'], 1), remove('__proto__')], { a: 1 }],
    ['{a: 1}', [remove('x', 'y'), remove('toString')], { a: 1 }],
    ['{a: {x: 1}, b: 2}', [rename(['a'], 'c')], { b: 2, c: { x: 1 } }],
    ['{a: 1}', [rename(['a'], 'a'), rename(['x'], 'y')], { a: 1 }],
    ['{a: {x: 1}}', [set(['a', 'y'], 2), remove('a', 'x')], { a: { y: 2 } }],
  ])('of %s is right after %j', (text, edits, data) => {
    expect(holds(text, edits, data)).toBe(true);
  });

  it.each<[string, Edit[], unknown]>([
    ['{a: 1}', [], { a: 2 }],
    ['{a: 1}', [], { b: 1 }],
    ['{a: 1}', [], {}],
    ['{a: 1}', [], { a: 1, b: 2 }],
    ['{a: 1, b: 2}', [], { b: 1, a: 2 }],
    ['{a: 1, a: 2}', [], { a: 1 }],
    ['{}', [], []],
    ['{}', [], null],
    ['[]', [], {}],
    ['[1]', [], { 0: 1, length: 1 }],
    ['[1]', [], [1, 2]],
    ['[1, 2]', [], [1]],
    ['[0]', [], [-0]],
    ['{a: [{b: 1}]}', [], { a: [{ b: 2 }] }],
    ['{a: [{b: 1}], c: 1}', [], { a: [{}], c: 1 }],
    ['{a: {b: 1}}', [set(['c'], 1)], { a: { b: 2 }, c: 1 }],
    ['{a: {b: 1}}', [set(['c'], 1)], { a: { b: 1 }, c: 2 }],
    ['{a: {b: 1}}', [set(['c'], 1)], { a: { b: 1 } }],
    ['{a: {b: 1}}', [set(['c'], 1)], { a: { b: 1 }, c: 1, d: 1 }],
    ['{a: {b: 1}}', [set(['c'], 1)], { a: { b: 1 }, d: 1 }],
    ['{a: 1}', [set(['c'], { d: [1] })], { a: 1, c: { d: [1, 2] } }],
    ['{a: 1}', [set(['c'], { d: [1] })], { a: 1, c: { d: { 0: 1, length: 1 } } }],
    ['{a: 1}', [set(['c'], {})], { a: 1, c: null }],
    ['{a: 1}', [set(['c'], {})], { a: 1, c: [] }],
    ['{a: 1}', [set(['c'], JSON.parse('{"__proto__": {}}'))], { a: 1, c: { x: {} } }],
    ['{a: [1]}', [insert(['a', 0], 2)], { a: [1, 2] }],
    ['{a: 1}', [remove('a')], { a: undefined }],
    ['{a: 1}', [remove('a')], { a: 1 }],
    ['{a: 1}', [rename(['a'], 'b')], { a: 1, b: 1 }],
  ])('of %s is not %j with %j', (text, edits, data) => {
    expect(holds(text, edits, data)).toBe(false);
  });
});
