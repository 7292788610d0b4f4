import type { TextEdit } from '../edit.ts';
import type { DraftContainer, DraftMember } from './draft-value.ts';
import { emitIntoEmpty } from './empty-container.ts';
import { hasOwnLines, type Opening, openingOf, type Placement, placementsOf } from './placement.ts';
import { bareRemoval, removalOf, removesComment, wholeRemoval } from './removal.ts';
import { lineWidth, renderInline, renderLines } from './render.ts';
import { indentAt, lineAt, type Style } from './style.ts';
import type { ContainerNode, Json5Node } from './tree.ts';
import { triviaBetween } from './trivia.ts';

/** Everything needed to emit the members of one container. */
interface Context {
  readonly text: string;
  readonly node: ContainerNode;
  readonly style: Style;
  readonly opening: Opening;
  readonly placements: readonly Placement[];
  /** Index of each member's placement. */
  readonly places: ReadonlyMap<Json5Node, number>;
}

/** Consecutive new members, and the existing members before and after them. */
interface Run {
  readonly members: DraftMember[];
  readonly after: Placement | null;
  readonly before: Placement | null;
}

/** The edits that insert and remove members, including the commas to add or remove. */
export function emitMembers(
  text: string,
  node: ContainerNode,
  container: DraftContainer,
  style: Style,
): TextEdit[] {
  const members = container.members();
  const unchanged =
    members.length === node.members.length && members.every((member) => member.node);
  if (unchanged) return [];
  const opening = openingOf(text, node);
  if (node.members.length === 0) return [emitIntoEmpty(text, node, members, style, opening)];
  const places = new Map(node.members.map((member, index) => [member, index]));
  const context = {
    text,
    node,
    style,
    opening,
    placements: placementsOf(text, node, opening),
    places,
  };
  const remaining = new Set(members.map((member) => member.node));
  const bare = commentsToKeep(context, container.commentsKept);
  if (members.length === 0 && bare.size === 0)
    return wholeRemoval(text, node, opening, context.placements);
  const removals = context.placements.flatMap((placement, index) => {
    if (remaining.has(placement.member)) return [];
    return bare.has(placement)
      ? bareRemoval(text, placement)
      : [removalOf(text, context.placements, index)];
  });
  return [
    ...removals,
    ...commas(context, members),
    ...runsOf(context, members).flatMap((run) => insertion(context, run)),
  ];
}

/** The members to remove while keeping their comments. */
function commentsToKeep(
  { text, placements }: Context,
  commentsKept: ReadonlySet<Json5Node>,
): Set<Placement> {
  if (commentsKept.size === 0) return new Set();
  return new Set(
    placements.filter(
      (placement, index) =>
        commentsKept.has(placement.member) &&
        removesComment(text, placement, removalOf(text, placements, index)),
    ),
  );
}

function runsOf({ placements, places }: Context, members: readonly DraftMember[]): Run[] {
  const runs: Run[] = [];
  let after: Placement | null = null;
  let row: DraftMember[] = [];
  for (const member of members) {
    const placement = member.node === null ? undefined : placements[places.get(member.node) ?? -1];
    if (placement === undefined) {
      row.push(member);
      continue;
    }
    if (row.length > 0) runs.push({ members: row, after, before: placement });
    row = [];
    after = placement;
  }
  if (row.length > 0) runs.push({ members: row, after, before: null });
  return runs;
}

/** If the last member had no trailing comma, removes the comma of the member that is now last. */
function commas({ placements, places }: Context, members: readonly DraftMember[]): TextEdit[] {
  const last = placements.at(-1);
  if (last === undefined || last.member.comma >= 0) return [];
  const end = members.at(-1)?.node ?? null;
  const placementOfEnd = end === null ? undefined : placements[places.get(end) ?? -1];
  if (placementOfEnd !== undefined && placementOfEnd.member.comma >= 0) {
    const { softEnd, member } = placementOfEnd;
    return [{ offset: softEnd, length: member.comma + 1 - softEnd, text: '' }];
  }
  return [];
}

function placeOf({ places }: Context, { member }: Placement): number {
  return places.get(member) ?? -1;
}

function insertion(context: Context, run: Run): TextEdit[] {
  const { placements } = context;
  const { after, before } = run;
  if (after === null && before !== null) return [insertBefore(context, run.members, before)];
  const anchor = after ?? placements.at(-1);
  if (anchor === undefined) return [];
  const point: InsertionPoint = {
    anchor,
    next: placements[placeOf(context, anchor) + 1],
    needsComma: after !== null && anchor.member.comma < 0,
    joinsComma: after !== null,
    closingComma: before !== null || (placements.at(-1)?.member.comma ?? -1) >= 0,
  };
  const isFollowed = point.joinsComma && hasCommentBehind(context.text, anchor);
  const ownLines =
    anchor.endsLine && (anchor.startsLine || point.next?.startsLine === true || isFollowed);
  return ownLines
    ? insertLines(context, run.members, point)
    : insertInline(context, run.members, point);
}

/** Inserted on the same line, before this comment, a new member would take it over. */
function hasCommentBehind(text: string, { end, tailEnd }: Placement): boolean {
  return triviaBetween(text, end, tailEnd).some(({ kind }) => kind !== 'newline');
}

/** The member after which to insert, and the commas needed. */
interface InsertionPoint {
  readonly anchor: Placement;
  readonly next: Placement | undefined;
  /** The anchor stays and has no comma yet. */
  readonly needsComma: boolean;
  /** The anchor stays and must be separated from what follows. */
  readonly joinsComma: boolean;
  /** The last new member is followed by a comma. */
  readonly closingComma: boolean;
}

function insertLines(
  context: Context,
  members: readonly DraftMember[],
  point: InsertionPoint,
): TextEdit[] {
  const { text, style, node } = context;
  const { anchor, next } = point;
  const model = anchor.startsLine ? anchor : next?.startsLine === true ? next : undefined;
  const indent =
    model === undefined
      ? indentAt(text, node.start) + style.unit
      : text.slice(model.lineStart, model.leadStart);
  const newline =
    /(?:\r\n|.)$/su.exec(text.slice(anchor.end, anchor.tailEnd))?.[0] ?? style.newline;
  const rows = linesOf(context, members, indent, newline, point.closingComma);
  const edit = { offset: anchor.tailEnd, length: 0, text: rows };
  if (!point.needsComma) return [edit];
  return [{ offset: anchor.member.end, length: 0, text: ',' }, edit];
}

function linesOf(
  { node, style }: Context,
  members: readonly DraftMember[],
  indent: string,
  newline: string,
  closingComma: boolean,
): string {
  return members
    .map((member, index) => {
      const comma = closingComma || index < members.length - 1 ? ',' : '';
      return renderLines(member, node.kind, style, indent) + comma + newline;
    })
    .join('');
}

function insertInline(
  context: Context,
  members: readonly DraftMember[],
  point: InsertionPoint,
): TextEdit[] {
  const { text, node, style } = context;
  const { anchor, needsComma, joinsComma, closingComma } = point;
  const separator = separatorAfter(
    context,
    placeOf(context, anchor) - (point.next === undefined ? 1 : 0),
  );
  const offset = needsComma ? anchor.softEnd : anchor.end;
  const items = members
    .map((member) => renderInline(member, node.kind, style))
    .join(separator.whole);
  const head = needsComma ? separator.whole : joinsComma ? separator.after : '';
  const inline = head + items + (closingComma ? `${separator.before},` : '');
  const line = lineAt(text, offset);
  const fits = line.end - line.start + inline.length <= lineWidth;
  if (fits || point.next !== undefined || !joinsComma) return [{ offset, length: 0, text: inline }];
  if (anchor.endsLine) return insertLines(context, members, point);
  return [{ offset, length: 0, text: hanging(context, members, point) }];
}

/** Puts the members on lines below, if the anchor's line would get too long. Removing them restores that line. */
function hanging(context: Context, members: readonly DraftMember[], point: InsertionPoint): string {
  const { text, node, style } = context;
  const indent = point.anchor.startsLine
    ? text.slice(point.anchor.lineStart, point.anchor.leadStart)
    : indentAt(text, node.start) + style.unit;
  const rows = members.map((member) => renderLines(member, node.kind, style, indent));
  const head = (point.needsComma ? ',' : '') + style.newline;
  return head + rows.join(`,${style.newline}`) + (point.closingComma ? ',' : '');
}

function insertBefore(
  context: Context,
  members: readonly DraftMember[],
  before: Placement,
): TextEdit {
  const { text, node, style } = context;
  // Inserted on the same line as a comment above the next member, the new member would take over that comment.
  const belowComment = before.startsLine && text[before.leadStart] === '/';
  if (hasOwnLines(before) || belowComment) {
    const indent = text.slice(before.lineStart, before.leadStart);
    return {
      offset: before.lineStart,
      length: 0,
      text: linesOf(context, members, indent, style.newline, true),
    };
  }
  const { whole } = separatorAfter(context, placeOf(context, before));
  const items = members.map((member) => renderInline(member, node.kind, style) + whole).join('');
  return { offset: before.leadStart, length: 0, text: items };
}

interface Separator {
  readonly before: string;
  readonly after: string;
  readonly whole: string;
}

/** The white space around the comma after a member; `, ` if there are comments. */
function separatorAfter({ text, placements }: Context, index: number): Separator {
  const left = placements[index];
  const right = placements[index + 1];
  if (left !== undefined && right !== undefined) {
    const { comma } = left.member;
    const before = text.slice(left.softEnd, comma);
    const after = text.slice(comma + 1, right.leadStart);
    if (/^\s*$/.test(before + after)) return { before, after, whole: `${before},${after}` };
  }
  return { before: '', after: ' ', whole: ', ' };
}
