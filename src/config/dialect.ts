import { UserError } from '../platform/errors.ts';
import type { Edit, EditResult } from './edit.ts';

/** Dialects that set variables. */
export type VariableDialectId = 'dotenv' | 'bash' | 'zsh' | 'fish';

export type DialectId = 'json5' | VariableDialectId;

/** A file format that we edit without changing any byte outside the edit. */
export interface Dialect {
  readonly id: DialectId;
  /**
   * `json5`: the parsed value, or `{}` if the text has none; throws Json5SyntaxError. Other dialects: the variables
   * that the file sets, as `Record<string, string>`.
   */
  read(text: string): unknown;
  /**
   * Applies the edits. Variable dialects only support `set` and `remove`, with a one-element path and a string value.
   * Throws UserError if an edit cannot be made. The file name decides the style of an empty file.
   */
  edit(text: string, edits: readonly Edit[], name?: string): EditResult;
}

/** The variable that an edit sets or removes; `value` is null for a removal. Throws UserError for other edits. */
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
