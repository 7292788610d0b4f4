import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greaterUsd, lessUsd, shareOf, sumUsd } from '../../src/spend/usd.ts';

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
