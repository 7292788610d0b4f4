import { describe, expect, it } from 'vitest';
import { budgetUse, entryUses, overallBudget, worst } from '../../src/spend/limits.ts';
import { entryOf, factsWith, keyOf } from './facts.ts';

const noon = new Date('2026-11-22T12:00:00Z');

describe('a budget', () => {
  it.each([
    ['1.5998', '0.7999', 'ok'],
    ['1.59999999999999999999', '0.7999', 'ok'],
    ['1.6', '0.8', 'alert'],
    ['1.9998', '0.9999', 'alert'],
    ['2', '1', 'exceeded'],
    ['2.0002', '1.0001', 'exceeded'],
  ])('of $2 with $%s spent has ratio %s and status %s', (day, ratio, status) => {
    const use = budgetUse({ day, month: '0' }, entryOf('a', '2.00').budget, noon);
    expect(use.day).toMatchObject({ usd: day, limit: '2', ratio, status });
    expect(use.status).toBe(status);
  });

  it('is unlimited without a limit', () => {
    const use = budgetUse({ day: '1000', month: '1000' }, null, noon);
    expect(use.status).toBe('unlimited');
    expect(use.day).toMatchObject({ limit: null, ratio: null, reachedAt: null });
  });

  it('is reached at the rate of its own window', () => {
    const { day, month } = budgetUse(
      { day: '1', month: '21.5' },
      entryOf('a', '1.5', '25').budget,
      noon,
    );
    expect(day.reachedAt).toEqual(new Date('2026-11-22T18:00:00Z'));
    expect(month.reachedAt).toEqual(new Date('2026-11-26T00:00:00Z'));
  });

  it('of an entry names the entries that share its key', () => {
    const entries = [entryOf('a', '1'), entryOf('b', '5')];
    const keys = [keyOf(['a', 'b'], { usageDaily: '2', usageMonthly: '2' })];
    const uses = entryUses(factsWith({ entries, keys }));
    expect(uses.map(({ entry, status, sharesKeyWith }) => [entry, status, sharesKeyWith])).toEqual([
      ['a', 'exceeded', ['b']],
      ['b', 'ok', ['a']],
    ]);
  });

  it('of an entry is left out where its spending is unknown', () => {
    expect(entryUses(factsWith({ entries: [entryOf('a', '1')] }))).toEqual([]);
  });
});

describe('the budget over all entries', () => {
  it('is the sum of their limits with the lowest threshold', () => {
    const entries = [entryOf('a', '1', '30', '0.9'), entryOf('b', '0.5', '10', '0.25')];
    expect(overallBudget(entries)).toEqual({
      dailyLimit: '1.5',
      monthlyLimit: '40',
      alertThreshold: '0.25',
    });
  });

  it('has no limit where one entry has none', () => {
    const entries = [entryOf('a', '1', '30'), entryOf('b', null, '10')];
    expect(overallBudget(entries)).toMatchObject({ dailyLimit: null, monthlyLimit: '40' });
    expect(overallBudget([{ name: 'c', budget: null }])).toMatchObject({ dailyLimit: null });
    expect(overallBudget([])).toBeNull();
  });
});

describe('the worst status', () => {
  it('is the last of unlimited, ok, alert and exceeded', () => {
    expect(worst(['ok', 'exceeded', 'alert'])).toBe('exceeded');
    expect(worst(['unlimited', 'ok'])).toBe('ok');
    expect(worst([])).toBe('unlimited');
  });
});
