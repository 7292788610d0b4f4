import { describe, expect, it } from 'vitest';
import { plainCopy, sameData } from '../../../src/config/json5/plain.ts';

const nested = (levels: number): unknown =>
  Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 1);

describe('plainCopy', () => {
  it('copies data, without members that are undefined', () => {
    const value = { a: [1, 'x', null, true], b: undefined, c: { d: {} } };
    const copy = plainCopy(value);
    expect(copy).toEqual({ a: [1, 'x', null, true], c: { d: {} } });
    expect(Object.keys(copy as object)).toEqual(['a', 'c']);
    expect(copy).not.toHaveProperty(
      'a',
      expect.toSatisfy((list) => list === value.a),
    );
  });

  it('takes __proto__ and objects without a prototype for data', () => {
    const copy = plainCopy(
      Object.assign(Object.create(null), { a: JSON.parse('{"__proto__": 1}') }),
    );
    expect(JSON.stringify(copy)).toBe('{"a":{"__proto__":1}}');
  });

  it.each([
    ['function', () => 1],
    ['bigint', 1n],
    ['symbol', Symbol('x')],
    ['undefined', undefined],
    ['object', new Date(0)],
  ])('throws for a %s', (kind, value) => {
    expect(() => plainCopy({ a: kind === 'undefined' ? [value] : value })).toThrow(
      new TypeError(`A document cannot hold a ${kind}`),
    );
  });

  it('throws for what would be nested too deep to be read again', () => {
    expect(plainCopy(nested(500))).toEqual(nested(500));
    expect(plainCopy(1, 500)).toBe(1);
    expect(plainCopy(null, 500)).toBeNull();
    expect(plainCopy({ a: { b: 1 } }, 498)).toEqual({ a: { b: 1 } });
    expect(plainCopy(nested(400), 100)).toEqual(nested(400));
    const error = expect.objectContaining({
      name: 'UserError',
      type: 'usage',
      message: 'A value is nested deeper than the 500 levels that a file may have',
    });
    expect(() => plainCopy(nested(501))).toThrow(error);
    expect(() => plainCopy(nested(401), 100)).toThrow(error);
    expect(() => plainCopy({ a: null }, 500)).toThrow(error);
    expect(() => plainCopy([], 500)).toThrow(error);
    expect(() => plainCopy({ a: {} }, 499)).toThrow(error);
  });
});

describe('sameData', () => {
  it.each([
    [1, 1],
    [Number.NaN, Number.NaN],
    [[], []],
    [{}, {}],
    [
      { a: 1, b: [{ c: 2 }] },
      { b: [{ c: 2 }], a: 1 },
    ],
    [{ a: undefined }, { a: undefined }],
  ])('is true for %j and %j', (left, right) => {
    expect(sameData(left, right)).toBe(true);
  });

  it.each([
    [1, 2],
    [0, -0],
    [1, '1'],
    [null, {}],
    [[], {}],
    [[1], [1, 2]],
    [[1, 2], [1]],
    [[[1]], [[2]]],
    [[undefined], []],
    [{ a: 1 }, {}],
    [{}, { a: 1 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: undefined }, { b: undefined }],
    [{ a: { b: [1] } }, { a: { b: [2] } }],
    [{ 0: 1 }, [1]],
    [{ 0: 1, length: 1 }, [1]],
  ])('is false for %j and %j', (left, right) => {
    expect(sameData(left, right)).toBe(false);
    expect(sameData(right, left)).toBe(false);
  });
});
