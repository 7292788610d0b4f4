import { describe, expect, it } from 'vitest';
import { isBroad } from '../../src/doctor/checks/complexity.ts';
import { daysBetween, inDays } from '../../src/doctor/days.ts';
import { isSecretHeader } from '../../src/setup-file/headers.ts';

describe('days', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  it.each([
    ['2026-12-01', 9, 'in 9 days'],
    ['2026-11-23', 1, 'in 1 day'],
    ['2026-11-22', 0, 'today'],
    ['2026-11-19', -3, '3 days ago'],
  ])('until %s are %i: %s', (date, days, words) => {
    expect(daysBetween(now, date)).toBeCloseTo(days, 0);
    expect(inDays(days)).toBe(words);
  });

  it('cannot be counted until what is no date', () => {
    expect(daysBetween(now, 'soon')).toBeNull();
  });
});

describe('a trigger', () => {
  it.each(['the', 'AND', 'ai', '什么', 'ｔｈｅ'])('%s is in nearly everything', (text) => {
    expect(isBroad(text)).toBe(true);
  });

  it.each(['代码', '分析', '翻译长文', 'code', 'C#', 'refactor this', 'SQL'])(
    '%s is not',
    (text) => {
      expect(isBroad(text)).toBe(false);
    },
  );
});

describe('a header', () => {
  it.each([
    ['X-Api-Key', 'abc'],
    ['Authorization', 'x'],
    ['X-Note', 'Bearer abcdefgh12'],
    ['X-Note', `sk-or-v1-${'ab'.repeat(32)}`],
  ])('%s: %s holds a secret', (name, value) => {
    expect(isSecretHeader(name, value)).toBe(true);
  });

  it.each([
    ['HTTP-Referer', 'https://your-site.com'],
    ['X-Title', 'OpenClaw Assistant'],
    ['X-OpenRouter-Tokens-Used', '1'],
  ])('%s: %s holds none', (name, value) => {
    expect(isSecretHeader(name, value)).toBe(false);
  });
});
