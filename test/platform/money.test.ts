import { Big } from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalText, formatUsd } from '../../src/platform/money.ts';

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
    [' 2.50 ', '2.5'],
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

describe('formatUsd', () => {
  it.each([
    ['0', '$0.00'],
    ['3', '$3.00'],
    ['1.715', '$1.72'],
    ['1.714999', '$1.71'],
    ['1234567.891', '$1234567.89'],
    ['0.8', '$0.80'],
    ['0.40625', '$0.406'],
    ['0.9996', '$1.00'],
    ['0.0199999995', '$0.02'],
    ['0.0000612345', '$0.0000612'],
    ['0.00006', '$0.00006'],
    ['-2.5', '-$2.50'],
    ['-0.1255', '-$0.126'],
    [null, 'varies'],
  ])('shows %s as %s', (usd, shown) => {
    expect(formatUsd(usd)).toBe(shown);
  });
});
