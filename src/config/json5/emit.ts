import type { TextEdit } from '../edit.ts';
import type { Draft } from './draft.ts';
import type { DraftContainer, DraftMember } from './draft-value.ts';
import { emitMembers } from './insertion.ts';
import { renderKey, renderScalar, renderValue } from './render.ts';
import { indentAt, localStyle, type Style } from './style.ts';
import type { Json5Node } from './tree.ts';

/** The bytes that have to change for the text to say what the draft says; sorted. */
export function emit(text: string, root: Json5Node, draft: Draft, style: Style): TextEdit[] {
  const edits: TextEdit[] = [];
  const waiting: DraftContainer[] = [];
  emitValue(text, draft.root, root, style, edits, waiting);
  for (let container = waiting.pop(); container !== undefined; container = waiting.pop()) {
    if (container.node === null) continue;
    const local = localStyle(text, container.node, style);
    edits.push(...emitMembers(text, container.node, container, local));
    for (const member of container.members()) {
      if (member.node === null) continue;
      emitKey(text, member.name, member.node, local, edits);
      emitValue(text, member, member.node, local, edits, waiting);
    }
  }
  return merged(edits.filter((edit) => edit.length > 0 || edit.text !== ''));
}

function emitKey(
  text: string,
  name: string,
  was: Json5Node,
  style: Style,
  edits: TextEdit[],
): void {
  if (was.key === null || was.key === name) return;
  const mark = text[was.keyStart];
  const keyQuote = mark === '"' || mark === "'" ? mark : '';
  edits.push({
    offset: was.keyStart,
    length: was.keyEnd - was.keyStart,
    text: renderKey(name, { ...style, keyQuote }),
  });
}

function emitValue(
  text: string,
  { value }: DraftMember,
  was: Json5Node,
  style: Style,
  edits: TextEdit[],
  waiting: DraftContainer[],
): void {
  if (value.kind === 'draft' && value.node !== null) {
    waiting.push(value);
    return;
  }
  if (value.kind !== 'new' && value.kind !== 'draft') return;
  const mark = text[was.start];
  const quote = was.kind === 'scalar' && (mark === '"' || mark === "'") ? mark : style.quote;
  const rendered =
    value.kind === 'new'
      ? renderScalar(value.value, quote)
      : renderedAt(text, was.start, value, style);
  edits.push({ offset: was.start, length: was.end - was.start, text: rendered });
}

function renderedAt(text: string, offset: number, container: DraftContainer, style: Style): string {
  const indent = indentAt(text, offset);
  return renderValue(container, style, { indent, column: indent.length, oneLine: false });
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
