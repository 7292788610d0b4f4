import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyFormatProblem, keyPrefix } from '../../src/setup-file/key-format.ts';
import { testKey } from '../helpers/world.ts';

describe('keyFormatProblem', () => {
  it('accepts a key of OpenRouter', () => {
    expect(keyFormatProblem(testKey)).toBeNull();
  });

  it.each([
    ['', 'empty'],
    [`${testKey}\n`, 'white space'],
    [` ${testKey}`, 'white space'],
    [`${testKey}\n${testKey}`, 'more than one line'],
    [`"${testKey}"`, 'quotes'],
    [`'${testKey}'`, 'quotes'],
    [`Bearer ${testKey}`, 'Bearer'],
    [testKey.slice(0, 30), 'cut off'],
    [`${testKey.slice(0, 40)} ${testKey.slice(40)}`, 'characters'],
    [`sk-or-v1-${'x'.repeat(48)}`, 'placeholder'],
    [`sk-ant-api03-${'a'.repeat(40)}`, 'Anthropic'],
    [`sk-proj-${'a'.repeat(40)}`, 'OpenAI'],
    [`sk-or-v2-${'a'.repeat(40)}`, 'sk-or-v1-'],
    [`\${OPENROUTER_API_KEY}`, 'variable'],
    ['hello', 'not an OpenRouter key'],
  ])('rejects %j', (text, reason) => {
    expect(keyFormatProblem(text)).toContain(reason);
  });

  it('never repeats the text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 24, maxLength: 90 }), (text) => {
        expect(keyFormatProblem(text) ?? '').not.toContain(text);
        expect(keyFormatProblem(`${testKey}${text}!`)).not.toContain('3c4d');
      }),
    );
  });
});

describe('keyPrefix', () => {
  it('shows four digits', () => {
    expect(keyPrefix(testKey)).toBe('sk-or-v1-1a2b…');
  });

  it.each(['', 'secret', 'sk-or-v1-short', `sk-ant-${'a'.repeat(40)}`])('hides %j', (text) => {
    expect(keyPrefix(text)).toBe('(hidden)');
  });
});
