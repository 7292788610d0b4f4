import { type Hint, hintText } from '../../src/platform/errors.ts';

/** Stands for a hint that holds `part` once it is worded for the program's own name. */
export const hintWith = (part: string) => ({
  asymmetricMatch: (hint: Hint) => hintText(hint, 'openclaw-openrouter').includes(part),
  toString: () => `hint with ${part}`,
});
