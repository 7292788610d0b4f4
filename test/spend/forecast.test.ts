import { describe, expect, it } from 'vitest';
import { utcDay, utcMonth } from '../../src/routing/budget.ts';
import { daysLeft, rateOf, reachedAt, usdAtEnd } from '../../src/spend/limits.ts';

const noon = new Date('2026-11-22T12:00:00Z');
const today = { usd: '1.5', window: utcDay(noon) };

describe('the rate', () => {
  it('is the amount spent per elapsed day', () => {
    expect(rateOf(today, noon)).toEqual({ usdPerDay: '3', days: 0.5 });
  });

  it('is unknown in the first hour', () => {
    expect(rateOf(today, new Date('2026-11-22T00:59:59Z'))).toBeNull();
    expect(rateOf(today, new Date('2026-11-22T01:00:00Z'))).not.toBeNull();
  });
});

describe('the end of a window', () => {
  it('costs what was spent plus the rate for the rest', () => {
    const november = { usd: '10', window: utcMonth(noon) };
    expect(usdAtEnd(november, { usdPerDay: '2', days: 1 }, noon)).toBe('27');
  });

  it('adds nothing at the last instant', () => {
    const last = new Date('2026-11-22T23:59:59.999Z');
    expect(usdAtEnd(today, { usdPerDay: '1', days: 1 }, last)).toBe('1.5');
  });
});

describe('when a limit is reached', () => {
  const rate = { usdPerDay: '3', days: 0.5 };

  it('is as far away as the rest of it lasts', () => {
    expect(reachedAt(today, '2', rate, noon)).toEqual(new Date('2026-11-22T16:00:00Z'));
  });

  it('is null when the window ends first or it is reached already', () => {
    expect(reachedAt(today, '3', rate, noon)).toBeNull();
    expect(reachedAt(today, '2.9999', rate, noon)).not.toBeNull();
    expect(reachedAt(today, '1.5', rate, noon)).toBeNull();
    expect(reachedAt(today, '1', rate, noon)).toBeNull();
  });

  it('is null when nothing is being spent', () => {
    expect(reachedAt(today, '2', { usdPerDay: '0', days: 0.5 }, noon)).toBeNull();
    expect(reachedAt(today, '2', null, noon)).toBeNull();
  });
});

describe('how long money lasts', () => {
  it('is rounded down to a tenth of a day', () => {
    expect(daysLeft('10', { usdPerDay: '3', days: 1 })).toBe(3.3);
    expect(daysLeft('17', { usdPerDay: '3', days: 1 })).toBe(5.6);
  });

  it('is zero when it is used up, and unknown when nothing is spent', () => {
    expect(daysLeft('-1', { usdPerDay: '3', days: 1 })).toBe(0);
    expect(daysLeft('10', { usdPerDay: '0', days: 1 })).toBeNull();
  });
});
