import type { TextEdit } from '../edit.ts';
import type { OpenCell, Slot } from './cell.ts';
import type { Draft } from './draft.ts';
import { emitMembers } from './insertion.ts';
import { renderCell, renderKey, renderScalar } from './render.ts';
import { indentAt, localStyle, type Style } from './style.ts';
import type { Json5Node } from './tree.ts';

/** The bytes that have to change for the text to say what the draft says; sorted. */
export function emit(text: string, root: Json5Node, draft: Draft, style: Style): TextEdit[] {
  const edits: TextEdit[] = [];
  const waiting: OpenCell[] = [];
  emitValue(text, draft.root, root, style, edits, waiting);
  for (let open = waiting.pop(); open !== undefined; open = waiting.pop()) {
    if (open.node === null) continue;
    const local = localStyle(text, open.node, style);
    edits.push(...emitMembers(text, open.node, open, local));
    for (const slot of open.slots()) {
      if (slot.member === null) continue;
      emitKey(text, slot, local, edits);
      emitValue(text, slot, slot.member.value, local, edits, waiting);
    }
  }
  return merged(edits.filter((edit) => edit.length > 0 || edit.text !== ''));
}

function emitKey(text: string, { name, member }: Slot, style: Style, edits: TextEdit[]): void {
  const key = member?.key ?? null;
  if (key === null || key.name === name) return;
  const mark = text[key.start];
  const keyQuote = mark === '"' || mark === "'" ? mark : '';
  edits.push({
    offset: key.start,
    length: key.end - key.start,
    text: renderKey(name, { ...style, keyQuote }),
  });
}

function emitValue(
  text: string,
  { cell }: Slot,
  was: Json5Node,
  style: Style,
  edits: TextEdit[],
  waiting: OpenCell[],
): void {
  if (cell.kind === 'source' || cell.kind === 'absent') return;
  if (cell.kind === 'open' && cell.node !== null) {
    waiting.push(cell);
    return;
  }
  const mark = text[was.start];
  const quote = was.kind === 'scalar' && (mark === '"' || mark === "'") ? mark : style.quote;
  const rendered =
    cell.kind === 'fresh'
      ? renderScalar(cell.value, quote)
      : renderedAt(text, was.start, cell, style);
  edits.push({ offset: was.start, length: was.end - was.start, text: rendered });
}

function renderedAt(text: string, offset: number, cell: OpenCell, style: Style): string {
  const indent = indentAt(text, offset);
  return renderCell(cell, style, { indent, column: indent.length, oneLine: false });
}

/** Sorted, edits that touch made one. An insertion comes before a removal at the same place. */
function merged(edits: TextEdit[]): TextEdit[] {
  const sorted = edits.sort((a, b) => a.offset - b.offset || a.length - b.length);
  const result: TextEdit[] = [];
  for (const edit of sorted) {
    const last = result.at(-1);
    const end = last === undefined ? -1 : last.offset + last.length;
    if (last === undefined || edit.offset > end) {
      result.push(edit);
      continue;
    }
    const length = Math.max(end, edit.offset + edit.length) - last.offset;
    result[result.length - 1] = { offset: last.offset, length, text: last.text + edit.text };
  }
  return result;
}
