import type { FilePlace } from '../platform/errors.ts';
import { type Path, positionAt } from './edit.ts';
import { scanJson5 } from './json5/scan.ts';
import { Json5SyntaxError } from './json5/syntax-error.ts';
import { type Json5Node, nodeAt } from './json5/tree.ts';

/** Parses the text of a file. Throws Json5SyntaxError with its place in the file. */
export function scanFile(text: string, path: string): Json5Node {
  try {
    return scanJson5(text);
  } catch (error) {
    if (!(error instanceof Json5SyntaxError)) throw error;
    // The scanner does not know the file path.
    throw Object.assign(error, { place: { file: path, line: error.line, column: error.column } });
  }
}

/** Offset of a member in a text; for a missing member, the offset of its nearest existing ancestor. */
export function memberOffset(root: Json5Node | null, path: Path, part: 'key' | 'value'): number {
  if (root === null) return 0;
  const found = nodeAt(root, path);
  if (found !== null) return part === 'key' ? found.keyStart : found.start;
  return path.length === 0 ? 0 : memberOffset(root, path.slice(0, -1), 'key');
}

export function placeAt(file: string, text: string, offset: number): FilePlace {
  const { line, column } = positionAt(text, offset);
  return { file, line, column };
}
