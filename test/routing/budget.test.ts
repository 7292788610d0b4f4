import { Big } from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetStatus, utcDay, utcMonth, utcWeek } from '../../src/routing/budget.ts';

const iso = ({ start, end }: { start: Date; end: Date }) =>
  `${start.toISOString()} ${end.toISOString()}`.replaceAll('T00:00:00.000Z', '');

describe('windows', () => {
  it.each([
    [
      '2026-11-22T23:59:59.999Z',
      '2026-11-22 2026-11-23',
      '2026-11-16 2026-11-23',
      '2026-11-01 2026-12-01',
    ],
    [
      '2026-11-23T00:00:00.000Z',
      '2026-11-23 2026-11-24',
      '2026-11-23 2026-11-30',
      '2026-11-01 2026-12-01',
    ],
    [
      '2026-12-31T12:00:00.000Z',
      '2026-12-31 2027-01-01',
      '2026-12-28 2027-01-04',
      '2026-12-01 2027-01-01',
    ],
    [
      '2028-02-29T00:30:00.000+01:00',
      '2028-02-28 2028-02-29',
      '2028-02-28 2028-03-06',
      '2028-02-01 2028-03-01',
    ],
  ])('around %s are those of UTC', (now, day, week, month) => {
    const date = new Date(now);
    expect([iso(utcDay(date)), iso(utcWeek(date)), iso(utcMonth(date))]).toEqual([
      day,
      week,
      month,
    ]);
  });
});

describe('budgetStatus', () => {
  const budget = { dailyLimit: '2.00', monthlyLimit: '30', alertThreshold: '0.8' };

  it.each([
    ['0', '0', 'ok'],
    ['1.599999999999999999', '3', 'ok'],
    ['1.6', '3', 'alert'],
    ['1.999999999999999999', '3', 'alert'],
    ['2', '3', 'exceeded'],
    ['0', '24', 'alert'],
    ['1.7', '30.000001', 'exceeded'],
  ])('of %s today and %s this month is %s', (day, month, status) => {
    expect(budgetStatus(day, month, budget).status).toBe(status);
  });

  it('has limit and ratio for each window', () => {
    const { day, month } = budgetStatus('0.5', '3', { ...budget, monthlyLimit: null });
    expect([day.status, day.limit?.toString(), day.ratio?.toString()]).toEqual(['ok', '2', '0.25']);
    expect([month.status, month.limit, month.ratio]).toEqual(['unlimited', null, null]);
  });

  it('is unlimited without a budget, and exceeded with a limit of zero', () => {
    expect(budgetStatus('5', '5', null).status).toBe('unlimited');
    expect(budgetStatus('0', '0', { ...budget, dailyLimit: '0' }).day).toMatchObject({
      status: 'exceeded',
      ratio: null,
    });
  });

  it('adds up exactly where binary fractions do not', () => {
    const spent = new Big('0.1').plus('0.2');
    expect(budgetStatus(spent, '0', { ...budget, dailyLimit: '0.3' }).status).toBe('exceeded');
  });

  it('never improves with more spending', () => {
    const rank = ['unlimited', 'ok', 'alert', 'exceeded'];
    const cents = fc.nat({ max: 500 });
    fc.assert(
      fc.property(cents, cents, cents, (spent, more, month) => {
        const at = (sum: number) =>
          rank.indexOf(budgetStatus(`${sum}e-2`, `${month}e-1`, budget).status);
        expect(at(spent + more)).toBeGreaterThanOrEqual(at(spent));
      }),
    );
  });
});
