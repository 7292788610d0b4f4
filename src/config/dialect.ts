import { UserError } from '../platform/errors.ts';
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

/** An edit of a text of variables: `value` is null where the variable goes. Throws UserError for any other edit. */
export function variableEdit(edit: Edit): { name: string; value: string | null } {
  const [name, ...rest] = edit.path;
  if (typeof name !== 'string' || rest.length > 0 || !/^[A-Za-z_]\w*$/.test(name)) {
    throw new UserError(`"${edit.path.join('.')}" is not a variable name`, { type: 'usage' });
  }
  if (edit.op === 'remove') return { name, value: null };
  if (edit.op === 'set' && typeof edit.value === 'string') return { name, value: edit.value };
  throw new UserError(`A variable such as ${name} can only be set to a text, or removed`, {
    type: 'usage',
  });
}
