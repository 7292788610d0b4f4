import { Big } from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalText } from '../../src/openrouter/decimal.ts';

describe('decimalText', () => {
  it.each([
    [1e-7, '0.0000001'],
    [0.0012, '0.0012'],
    [1.5e-10, '0.00000000015'],
    [1e21, '1000000000000000000000'],
    [-2.5e-8, '-0.000000025'],
    [0, '0'],
    [100, '100'],
    ['0.000003', '0.000003'],
    ['-1', '-1'],
    ['.5', '0.5'],
    ['3E-6', '0.000003'],
    [' 2.50 ', '2.50'],
  ])('writes %j as %s', (value, text) => {
    expect(decimalText(value)).toBe(text);
  });

  it.each([
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    ['free'],
    [''],
    ['.'],
    ['1e9999'],
    [null],
    [true],
    [{}],
  ])('has nothing for %j', (value) => {
    expect(decimalText(value)).toBeNull();
  });

  it('keeps the value of every finite number, without an exponent', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const text = decimalText(number) ?? '';
        expect(text).toMatch(/^-?\d+(\.\d+)?$/);
        expect(new Big(text).eq(new Big(String(number)))).toBe(true);
      }),
    );
  });
});
