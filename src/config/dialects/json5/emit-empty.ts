import type { TextEdit } from '../../edit.ts';
import type { Slot } from './cell.ts';
import type { Opening } from './layout.ts';
import { lineWidth, renderInline, renderLines } from './render.ts';
import { indentAt, type Style } from './style.ts';
import type { ContainerNode } from './tree.ts';
import { type Trivium, triviaBetween } from './trivia.ts';

/**
 * Members for a container that has none. Whatever stands between its brackets stays behind or before them, so that
 * taking them out again leaves the same bytes.
 */
export function emitIntoEmpty(
  text: string,
  node: ContainerNode,
  slots: readonly Slot[],
  style: Style,
  opening: Opening,
): TextEdit {
  const indent = indentAt(text, node.start);
  const rows = slots.map((slot) => renderLines(slot, node.kind, style, indent + style.unit));
  const lines = rows.join(`,${style.newline}`) + (style.trailingComma ? ',' : '') + style.newline;
  const trivia = triviaBetween(text, opening.end, node.end - 1);
  const below = belowComments(trivia);
  if (below !== null) {
    // A comment right above would be the member's own: a blank line parts them.
    const parted = opening.endsLine && below.comment.start >= opening.tailEnd;
    const head = parted ? style.newline : '';
    return { offset: below.offset, length: 0, text: head + lines };
  }
  const inline = inlineForm(text, node, slots, style, trivia);
  if (inline !== null) return { offset: opening.end, length: 0, text: inline };
  const closing = trivia[0]?.kind === 'newline' && trivia[0].start === opening.end ? '' : indent;
  return { offset: opening.end, length: 0, text: style.newline + lines + closing };
}

function belowComments(trivia: readonly Trivium[]): { comment: Trivium; offset: number } | null {
  const last = trivia.findLastIndex(({ kind }) => kind !== 'newline');
  const comment = trivia[last];
  const lineEnd = trivia[last + 1];
  if (comment === undefined || lineEnd === undefined) return null;
  return { comment, offset: lineEnd.end };
}

/** Null where the members should have lines of their own. */
function inlineForm(
  text: string,
  node: ContainerNode,
  slots: readonly Slot[],
  style: Style,
  trivia: readonly Trivium[],
): string | null {
  if (trivia.some(({ kind }) => kind === 'newline')) return null;
  const pad = node.kind === 'object' ? style.pad : '';
  const items = slots.map((slot) => renderInline(slot, node.kind, style)).join(', ');
  const form = pad + items + pad;
  if (trivia.length > 0) return form;
  const plain = slots.every(({ cell, comment }) => cell.kind === 'fresh' && comment === null);
  const wanted = (node.kind === 'array' && plain) || !endsItsLine(text, node.end);
  const column = node.start - (text.lastIndexOf('\n', node.start) + 1);
  return wanted && column + form.length + 3 <= lineWidth ? form : null;
}

/** Nothing but a comma and a comment comes behind on the line. */
function endsItsLine(text: string, offset: number): boolean {
  const rest = /[^\n\r]*/y;
  rest.lastIndex = offset;
  return /^[ \t]*,?[ \t]*(?:\/\/.*|\/\*.*\*\/[ \t]*)?$/.test(rest.exec(text)?.[0] ?? '');
}
