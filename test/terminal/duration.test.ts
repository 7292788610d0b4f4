import { expect, it } from 'vitest';
import { formatDuration, formatSeconds } from '../../src/terminal/duration.ts';

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
