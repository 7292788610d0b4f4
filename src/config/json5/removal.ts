import type { TextEdit } from '../edit.ts';
import { isBlank, isLineEnd } from './chars.ts';
import { hasOwnLines, type Opening, type Placement } from './placement.ts';
import { indentAt } from './style.ts';
import type { ContainerNode } from './tree.ts';
import { skipBlanks, triviaBetween } from './trivia.ts';

/** Removes one of several members, but not the comma of the previous one. */
export function removalOf(text: string, placements: readonly Placement[], index: number): TextEdit {
  const placement = placementOf(placements, index);
  if (hasOwnLines(placement)) return cut(placement.lineStart, placement.tailEnd);
  const before = placements[index - 1];
  const next = placements[index + 1];
  if (next === undefined) {
    const end = placement.member.comma < 0 ? placement.softEnd : placement.end;
    const joins = before !== undefined && isBlankSlice(text, before.end, placement.leadStart);
    return cut(joins ? before.end : placement.leadStart, end);
  }
  if (before !== undefined && !placement.startsLine) return cut(before.end, placement.end);
  return cut(
    placement.leadStart,
    isBlankSlice(text, placement.end, next.leadStart) ? next.leadStart : placement.end,
  );
}

export function removesComment(
  text: string,
  { member }: Placement,
  { offset, length }: TextEdit,
): boolean {
  const around = [
    ...triviaBetween(text, offset, member.keyStart),
    ...triviaBetween(text, member.end, offset + length),
  ];
  return around.some(({ kind }) => kind !== 'newline');
}

/** Removes the member and its comma, and their line if nothing else is on it. Surrounding comments stay. */
export function bareRemoval(
  text: string,
  { member, end, endsLine, tailEnd }: Placement,
): TextEdit[] {
  const { keyStart: start, end: valueEnd, comma } = member;
  const line = blanksStart(text, start);
  const isAlone =
    endsLine && isBlankSlice(text, valueEnd, comma) && isBlankSlice(text, end, tailEnd);
  if (isAlone && isLineEnd(text.charCodeAt(line - 1))) return [cut(line, tailEnd)];
  const bare = cut(start, skipBlanks(text, valueEnd));
  return comma < 0 ? [bare] : [bare, cut(comma, skipBlanks(text, comma + 1))];
}

function blanksStart(text: string, end: number): number {
  let at = end;
  while (isBlank(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

/** Removes all members, and whatever an insertion into an empty container added around them. */
export function wholeRemoval(
  text: string,
  node: ContainerNode,
  opening: Opening,
  placements: readonly Placement[],
): TextEdit[] {
  const first = placementOf(placements, 0);
  const cuts = placements.map((_, index) => removalOf(text, placements, index));
  const last = placementOf(placements, placements.length - 1);
  const hangsFrom = last.endsLine ? null : bracketCommentEnd(text, opening, first);
  if (hangsFrom !== null) return [cut(hangsFrom, first.leadStart), ...cuts];
  if (placements.length === 1 && !hasOwnLines(first)) return [paddedRemoval(text, first)];
  if (!hasOwnLines(first) || !hasOwnLines(last)) return cuts;
  const isTight = opening.endsLine && !opening.hasComment && first.lineStart === opening.tailEnd;
  if (!isTight) return widened(cuts, blankLineAbove(text, opening, first), last.tailEnd);
  const rest = text.slice(last.tailEnd, node.end);
  if (!/^\s*?(?:[\n\r\u2028\u2029]|[}\]]$)/.test(rest)) return cuts;
  const indent = indentAt(text, node.start);
  return widened(cuts, opening.end, last.tailEnd + (rest.startsWith(indent) ? indent.length : 0));
}

/** End of the block comment behind the opening bracket, if nothing but a line end separates it from the first member. */
function bracketCommentEnd(text: string, opening: Opening, first: Placement): number | null {
  if (!first.startsLine) return null;
  const [comment, newline] = triviaBetween(text, opening.end, first.leadStart).slice(-2);
  return comment?.kind === 'block-comment' && newline?.kind === 'newline' ? comment.end : null;
}

function paddedRemoval(text: string, { leadStart, end }: Placement): TextEdit {
  const isPadded = text[leadStart - 1] === ' ' && text[end] === ' ';
  return isPadded ? cut(leadStart - 1, end + 1) : cut(leadStart, end);
}

/** Start of the blank line between a comment and the first member, or of the member's line if there is none. */
function blankLineAbove(text: string, opening: Opening, first: Placement): number {
  const above = triviaBetween(text, opening.tailEnd, first.lineStart).slice(-3);
  const [comment, lineEnd, blank] = above;
  const isSeparated = comment?.kind !== 'newline' && blank?.kind === 'newline';
  return isSeparated && lineEnd !== undefined ? lineEnd.end : first.lineStart;
}

function widened(cuts: readonly TextEdit[], start: number, end: number): TextEdit[] {
  return [...cuts, ...cutsAround(cuts, start, end)];
}

function cutsAround(cuts: readonly TextEdit[], start: number, end: number): TextEdit[] {
  const first = cuts[0]?.offset ?? start;
  const last = cuts.at(-1);
  const lastEnd = last === undefined ? end : last.offset + last.length;
  return [cut(start, first), cut(lastEnd, end)];
}

function cut(start: number, end: number): TextEdit {
  return { offset: start, length: end - start, text: '' };
}

function isBlankSlice(text: string, start: number, end: number): boolean {
  return /^\s*$/.test(text.slice(start, end));
}

function placementOf(placements: readonly Placement[], index: number): Placement {
  const placement = placements[index];
  if (placement === undefined) throw new RangeError(`No member ${index}`);
  return placement;
}
