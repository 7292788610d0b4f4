import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  comparePrices,
  costOf,
  currentPricing,
  isFree,
  perMillion,
  pricedList,
  typicalCost,
} from '../../src/catalog/prices.ts';
import { model, realModels, realRows } from './sample-models.ts';

describe('perMillion', () => {
  it.each([
    ['0.000003', '3'],
    ['0.00000040625', '0.40625'],
    ['0.00000008333333333333334', '0.08333333333333334'],
    ['0.0000000199999995', '0.0199999995'],
    ['1e-7', '0.1'],
    ['0', '0'],
    ['12', '12000000'],
  ])('turns %s USD per token into %s USD per million, exactly', (perToken, expected) => {
    expect(perMillion(perToken)).toBe(expected);
  });

  it.each(['-1', '', 'free', 'NaN', '0x10', '1e9999'])('has no price for %j', (text) => {
    expect(perMillion(text)).toBeNull();
  });

  it('moves the decimal point by six places only', () => {
    fc.assert(
      fc.property(fc.nat(), fc.bigInt({ min: 0n, max: 10n ** 24n }), (whole, fraction) => {
        const digits = fraction.toString().padStart(25, '0');
        const moved = `${BigInt(`${whole}${digits.slice(0, 6)}`)}.${digits.slice(6)}`;
        expect(perMillion(`${whole}.${digits}`)).toBe(moved.replace(/\.?0+$/, ''));
      }),
    );
  });

  it.skipIf(realRows === null)('is exact for every price of the real list', () => {
    for (const row of realRows ?? []) {
      for (const price of Object.values(row.pricing)) {
        expect([price, perMillion(price)]).toEqual([price, byShifting(price)]);
      }
    }
  });
});

describe('prices under conditions', () => {
  const tier = {
    minPromptTokens: 200_000,
    utcStart: null,
    utcEnd: null,
    prices: { prompt: '0.000006' },
  };

  it('count from the length on to which they apply', () => {
    const pricing = { prompt: '0.000003', completion: '0.000015', overrides: [tier] };
    expect(costOf({ pricing }, 200_000, 0)).toBe('0.6');
    expect(costOf({ pricing }, 200_001, 100)).toBe('1.201506');
  });

  it('do not count where they depend on the hour', () => {
    const night = { ...tier, minPromptTokens: null, utcStart: 1630, utcEnd: 30 };
    const pricing = { prompt: '0.000003', completion: '0.000015', overrides: [night] };
    expect(costOf({ pricing }, 1_000_000, 0)).toBe('3');
  });

  it('are lowered by a discount', () => {
    const pricing = { prompt: '0.000004', completion: '0.00001', discount: '0.25' };
    expect(costOf({ pricing }, 1_000_000, 0)).toBe('3');
    expect(pricedList([model('a/b', { pricing })])[0]).toMatchObject({
      inputPerMillion: '3',
      outputPerMillion: '7.5',
    });
  });

  it('are all lowered by a discount, those under conditions too', () => {
    const pricing = {
      ...{ prompt: '0.000004', completion: '0.00001', inputCacheRead: '0.000001', request: '0.01' },
      ...{ discount: '0.25', overrides: [tier] },
    };
    expect(currentPricing(pricing)).toEqual({
      ...{ prompt: '0.000003', completion: '0.0000075', inputCacheRead: '0.00000075' },
      ...{ request: '0.0075', overrides: [{ ...tier, prices: { prompt: '0.0000045' } }] },
    });
    expect(costOf({ pricing }, 200_001, 0)).toBe('0.9075045');
  });

  it('are those of the target for an alias', () => {
    const pricing = { prompt: '0.000003', completion: '0.000015', overrides: [tier] };
    const [alias] = pricedList([
      model('~a/b-latest', { prompt: '-1', completion: '-1', aliasTarget: 'a/b-2' }),
      model('a/b-2', { pricing }),
    ]);
    expect(alias).toMatchObject({ pricing, inputPerMillion: '3', outputPerMillion: '15' });
  });
});

describe('isFree', () => {
  it('is true only when every price is zero', () => {
    expect(isFree({ pricing: { prompt: '0', completion: '0' } })).toBe(true);
    expect(isFree({ pricing: { prompt: '0', completion: '0', request: '0.01' } })).toBe(false);
    expect(isFree({ pricing: { prompt: '0', completion: '0.0000001' } })).toBe(false);
    expect(isFree({ pricing: { prompt: '0', completion: '0', imageOutput: '0.04' } })).toBe(false);
    expect(isFree({ pricing: { prompt: '-1', completion: '-1' } })).toBe(false);
  });

  it.skipIf(realRows === null)('holds for every :free model of the real list', () => {
    const free = realModels().filter(({ id }) => id.endsWith(':free'));
    expect(free.length).toBeGreaterThan(0);
    expect(free.filter((model) => !model.free)).toEqual([]);
  });
});

describe('costOf', () => {
  it('adds input, output and the price of the request', () => {
    const pricing = { prompt: '0.0000001', completion: '0.0000003', request: '0.005' };
    expect(costOf({ pricing }, 1000, 300)).toBe('0.00519');
  });

  it('is exact where binary floats are not', () => {
    expect(costOf({ pricing: { prompt: '0.1', completion: '0.2' } }, 1, 1)).toBe('0.3');
  });

  it('is null where the price varies', () => {
    expect(costOf({ pricing: { prompt: '-1', completion: '-1' } }, 10, 10)).toBeNull();
  });
});

describe('comparePrices', () => {
  it('sorts by amount, with varying prices last', () => {
    const prices = ['10', null, '9', '.5', '0.05'];
    expect(prices.sort(comparePrices)).toEqual(['0.05', '.5', '9', '10', null]);
  });
});

/** Another way to the same number: text only. */
function byShifting(price: string): string | null {
  if (price.startsWith('-')) return null;
  const [whole = '', fraction = ''] = price.split('.');
  const digits = fraction.padEnd(6, '0');
  const moved = `${whole}${digits.slice(0, 6)}.${digits.slice(6)}`;
  return moved
    .replace(/^0+(?=\d)/, '')
    .replace(/\.?0*$/, (tail) => (tail.includes('.') ? '' : tail));
}

it('a month costs thirty days of messages, to the last digit', () => {
  const priced = model('a/b', { prompt: '0.0000001', completion: '0.0000003' });
  expect(typicalCost(priced, 3)).toEqual({ messageUsd: '0.00019', monthUsd: '0.0171' });
});

it('is null where the price varies', () => {
  const varies = model('a/b', { prompt: '-1', completion: '-1' });
  expect(typicalCost(varies, 3)).toEqual({ messageUsd: null, monthUsd: null });
});
