import { describe, expect, it } from 'vitest';
import {
  daysBetween,
  formatDuration,
  formatSeconds,
  inDays,
} from '../../src/platform/durations.ts';

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

it.each([
  [0.4, '0 ms'],
  [412.3, '412 ms'],
  [1000, '1.0 s'],
  [61_250, '61.3 s'],
])('%d ms is shown as %s', (ms, words) => {
  expect(formatDuration(ms)).toBe(words);
});

it('keeps seconds where durations are shown side by side', () => {
  expect([300, 1500].map(formatSeconds)).toEqual(['0.3 s', '1.5 s']);
});
