import { describe, expect, it } from 'vitest';
import { spendReport } from '../../src/spend/report.ts';
import { entryOf, factsWith, keyOf } from './facts.ts';

const spent = { usageDaily: '1', usageWeekly: '7', usageMonthly: '21.5' };

describe('the status', () => {
  it('is the worst of all entries and of the budget over them', () => {
    const entries = [entryOf('a', '100'), entryOf('b', '1.2')];
    const keys = [keyOf(['a', 'b'], spent)];
    expect(spendReport(factsWith({ entries, keys })).status).toBe('alert');
  });

  it('is unlimited without a budget, even where the key has a limit', () => {
    const keys = [keyOf([], { ...spent, limit: '20', limitRemaining: '17' })];
    expect(spendReport(factsWith({ keys })).status).toBe('unlimited');
  });

  it('is exceeded when the key’s own limit is used up', () => {
    const keys = [keyOf([], { ...spent, limit: '20', limitRemaining: '0' })];
    expect(spendReport(factsWith({ keys })).status).toBe('exceeded');
  });
});

describe('the charges of providers to keys of one’s own', () => {
  const byok = (...amounts: (string | null)[]) => {
    const keys = amounts.map((byokUsageMonthly) => keyOf([], { ...spent, byokUsageMonthly }));
    return spendReport(factsWith({ keys }));
  };

  it('are added up over all keys, and are in no other amount', () => {
    const report = byok('1.25', '0.5');
    expect(report.byok).toEqual({ usd: '1.75' });
    expect(report.usage.month.usd).toBe('43');
  });

  it('are unknown where no key reports them', () => {
    expect(byok('2', null).byok).toEqual({ usd: '2' });
    expect(byok(null).byok).toBeNull();
    expect(byok().byok).toBeNull();
  });
});

describe('the forecast', () => {
  it('continues at the rate of the month so far', () => {
    const { forecast } = spendReport(factsWith({ keys: [keyOf([], spent)] }));
    expect(forecast).toEqual({
      dayEndUsd: '2',
      monthEndUsd: '30',
      daysLeft: null,
      basis: { usdPerDay: '1', days: 21.5, of: 'month' },
    });
  });

  it('uses the week where it is longer than the month so far', () => {
    const keys = [keyOf([], { usageDaily: '1', usageWeekly: '14', usageMonthly: '6' })];
    const now = new Date('2026-10-02T12:00:00Z');
    const { forecast } = spendReport(factsWith({ keys, now }));
    expect(forecast.basis).toMatchObject({ of: 'week', days: 4.5 });
    expect(Number(forecast.monthEndUsd)).toBeCloseTo(6 + (14 / 4.5) * 29.5, 5);
  });

  it('is unknown in the first hour of a month that begins on a Monday', () => {
    const now = new Date('2027-02-01T00:59:00Z');
    const { forecast } = spendReport(factsWith({ keys: [keyOf([], spent)], now }));
    expect(forecast).toEqual({ dayEndUsd: null, monthEndUsd: null, daysLeft: null, basis: null });
  });

  it('includes how long the credits last', () => {
    const credits = { ok: true, value: { totalCredits: '100.5', totalUsage: '25.75' } } as const;
    const report = spendReport(factsWith({ keys: [keyOf([], spent)], credits }));
    expect(report.creditsLeft).toBe('74.75');
    expect(report.forecast.daysLeft).toBe(74.7);
  });

  it('uses the remaining limit of the key where the credits are unknown and it never resets', () => {
    const left = (limitReset: string | null) => {
      const key = keyOf([], { ...spent, limit: '20', limitRemaining: '5', limitReset });
      return spendReport(factsWith({ keys: [key] })).forecast.daysLeft;
    };
    expect(left(null)).toBe(5);
    expect(left('monthly')).toBeNull();
  });
});
