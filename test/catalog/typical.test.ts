import { expect, it } from 'vitest';
import { typicalCost } from '../../src/catalog/typical.ts';
import { model } from './sample-models.ts';

it('a month is thirty days of so many messages, to the last digit', () => {
  const priced = model('a/b', { prompt: '0.0000001', completion: '0.0000003' });
  expect(typicalCost(priced, 3)).toEqual({ messageUsd: '0.00019', monthUsd: '0.0171' });
});

it('is null where the price varies', () => {
  const varies = model('a/b', { prompt: '-1', completion: '-1' });
  expect(typicalCost(varies, 3)).toEqual({ messageUsd: null, monthUsd: null });
});
