import { describe, expect, it } from 'vitest';
import { dearestFirst, totalOf, totalsBy } from '../../src/spend/totals.ts';
import { dailyRow } from './facts.ts';

describe('totals', () => {
  it('add up money exactly, and counts', () => {
    const rows = [dailyRow({ usd: '0.1' }), dailyRow({ usd: '0.2', requests: 4 })];
    expect(totalOf(rows)).toEqual({
      usd: '0.3',
      requests: 5,
      promptTokens: 20,
      completionTokens: 10,
    });
  });

  it('are made for each name, in the order of the names', () => {
    const rows = ['b', 'a', 'b'].map((model) => dailyRow({ model }));
    const totals = totalsBy(rows, ({ model }) => model);
    expect(totals.map(({ name, usd }) => [name, usd])).toEqual([
      ['b', '1'],
      ['a', '0.5'],
    ]);
  });

  it('are ordered by money as numbers, then by name', () => {
    const rows = [
      { name: 'c', usd: '9' },
      { name: 'b', usd: '10' },
      { name: 'a', usd: '9.0' },
    ];
    expect(dearestFirst(rows).map(({ name }) => name)).toEqual(['b', 'a', 'c']);
  });
});
