import { Big } from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decimalText,
  formatUsd,
  greaterUsd,
  lessUsd,
  shareOf,
  sumUsd,
} from '../../src/platform/money.ts';

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
    [`0.${'7'.repeat(1_000)}`],
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

describe('sums of money', () => {
  it('are exact where binary floats are not', () => {
    expect(sumUsd(['0.1', '0.2'])).toBe('0.3');
    expect(sumUsd(['1000000', '0.000000000000000000001'])).toBe('1000000.000000000000000000001');
    expect(sumUsd([])).toBe('0');
  });

  it('are the sum of the whole numbers of the smallest unit', () => {
    const amounts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 24n }), { maxLength: 40 });
    fc.assert(
      fc.property(amounts, (units) => {
        const sum = sumUsd(units.map(asUsd));
        expect(sum).toBe(asUsd(units.reduce((a, b) => a + b, 0n)));
      }),
    );
  });

  it('never go below nothing when one is taken from another', () => {
    expect(lessUsd('1.5', '0.3')).toBe('1.2');
    expect(lessUsd('0.3', '1.5')).toBe('0');
    expect(greaterUsd('0.30', '0.3')).toBe('0.30');
    expect(greaterUsd('9', '10')).toBe('10');
  });
});

describe('a share', () => {
  it('is never more than it is, and less than a ten-thousandth short', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 30n });
    fc.assert(
      fc.property(
        amount,
        amount.map((unit) => unit + 1n),
        (part, whole) => {
          const steps = BigInt(Math.round(Number(shareOf(`${part}`, `${whole}`)) * 10_000));
          fc.pre(steps < 2n ** 50n);
          expect(steps * whole <= part * 10_000n).toBe(true);
          expect((steps + 1n) * whole > part * 10_000n).toBe(true);
        },
      ),
    );
  });

  it('is unknown where there is no whole', () => {
    expect(shareOf('1', '0')).toBeNull();
  });
});

/** So many units of 1e-12 USD, as plain decimal text. */
function asUsd(units: bigint): string {
  const digits = units.toString().padStart(13, '0');
  const fraction = digits.slice(-12).replace(/0+$/, '');
  return digits.slice(0, -12) + (fraction === '' ? '' : `.${fraction}`);
}
