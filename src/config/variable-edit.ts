import { UserError } from '../platform/errors.ts';
import type { Edit } from './edit.ts';

/** An edit of a text of variables: `value` is null where the variable goes. Throws UserError for any other edit. */
export function variableEdit(edit: Edit): { name: string; value: string | null } {
  const [name, ...rest] = edit.path;
  if (typeof name !== 'string' || rest.length > 0 || !/^[A-Za-z_]\w*$/.test(name)) {
    throw new UserError(`"${edit.path.join('.')}" is no name of a variable`, { type: 'usage' });
  }
  if (edit.op === 'remove') return { name, value: null };
  if (edit.op === 'set' && typeof edit.value === 'string') return { name, value: edit.value };
  throw new UserError(`A variable such as ${name} can only be set to a text, or removed`, {
    type: 'usage',
  });
}
