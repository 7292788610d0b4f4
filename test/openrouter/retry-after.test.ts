import { describe, expect, it } from 'vitest';
import { retryAfterOf } from '../../src/openrouter/error-body.ts';

const now = new Date('2026-11-22T12:00:00Z');

const asked = (status: number, headers: Record<string, string>) =>
  retryAfterOf(status, new Headers(headers), now);

describe('retryAfterOf', () => {
  it.each([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['a part of a second', { 'retry-after': '0.25' }, 250],
    ['nothing to wait', { 'retry-after': '0' }, 0],
    ['a date', { 'retry-after': 'Sun, 22 Nov 2026 12:01:30 GMT' }, 90_000],
    ['a date that is past', { 'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT' }, 0],
    [
      'a date against the clock of the server',
      { 'retry-after': 'Sun, 22 Nov 2026 09:00:10 GMT', date: 'Sun, 22 Nov 2026 09:00:00 GMT' },
      10_000,
    ],
    ['a negative number', { 'retry-after': '-5' }, null],
    ['words', { 'retry-after': 'soon enough' }, null],
    ['no header', {}, null],
  ])('reads %s', (_, headers, ms) => {
    expect(asked(503, headers)).toBe(ms);
  });

  it('takes the reset of a rate limit on a 429 only', () => {
    const headers = { 'x-ratelimit-reset': String(now.getTime() + 5_000) };
    expect(asked(429, headers)).toBe(5_000);
    expect(asked(503, headers)).toBeNull();
  });
});
