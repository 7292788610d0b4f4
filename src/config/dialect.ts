import { UserError } from '../platform/errors.ts';
import type { Edit, EditResult } from './edit.ts';

/** Dialects that set variables. */
export type VariableDialectId = 'dotenv' | 'bash' | 'zsh' | 'fish';

export type DialectId = 'json5' | VariableDialectId;

/** A file format that we edit without changing any byte outside an edit. */
export interface Dialect {
  readonly id: DialectId;
  /**
   * `json5`: the value, `{}` for a text without one; throws Json5SyntaxError. The others: the variables that the file
   * sets, as `Record<string, string>`.
   */
  read(text: string): unknown;
  /**
   * Applies the edits. The dialects of variables take `set` and `remove` with a path of one name, and a string as value.
   * Throws UserError if an edit cannot be made. The name of the file decides
   * the style of an empty one.
   */
  edit(text: string, edits: readonly Edit[], name?: string): EditResult;
}

/** An edit of a variable; `value` is null to remove it. Throws UserError for any other edit. */
export function variableEdit(edit: Edit): { name: string; value: string | null } {
  const [name, ...rest] = edit.path;
  if (typeof name !== 'string' || rest.length > 0 || !/^[A-Za-z_]\w*$/.test(name)) {
    throw new UserError(`"${edit.path.join('.')}" is not a variable name`, { type: 'usage' });
  }
  if (edit.op === 'remove') return { name, value: null };
  if (edit.op === 'set' && typeof edit.value === 'string') return { name, value: edit.value };
  throw new UserError(`The variable ${name} can only be set to a string, or removed`, {
    type: 'usage',
  });
}
