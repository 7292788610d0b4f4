import { lineAt } from './style.ts';
import type { ContainerNode, Json5Node } from './tree.ts';
import { type Trivium, triviaBetween } from './trivia.ts';

/**
 * The position of a member in its container, including its comments: comment lines directly above it (with no blank
 * line between, and only if no other member shares its line), block comments before it on its line, and a comment after
 * it at the end of its line, along with the lines below that continue this comment in the same column.
 */
export interface Placement {
  readonly member: Json5Node;
  /** Start of its leading comments, or of its key if it has none. */
  readonly leadStart: number;
  /** Start of the line that contains `leadStart`. */
  readonly lineStart: number;
  /** Only white space precedes it on that line. */
  readonly startsLine: boolean;
  /** End of the value and of any comments before its comma (or before the closing bracket on the same line). */
  readonly softEnd: number;
  /** End of its comma, or of its value if it has no comma. */
  readonly end: number;
  /** Only comments follow it on its line. */
  readonly endsLine: boolean;
  /** Start of the next line if it ends its line, otherwise `end`. */
  readonly tailEnd: number;
}

/** Whether no other member shares its lines, so that whole lines can be removed or inserted. */
export function hasOwnLines(placement: Placement): boolean {
  return placement.startsLine && placement.endsLine;
}

/** The part between an opening bracket and the first member. */
export interface Opening {
  /** Offset after the bracket. */
  readonly end: number;
  readonly endsLine: boolean;
  readonly hasComment: boolean;
  /** Start of the next line if the bracket ends its line, otherwise `end`. */
  readonly tailEnd: number;
}

export function openingOf(text: string, node: ContainerNode): Opening {
  const first = node.members[0];
  const end = node.start + 1;
  const to = first === undefined ? node.end - 1 : first.keyStart;
  const trivia = triviaBetween(text, end, to);
  const newline = trivia.findIndex(({ kind }) => kind === 'newline');
  return {
    end,
    endsLine: newline >= 0,
    hasComment: newline > 0,
    tailEnd: trivia[newline]?.end ?? end,
  };
}

/** One placement per member, in order. */
export function placementsOf(text: string, node: ContainerNode, opening: Opening): Placement[] {
  const placements: Placement[] = [];
  let before: { endsLine: boolean; tailEnd: number } = opening;
  for (const [index, member] of node.members.entries()) {
    const next = node.members[index + 1];
    const to = next === undefined ? node.end - 1 : next.keyStart;
    const tail = tailOf(text, member, to);
    const shared = next !== undefined && !tail.endsLine;
    const lead = leadOf(text, before, member.keyStart, shared);
    const placement = { member, ...lead, ...tail };
    if (lead.startsLine) placement.tailEnd = tailEndOf(text, placement, to);
    placements.push(placement);
    before = placement;
  }
  return placements;
}

function leadOf(
  text: string,
  before: { endsLine: boolean; tailEnd: number },
  start: number,
  shared: boolean,
): Pick<Placement, 'leadStart' | 'lineStart' | 'startsLine'> {
  const trivia = triviaBetween(text, before.tailEnd, start);
  const own = shared && trivia.at(-1)?.kind === 'newline' ? trivia.length : ownComments(trivia);
  const leadStart = trivia[own]?.start ?? start;
  const lineEnd = trivia.findLast(({ kind, end }) => kind === 'newline' && end <= leadStart);
  return { leadStart, lineStart: lineEnd?.end ?? before.tailEnd, startsLine: before.endsLine };
}

/** Index of the first comment that belongs to the member that follows; the length of the list if there is none. */
function ownComments(trivia: readonly Trivium[]): number {
  let first = trivia.length;
  let newlines = 0;
  for (let at = trivia.length - 1; at >= 0 && newlines < 2; at -= 1) {
    if (trivia[at]?.kind === 'newline') {
      newlines += 1;
    } else {
      first = at;
      newlines = 0;
    }
  }
  return first;
}

function tailOf(
  text: string,
  { end: valueEnd, comma }: Json5Node,
  to: number,
): Pick<Placement, 'softEnd' | 'end' | 'endsLine' | 'tailEnd'> {
  const end = comma < 0 ? valueEnd : comma + 1;
  const behind = triviaBetween(text, end, to);
  const newline = behind.find(({ kind }) => kind === 'newline');
  const endsLine = newline !== undefined;
  const inside = comma >= 0 ? triviaBetween(text, valueEnd, comma) : endsLine ? [] : behind;
  return {
    softEnd: afterComments(inside) ?? valueEnd,
    end,
    endsLine,
    tailEnd: newline?.end ?? end,
  };
}

/** End of the member's line and of any lines below it that continue its end-of-line comment in the same column. */
function tailEndOf(
  text: string,
  { member, leadStart, lineStart, end, tailEnd }: Omit<Placement, 'softEnd'>,
  to: number,
): number {
  const comment = triviaBetween(text, end, tailEnd).at(-2);
  if (comment === undefined) return tailEnd;
  const column = comment.start - lineAt(text, comment.start).start;
  // In a column further left, the comment below may belong to the next member.
  if (column - 1 <= leadStart - lineStart) return tailEnd;
  // An insertion may have added a comma, which shifts the comment by one column.
  const columns = member.comma < 0 ? [column] : [column, column - 1];
  const below = triviaBetween(text, tailEnd, to);
  let from = tailEnd;
  for (let at = 0; ; at += 2) {
    const [next, lineEnd] = below.slice(at, at + 2);
    const goesOn = next !== undefined && columns.includes(next.start - from);
    if (!goesOn || next.kind === 'newline' || lineEnd?.kind !== 'newline') return from;
    from = lineEnd.end;
  }
}

/** End of the last comment. Includes a line comment's line end, before which inserted text would be commented out. */
function afterComments(trivia: readonly Trivium[]): number | undefined {
  const last = trivia.findLastIndex(({ kind }) => kind !== 'newline');
  const comment = trivia[last];
  return comment?.kind === 'line-comment' ? trivia[last + 1]?.end : comment?.end;
}
