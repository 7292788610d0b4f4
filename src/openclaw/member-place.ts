import { type Json5Node, nodeAt } from '../config/dialects/json5/tree.ts';
import { type Path, positionAt } from '../config/edit.ts';
import type { FilePlace } from '../errors.ts';

/** Where a member stands in a text; of a missing one, where the nearest member around it is. */
export function memberOffset(root: Json5Node | null, path: Path, part: 'key' | 'value'): number {
  if (root === null) return 0;
  const found = nodeAt(root, path);
  if (found !== null) return (part === 'key' ? (found.key ?? found.value) : found.value).start;
  return path.length === 0 ? 0 : memberOffset(root, path.slice(0, -1), 'key');
}

export function placeAt(file: string, text: string, offset: number): FilePlace {
  const { line, column } = positionAt(text, offset);
  return { file, line, column };
}
