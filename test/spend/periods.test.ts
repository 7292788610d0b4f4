import { describe, expect, it } from 'vitest';
import { dayName, elapsedDays, lastDays, remainingDays } from '../../src/spend/periods.ts';

const november = {
  start: new Date('2026-11-01T00:00:00Z'),
  end: new Date('2026-12-01T00:00:00Z'),
};

describe('UTC days', () => {
  it('change at midnight UTC only', () => {
    expect(dayName(new Date('2026-11-22T23:59:59.999Z'))).toBe('2026-11-22');
    expect(dayName(new Date('2026-11-23T00:00:00.000Z'))).toBe('2026-11-23');
    expect(dayName(new Date('2026-11-22T23:30:00-02:00'))).toBe('2026-11-23');
  });

  it('are counted back over months, a leap day and years', () => {
    expect(lastDays(new Date('2026-12-01T00:00:00Z'), 2)).toEqual(['2026-11-30', '2026-12-01']);
    expect(lastDays(new Date('2028-03-01T23:59:59Z'), 2)).toEqual(['2028-02-29', '2028-03-01']);
    expect(lastDays(new Date('2027-01-01T05:00:00Z'), 1)).toEqual(['2027-01-01']);
  });

  it('are not affected by clock changes', () => {
    const days = lastDays(new Date('2026-10-26T00:30:00Z'), 3);
    expect(days).toEqual(['2026-10-24', '2026-10-25', '2026-10-26']);
  });
});

describe('a window', () => {
  it('splits into elapsed and remaining parts', () => {
    const now = new Date('2026-11-16T12:00:00Z');
    expect(elapsedDays(november, now)).toBe(15.5);
    expect(remainingDays(november, now)).toBe(14.5);
  });
});
