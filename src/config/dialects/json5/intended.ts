import type { Edit } from '../../edit.ts';
import { isPlainObject, plainCopy } from './plain.ts';
import { putOwn } from './tree.ts';

/**
 * What a value becomes by edits, worked out on plain data and not on the text: what the edited text says is held
 * against this before it is trusted. The edits must fit the value; `value` is changed in place.
 */
export function intendedValue(value: unknown, edits: readonly Edit[]): unknown {
  const holder: unknown[] = [value];
  for (const edit of edits) applyTo(holder, edit);
  return holder[0];
}

function applyTo(holder: unknown[], edit: Edit): void {
  const path = [0, ...edit.path];
  const last = path.at(-1) ?? 0;
  const creates = edit.op === 'set' || edit.op === 'insert';
  let parent: unknown = holder;
  for (const [depth, step] of path.slice(0, -1).entries()) {
    if (creates && get(parent, step) === undefined) {
      put(parent, step, typeof path[depth + 1] === 'number' ? [] : {});
    }
    parent = get(parent, step);
  }
  if (edit.op === 'set') put(parent, last, plainCopy(edit.value));
  else if (edit.op === 'insert') {
    if (Array.isArray(parent)) parent.splice(Number(last), 0, plainCopy(edit.value));
  } else if (edit.op === 'remove') drop(parent, last);
  else if (get(parent, last) !== undefined && String(last) !== edit.to) {
    put(parent, edit.to, get(parent, last));
    drop(parent, last);
  }
}

function get(parent: unknown, step: string | number): unknown {
  if (Array.isArray(parent)) return typeof step === 'number' ? parent[step] : undefined;
  return isPlainObject(parent) && Object.hasOwn(parent, step) ? parent[String(step)] : undefined;
}

function put(parent: unknown, step: string | number, value: unknown): void {
  if (Array.isArray(parent)) parent[Number(step)] = value;
  else if (isPlainObject(parent)) putOwn(parent as Record<string, unknown>, String(step), value);
}

function drop(parent: unknown, step: string | number): void {
  if (Array.isArray(parent)) {
    if (typeof step === 'number' && step >= 0) parent.splice(step, 1);
  } else if (isPlainObject(parent)) {
    Reflect.deleteProperty(parent, step);
  }
}
