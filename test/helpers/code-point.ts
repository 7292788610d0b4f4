import fc from 'fast-check';

/** The first surrogate and the number of surrogates, which are not valid code points in a text. */
const surrogates = 0xd800;
const countOfSurrogates = 0x800;

/**
 * Generates any code point, like the `binary` unit of fast-check's `string`. For that one, fast-check first builds a
 * map of all code points, which takes a second per process.
 */
export const codePoint: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10ffff - countOfSurrogates })
  .map(
    (number) => String.fromCodePoint(number < surrogates ? number : number + countOfSurrogates),
    numberOf,
  );

/** Inverse of the mapping, so that fast-check can inject strings that it knows to be dangerous. */
function numberOf(text: unknown): number {
  const code = typeof text === 'string' ? text.codePointAt(0) : undefined;
  if (code === undefined || text !== String.fromCodePoint(code))
    throw new Error('Not a code point');
  return code < surrogates ? code : code - countOfSurrogates;
}
