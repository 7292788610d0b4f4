import { describe, expect, it } from 'vitest';
import {
  dayName,
  elapsedDays,
  lastDays,
  localTime,
  localZone,
  remainingDays,
  utcTime,
} from '../../src/spend/time.ts';

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

const noon = new Date('2026-11-22T12:00:00Z');

describe('UTC times', () => {
  it('include the date only on another day', () => {
    expect(utcTime(new Date('2026-11-22T16:40:30Z'), noon)).toBe('16:40');
    expect(utcTime(new Date('2026-11-25T16:40:30Z'), noon)).toBe('2026-11-25 16:40');
  });
});

describe('local times', () => {
  it.each([
    ['Europe/Berlin', '17:40 in Berlin'],
    ['America/New_York', '11:40 in New York'],
    ['Asia/Kolkata', '22:10 in Kolkata'],
    ['Asia/Tokyo', '2026-11-23 01:40 in Tokyo'],
  ])('are shown beside UTC for %s', (zone, shown) => {
    expect(localTime(new Date('2026-11-22T16:40:00Z'), noon, zone)).toBe(shown);
  });

  it('are left out where they equal UTC', () => {
    expect(localTime(new Date('2026-11-22T16:40:00Z'), noon, 'UTC')).toBeNull();
    expect(localTime(new Date('2026-11-22T16:40:00Z'), noon, 'Africa/Abidjan')).toBeNull();
  });

  it('use the offset of the instant around a clock change', () => {
    const before = new Date('2026-10-25T00:30:00Z');
    expect(localTime(before, before, 'Europe/Berlin')).toBe('02:30 in Berlin');
    const after = new Date('2026-10-25T01:30:00Z');
    expect(localTime(after, before, 'Europe/Berlin')).toBe('02:30 in Berlin');
    const spring = new Date('2026-03-29T01:30:00Z');
    expect(localTime(spring, spring, 'Europe/Berlin')).toBe('03:30 in Berlin');
  });
});

describe('the zone', () => {
  it('comes from TZ', () => {
    expect(localZone({ TZ: 'Asia/Tokyo' })).toBe('Asia/Tokyo');
    expect(localZone({ TZ: ':Asia/Tokyo' })).toBe('Asia/Tokyo');
  });

  it('falls back to the system for an unknown TZ', () => {
    const system = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(localZone({ TZ: 'CET-1CEST,M3.5.0' })).toBe(system);
    expect(localZone({})).toBe(system);
  });
});
