import { type Hint, hintText } from '../../src/platform/errors.ts';

const place = { program: 'openclaw-openrouter', given: { config: null, sandbox: false } };

/** Matches a hint that contains `part` when rendered with the program's own name. */
export const hintWith = (part: string) => ({
  asymmetricMatch: (hint: Hint) => hintText(hint, place).includes(part),
  toString: () => `hint with ${part}`,
});
