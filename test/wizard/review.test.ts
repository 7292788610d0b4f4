import { describe, expect, it } from 'vitest';
import { dailyCost } from '../../src/wizard/review.ts';
import { model } from '../catalog/sample-models.ts';

describe('the cost of a typical day', () => {
  const models = [
    model('a/cheap', { prompt: '0.0000001', completion: '0' }),
    model('a/dear', { prompt: '0.000001', completion: '0' }),
    model('openrouter/auto', { prompt: '-1', completion: '-1' }),
  ];

  it('is that of 50 messages to the primary, and at most to the most expensive link', () => {
    const members = { defaultModel: 'a/cheap', complexModel: 'a/dear' };
    expect(dailyCost(members, models)).toEqual({ usualUsd: '0.005', maxUsd: '0.05' });
  });

  it('has no maximum where the primary is the most expensive', () => {
    const members = { defaultModel: 'a/dear', fallbackModels: ['a/cheap'] };
    expect(dailyCost(members, models)).toEqual({ usualUsd: '0.05', maxUsd: null });
  });

  it('is not known where the price varies or the model is not listed', () => {
    expect(dailyCost({ defaultModel: 'openrouter/auto' }, models).usualUsd).toBeNull();
    expect(dailyCost({ defaultModel: 'x/y' }, models).usualUsd).toBeNull();
  });
});
