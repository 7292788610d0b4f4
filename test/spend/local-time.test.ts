import { describe, expect, it } from 'vitest';
import { localTime, localZone, utcTime } from '../../src/spend/local-time.ts';

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
