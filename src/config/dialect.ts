import type { Edit, EditResult } from './edit.ts';

/** The kinds of text that set variables. */
export type VariableDialectId = 'dotenv' | 'bash' | 'zsh' | 'fish';

export type DialectId = 'json5' | VariableDialectId;

/** A kind of text that we read values from and edit without touching any other byte. */
export interface Dialect {
  readonly id: DialectId;
  /**
   * What the text says. `json5`: its value, `{}` for a text with no value in it; throws Json5SyntaxError.
   * The others: the live variables by name, as `Record<string, string>`.
   */
  read(text: string): unknown;
  /**
   * The text with the edits done. The dialects of variables take `set` and `remove` with a path of one name, and
   * a string as value. Throws UserError where an edit cannot be done; then nothing should be written.
   */
  edit(text: string, edits: readonly Edit[]): EditResult;
}
