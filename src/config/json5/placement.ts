import { lineAt } from './style.ts';
import type { ContainerNode, Json5Node } from './tree.ts';
import { skipBlanks, type Trivium, triviaBetween } from './trivia.ts';

/**
 * Where a member stands in its container. Its own are the comment lines directly above it (a blank line parts them from
 * it; above a line that others share they are the line's), block comments before it on its line, and the comment
 * behind it at the end of its line with the lines that go on in the same column.
 */
export interface Placement {
  readonly member: Json5Node;
  /** Where its own leading comments begin, else its key. */
  readonly leadStart: number;
  /** Where the line of `leadStart` begins. */
  readonly lineStart: number;
  /** Nothing but blanks before it on that line. */
  readonly startsLine: boolean;
  /** Behind the value and the comments before its comma, or before the closing bracket on the same line. */
  readonly softEnd: number;
  /** Behind its comma; behind its value when it has none. */
  readonly end: number;
  /** Nothing but comments behind it on its line. */
  readonly endsLine: boolean;
  /** Where the line below its own begins if it ends its line, else `end`. */
  readonly tailEnd: number;
}

/** The lines are its own: they can go, or others come between, without touching a neighbour. */
export function hasOwnLines(placement: Placement): boolean {
  return placement.startsLine && placement.endsLine;
}

/** What stands between an opening bracket and the first member. */
export interface Opening {
  /** Behind the bracket. */
  readonly end: number;
  readonly endsLine: boolean;
  readonly hasComment: boolean;
  /** Where the next line begins if the bracket ends its line, else `end`. */
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

/** One for each member, in order. */
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
  const lineStart = lineEnd?.end ?? before.tailEnd;
  const atLineStart = lineEnd !== undefined || before.endsLine;
  return {
    leadStart,
    lineStart,
    startsLine: atLineStart && skipBlanks(text, lineStart) === leadStart,
  };
}

/** Index of the first comment that belongs to what follows; the length of the list when none does. */
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
    softEnd: behindComments(inside) ?? valueEnd,
    end,
    endsLine,
    tailEnd: newline?.end ?? end,
  };
}

/** Behind the member's line and the lines below it on which the comment at its end goes on, in the same column. */
function tailEndOf(
  text: string,
  { member, leadStart, lineStart, end, tailEnd }: Omit<Placement, 'softEnd'>,
  to: number,
): number {
  const comment = triviaBetween(text, end, tailEnd).at(-2);
  if (comment === undefined) return tailEnd;
  const column = comment.start - lineAt(text, comment.start).start;
  // Else it may as well lead the next member.
  if (column - 1 <= leadStart - lineStart) return tailEnd;
  // One less where an insertion has put a comma before it.
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

/** Never inside a line comment: what came there would be part of it. */
function behindComments(trivia: readonly Trivium[]): number | undefined {
  const last = trivia.findLastIndex(({ kind }) => kind !== 'newline');
  const comment = trivia[last];
  return comment?.kind === 'line-comment' ? trivia[last + 1]?.end : comment?.end;
}
