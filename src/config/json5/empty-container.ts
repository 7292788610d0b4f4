import type { TextEdit } from '../edit.ts';
import { isLineEnd } from './chars.ts';
import type { DraftMember } from './draft-value.ts';
import type { Opening } from './placement.ts';
import { lineWidth, renderInline, renderLines } from './render.ts';
import { indentAt, lineAt, type Style } from './style.ts';
import type { ContainerNode } from './tree.ts';
import { skipBlanks, type Trivium, triviaBetween } from './trivia.ts';

/**
 * Inserts members into an empty container. Whatever is between the brackets stays before or after them, so that
 * removing the members restores the same bytes.
 */
export function emitIntoEmpty(
  text: string,
  node: ContainerNode,
  members: readonly DraftMember[],
  style: Style,
  opening: Opening,
): TextEdit {
  const indent = indentAt(text, node.start);
  const rows = members.map((member) => renderLines(member, node.kind, style, indent + style.unit));
  const bare = rows.join(`,${style.newline}`);
  const lines = bare + (style.trailingComma ? ',' : '');
  const trivia = triviaBetween(text, opening.end, node.end - 1);
  const line = lineBelowComments(trivia, opening);
  if (line !== null) {
    const newline = text.slice(line.start, line.end);
    return {
      offset: line.end,
      length: 0,
      text: (line.isSeparated ? newline : '') + lines + newline,
    };
  }
  const inline = inlineForm(text, node, members, style, trivia);
  if (inline !== null) return { offset: opening.end, length: 0, text: inline };
  const comment = trivia.at(-1);
  if (comment !== undefined && trivia.every(({ kind }) => kind !== 'newline')) {
    // Only in this case do the members start lines but not end one, by which their removal knows it.
    return { offset: comment.end, length: 0, text: style.newline + bare };
  }
  const closing = trivia[0]?.kind === 'newline' && trivia[0].start === opening.end ? '' : indent;
  const { newline } = style;
  return { offset: opening.end, length: 0, text: newline + lines + newline + closing };
}

/**
 * If the container has comments, the line end to insert after: the one after the last comment, or else the one after
 * the opening bracket. If `isSeparated`, a blank line is needed, since a comment directly above would otherwise belong
 * to the first member.
 */
function lineBelowComments(
  trivia: readonly Trivium[],
  opening: Opening,
): { start: number; end: number; isSeparated: boolean } | null {
  const last = trivia.findLastIndex(({ kind }) => kind !== 'newline');
  const comment = trivia[last];
  const lineEnd =
    trivia[last + 1] ??
    (opening.hasComment ? trivia.find(({ kind }) => kind === 'newline') : undefined);
  if (comment === undefined || lineEnd === undefined) return null;
  const isSeparated =
    opening.endsLine && comment.start >= opening.tailEnd && comment.end <= lineEnd.start;
  return { start: lineEnd.start, end: lineEnd.end, isSeparated };
}

/** The members on one line; null if they should be on separate lines. */
function inlineForm(
  text: string,
  node: ContainerNode,
  members: readonly DraftMember[],
  style: Style,
  trivia: readonly Trivium[],
): string | null {
  if (trivia.some(({ kind }) => kind === 'newline')) return null;
  const pad = node.kind === 'object' ? style.pad : '';
  const items = members.map((member) => renderInline(member, node.kind, style)).join(', ');
  const form = pad + items + pad;
  const line = lineAt(text, node.start);
  if (trivia.length > 0) return line.end - line.start + form.length <= lineWidth ? form : null;
  const plain = members.every(({ value, comment }) => value.kind === 'new' && comment === null);
  const isInline = (node.kind === 'array' && plain) || !endsItsLine(text, node.end);
  const column = node.start - line.start;
  return isInline && column + form.length + 3 <= lineWidth ? form : null;
}

/** Whether only a comma and comments follow on the line. */
function endsItsLine(text: string, offset: number): boolean {
  let at = skipBlanks(text, offset);
  if (text[at] === ',') at = skipBlanks(text, at + 1);
  while (text.startsWith('/*', at)) {
    const end = text.indexOf('*/', at + 2) + 2;
    if (end > lineAt(text, at).end) return false;
    at = skipBlanks(text, end);
  }
  return at >= text.length || isLineEnd(text.charCodeAt(at)) || text.startsWith('//', at);
}
