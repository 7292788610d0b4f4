import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textTokens } from '../../src/pricing/text-tokens.ts';
import { codePoint } from '../helpers/code-point.ts';

describe('the tokens of a text', () => {
  it.each([
    ['', 0],
    ['the', 2],
    ['of', 1],
    ['a b c', 3],
    ['  ', 2],
    ['UPPER', 5],
    ['2026', 4],
    ['分析', 6],
    ['🦄', 4],
    ['"', 2],
    ['\n\n', 4],
  ])('of %j are %i', (text, tokens) => {
    expect(textTokens(text)).toBe(tokens);
  });

  it('never decrease with more text, and never exceed twice the bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint }), fc.string({ unit: codePoint }), (text, more) => {
        expect(textTokens(text + more)).toBeGreaterThanOrEqual(textTokens(text));
        expect(textTokens(text)).toBeLessThanOrEqual(2 * Buffer.byteLength(text));
      }),
      { numRuns: 50 },
    );
  });

  // Measured with o200k_base and cl100k_base, the vocabularies of GPT-4o and GPT-4.
  it.each([
    ['prose', 'The quick brown fox jumps over the lazy dog.', 10],
    ['digits in hex', '9f86d081884c7d659a2feaa0c55ad015', 19],
    ['Armenian', 'Այսօր եղանակը լավ է', 35],
    ['base64', 'dGhlIHF1aWNrIGJyb3duIGZveA==', 19],
  ])('cover %s', (_, text, measured) => {
    expect(textTokens(text)).toBeGreaterThanOrEqual(measured);
  });
});
