import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Json5SyntaxError } from '../../src/config/json5/syntax-error.ts';
import { starSecrets } from '../../src/text/hide-secrets.ts';

const secret = 'sup3r-s3cret.value/9';

describe('a secret in text that does not parse', () => {
  it.each([
    `apiKey: "${secret}" defaultModel: "openai/gpt-4o"`,
    `"apiKey": '${secret}',`,
    `apiKey "${secret}"`,
    `apiKey: ${secret}`,
    `apiKey: "${secret}`,
    `apiKey: "${secret}" "${secret}"`,
    `apiKey:\n  "${secret}"`,
    `key:\n apiKey: "${secret}"`,
    `apiKey: "a" "token": "${secret}"`,
    `apiKey: ["${secret}"`,
    `headers: { Authorization: "Bearer ${secret}" }`,
    `headers: { "X-Api-Key": "${secret}" }`,
    `accessToken: '${secret}'`,
  ])('is hidden in %j, and nothing moves', (text) => {
    const hidden = starSecrets(text);
    expect(hidden).not.toContain(secret.slice(0, 5));
    expect(hidden).toHaveLength(text.length);
    expect(hidden.indexOf('\n')).toBe(text.indexOf('\n'));
  });

  it('is hidden whatever it is, and never with another length', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_.+/=-]{8,60}$/);
    fc.assert(
      fc.property(word, fc.constantFrom('"', "'", ''), fc.string(), (key, quote, around) => {
        const text = `${around}\napiKey: ${quote}${key}${quote}`;
        const hidden = starSecrets(text);
        expect(hidden).toHaveLength(text.length);
        expect(hidden.split('\n').at(-1)).not.toContain(key);
      }),
    );
  });

  it('is hidden before a long line is cut in the middle of it', () => {
    const text = `{ apiKey: "${secret.repeat(12)}" x }`;
    const { frame } = new Json5SyntaxError(text, text.indexOf(' x'), {
      expected: '","',
      found: 'x',
      hint: 'A comma is missing before this',
    });
    expect(frame).not.toContain('s3cret');
  });
});

it('leaves references and all else to be read', () => {
  const text = `apiKey: "\${OPENROUTER_API_KEY}", defaultModel: "openai/gpt-4o" fallbackModels: []`;
  expect(starSecrets(text)).toBe(text);
});
