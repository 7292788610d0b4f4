import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText } from '../../src/text/terminal.ts';
import { codePoint } from '../helpers/code-point.ts';

describe('cleanText', () => {
  it.each([
    ['a color', '\u001b[31mred\u001b[0m', 'red'],
    ['a window title', '\u001b]0;owned\u0007text', 'text'],
    ['a link', '\u001b]8;;http://x\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['an 8-bit escape', '\u009b31mred', 'red'],
    ['line breaks', 'one\r\ntwo\n\tthree\u2028four', 'one two three four'],
    ['a bell and a backspace', 'a\u0007b\u0008c', 'abc'],
    ['a bidi override', 'safe\u202Etxt.exe', 'safetxt.exe'],
    ['a zero-width space', 'a\u200bb', 'ab'],
    ['nothing at all', '模型 — ok', '模型 — ok'],
  ])('removes %s', (_, before, after) => {
    expect(cleanText(before)).toBe(after);
  });

  it('leaves no control character in any text', () => {
    const nasty = fc.string({
      unit: fc.constantFrom('\u001b', '[', ']', '3', 'm', '\u009b', '\u0007', 'x', '\n', '\u202e'),
    });
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ unit: codePoint })), (text) => {
        expect(cleanText(text)).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
        );
      }),
    );
  });
});
