import { describe, expect, it } from 'vitest';
import type { ModelPricing, PriceOverride } from '../../src/openrouter/models.ts';
import { type CacheTime, ratesOf } from '../../src/pricing/priced-model.ts';

const base: ModelPricing = { prompt: '0.000002', completion: '0.00001' };
const rates = (pricing: Partial<ModelPricing>, promptTokens = 0, cache: CacheTime = 'none') =>
  JSON.parse(JSON.stringify(ratesOf([{ ...base, ...pricing }], promptTokens, cache)));
const override = (prices: object, when: Partial<PriceOverride> = {}): PriceOverride => ({
  minPromptTokens: null,
  utcStart: null,
  utcEnd: null,
  prices,
  ...when,
});

describe('the rates of a model', () => {
  it.each([
    [
      'a cache write that costs more than reading',
      { inputCacheWrite: '0.0000025' },
      { prompt: '0.0000025' },
    ],
    ['a cache write of an hour', { inputCacheWrite1h: '0.000004' }, { prompt: '0.000004' }],
    [
      'thoughts that cost more than words',
      { internalReasoning: '0.00002' },
      { completion: '0.00002' },
    ],
    ['speech', { audioOutput: '0.00006' }, { completion: '0.00006' }],
    ['sound that is heard', { audio: '0.00003' }, { audio: '0.00003', prompt: '0.000002' }],
    ['tokens of a picture', { imageToken: '0.000005' }, { imageToken: '0.000005' }],
    [
      'a picture priced by the piece',
      { image: '0.005' },
      { image: '0.005', imageToken: '0.000002' },
    ],
    [
      'a picture priced by the token',
      { image: '0.000003' },
      { image: '0', imageToken: '0.000003' },
    ],
    ['a request', { request: '0.01' }, { request: '0.01' }],
    ['a search', { webSearch: '0.01' }, { search: '0.01' }],
  ])('count %s', (_, pricing, expected) => {
    expect(rates(pricing)).toMatchObject(expected);
  });

  it('have no search price where the model has no search', () => {
    expect(rates({}).search).toBeNull();
  });

  it('add the storage price to the prompt where parts are cached', () => {
    const google = { inputCacheWrite: '0.0000005' };
    expect(rates(google).prompt).toBe('0.000002');
    expect(rates(google, 0, 'minutes').prompt).toBe('0.0000025');
  });

  it('double the price of the prompt for an hour of caching without a price', () => {
    const anthropic = { inputCacheWrite: '0.0000025' };
    expect(rates(anthropic, 0, 'hour').prompt).toBe('0.000004');
  });

  it('ignore a discount', () => {
    expect(rates({ discount: '0.5' }).prompt).toBe('0.000002');
  });

  it.each([
    ['"-1"', '-1'],
    ['no number', 'soon'],
    ['no finite one', 'Infinity'],
  ])('are unknown where a price is %s', (_, prompt) => {
    expect(ratesOf([{ ...base, prompt }], 0, 'none')).toBeNull();
    expect(ratesOf([base, { ...base, prompt }], 0, 'none')).toBeNull();
  });

  it('are the highest of all offers, price by price', () => {
    const other = { prompt: '0.000001', completion: '0.00003' };
    expect(JSON.parse(JSON.stringify(ratesOf([base, other], 0, 'none')))).toMatchObject({
      prompt: '0.000002',
      completion: '0.00003',
    });
  });
});

describe('prices under conditions', () => {
  const long = override(
    { prompt: '0.000006', completion: '0.00002', inputCacheWrite: '0.0000075' },
    { minPromptTokens: 200_000 },
  );

  it('apply to prompts longer than the threshold', () => {
    expect(rates({ overrides: [long] }, 200_000)).toMatchObject({ prompt: '0.000002' });
    expect(rates({ overrides: [long] }, 200_001)).toMatchObject({
      prompt: '0.0000075',
      completion: '0.00002',
    });
  });

  it('inherit missing prices', () => {
    const only = override({ prompt: '0.000003' });
    expect(rates({ overrides: [only] })).toMatchObject({
      prompt: '0.000003',
      completion: '0.00001',
    });
  });

  it('apply at any hour and never lower a price', () => {
    const [day, night] = [
      override({ prompt: '0.000004' }, { utcStart: 800, utcEnd: 2000 }),
      override({ prompt: '0.000001' }, { utcStart: 2000, utcEnd: 800 }),
    ];
    expect(rates({ overrides: [day, night] })).toMatchObject({ prompt: '0.000004' });
  });
});
