import { type Hint, hintText } from '../../src/platform/errors.ts';

/** Matches a hint that contains `part` when rendered with the program's own name. */
export const hintWith = (part: string) => ({
  asymmetricMatch: (hint: Hint) => hintText(hint, 'openclaw-openrouter').includes(part),
  toString: () => `hint with ${part}`,
});
