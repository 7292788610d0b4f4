import { describe, expect, it } from 'vitest';
import { daysBetween, inDays } from '../../src/platform/days.ts';

describe('days', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  it.each([
    ['2026-12-01', 9, 'in 9 days'],
    ['2026-11-23', 1, 'in 1 day'],
    ['2026-11-22', 0, 'today'],
    ['2026-11-19', -3, '3 days ago'],
  ])('until %s are %i, shown as %s', (date, days, words) => {
    expect(daysBetween(now, date)).toBeCloseTo(days, 0);
    expect(inDays(days)).toBe(words);
  });

  it('are null for a text that is not a date', () => {
    expect(daysBetween(now, 'soon')).toBeNull();
  });
});
