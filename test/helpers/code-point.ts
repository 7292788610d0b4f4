import fc from 'fast-check';

/** Where surrogates begin, and how many there are: no code points of a text. */
const surrogates = 0xd800;
const countOfSurrogates = 0x800;

/**
 * The unit of any text, as `binary` is, for which fast-check builds a map of all code points first: that takes a second
 * in each process.
 */
export const codePoint: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10ffff - countOfSurrogates })
  .map(
    (number) => String.fromCodePoint(number < surrogates ? number : number + countOfSurrogates),
    numberOf,
  );

/** Lets fast-check put in the strings that it knows to be dangerous. */
function numberOf(text: unknown): number {
  const code = typeof text === 'string' ? text.codePointAt(0) : undefined;
  if (code === undefined || text !== String.fromCodePoint(code))
    throw new Error('Not a code point');
  return code < surrogates ? code : code - countOfSurrogates;
}
