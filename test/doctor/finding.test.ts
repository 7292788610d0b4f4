import { describe, expect, it } from 'vitest';
import { isBroad } from '../../src/doctor/checks/complexity.ts';
import { isSecretHeader } from '../../src/setup-file/headers.ts';

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
