import type { TextEdit } from '../edit.ts';
import type { OpenCell, Slot } from './cell.ts';
import { emitIntoEmpty } from './empty-container.ts';
import { hasOwnLines, type Lie, liesOf, type Opening, openingOf } from './placement.ts';
import { bareRemoval, removalOf, takesComment, wholeRemoval } from './removal.ts';
import { lineWidth, renderInline, renderLines } from './render.ts';
import { indentAt, lineAt, type Style } from './style.ts';
import type { ContainerNode, Member } from './tree.ts';

/** What a container needs while its members are emitted. */
interface Scene {
  readonly text: string;
  readonly node: ContainerNode;
  readonly style: Style;
  readonly opening: Opening;
  readonly lies: readonly Lie[];
  /** Where each member stands among them. */
  readonly places: ReadonlyMap<Member, number>;
}

/** New slots in a row, and the members of the text that they come between. */
interface Run {
  readonly slots: Slot[];
  readonly after: Lie | null;
  readonly before: Lie | null;
}

/** The edits for members that came, went, or gained or lost their comma. */
export function emitMembers(
  text: string,
  node: ContainerNode,
  open: OpenCell,
  style: Style,
): TextEdit[] {
  const slots = open.slots();
  const unchanged = slots.length === node.members.length && slots.every((slot) => slot.member);
  if (unchanged) return [];
  const opening = openingOf(text, node);
  if (node.members.length === 0) return [emitIntoEmpty(text, node, slots, style, opening)];
  const places = new Map(node.members.map((member, index) => [member, index]));
  const scene = { text, node, style, opening, lies: liesOf(text, node, opening), places };
  const kept = new Set(slots.map((slot) => slot.member));
  const staying = commentsToKeep(scene, open.outlived);
  if (slots.length === 0 && staying.size === 0)
    return wholeRemoval(text, node, opening, scene.lies);
  const removals = scene.lies.flatMap((lie, index) => {
    if (kept.has(lie.member)) return [];
    return staying.has(lie) ? bareRemoval(text, lie) : [removalOf(text, scene.lies, index)];
  });
  return [
    ...removals,
    ...commas(scene, slots),
    ...runsOf(scene, slots).flatMap((run) => insertion(scene, run)),
  ];
}

/** Those that go and whose comments stay, where there are any. */
function commentsToKeep({ text, lies }: Scene, outlived: ReadonlySet<Member>): Set<Lie> {
  if (outlived.size === 0) return new Set();
  return new Set(
    lies.filter(
      (lie, index) =>
        outlived.has(lie.member) && takesComment(text, lie, removalOf(text, lies, index)),
    ),
  );
}

function runsOf({ lies, places }: Scene, slots: readonly Slot[]): Run[] {
  const runs: Run[] = [];
  let after: Lie | null = null;
  let row: Slot[] = [];
  for (const slot of slots) {
    const lie = slot.member === null ? undefined : lies[places.get(slot.member) ?? -1];
    if (lie === undefined) {
      row.push(slot);
      continue;
    }
    if (row.length > 0) runs.push({ slots: row, after, before: lie });
    row = [];
    after = lie;
  }
  if (row.length > 0) runs.push({ slots: row, after, before: null });
  return runs;
}

/** The last one of the text that stays may lose its comma, the one that was last may need one. */
function commas({ lies, places }: Scene, slots: readonly Slot[]): TextEdit[] {
  const last = lies.at(-1);
  if (last === undefined || last.member.comma >= 0) return [];
  const end = slots.at(-1)?.member ?? null;
  const lieOfEnd = end === null ? undefined : lies[places.get(end) ?? -1];
  if (lieOfEnd !== undefined && lieOfEnd.member.comma >= 0) {
    const { softEnd, member } = lieOfEnd;
    return [{ offset: softEnd, length: member.comma + 1 - softEnd, text: '' }];
  }
  return [];
}

function placeOf({ places }: Scene, { member }: Lie): number {
  return places.get(member) ?? -1;
}

function insertion(scene: Scene, run: Run): TextEdit[] {
  const { lies } = scene;
  const { after, before } = run;
  if (after === null && before !== null) return [insertBefore(scene, run.slots, before)];
  const anchor = after ?? lies.at(-1);
  if (anchor === undefined) return [];
  const spot: Spot = {
    anchor,
    next: lies[placeOf(scene, anchor) + 1],
    needsComma: after !== null && anchor.member.comma < 0,
    joinsComma: after !== null,
    closingComma: before !== null || (lies.at(-1)?.member.comma ?? -1) >= 0,
  };
  const ownLines = anchor.endsLine && (anchor.startsLine || spot.next?.startsLine === true);
  return ownLines ? insertLines(scene, run.slots, spot) : insertInline(scene, run.slots, spot);
}

/** Behind which member new ones come, and which commas that takes. */
interface Spot {
  readonly anchor: Lie;
  readonly next: Lie | undefined;
  /** The anchor stays and has no comma yet. */
  readonly needsComma: boolean;
  /** The anchor stays: there is something to be parted from. */
  readonly joinsComma: boolean;
  /** A comma comes behind the last new member. */
  readonly closingComma: boolean;
}

function insertLines(scene: Scene, slots: readonly Slot[], spot: Spot): TextEdit[] {
  const { text, style, node } = scene;
  const { anchor, next } = spot;
  const model = anchor.startsLine ? anchor : next?.startsLine === true ? next : undefined;
  const indent =
    model === undefined
      ? indentAt(text, node.start) + style.unit
      : text.slice(model.lineStart, model.leadStart);
  const newline =
    /(?:\r\n|.)$/su.exec(text.slice(anchor.end, anchor.tailEnd))?.[0] ?? style.newline;
  const rows = linesOf(scene, slots, indent, newline, spot.closingComma);
  const edit = { offset: anchor.tailEnd, length: 0, text: rows };
  if (!spot.needsComma) return [edit];
  return [{ offset: anchor.member.value.end, length: 0, text: ',' }, edit];
}

function linesOf(
  { node, style }: Scene,
  slots: readonly Slot[],
  indent: string,
  newline: string,
  closingComma: boolean,
): string {
  return slots
    .map((slot, index) => {
      const comma = closingComma || index < slots.length - 1 ? ',' : '';
      return renderLines(slot, node.kind, style, indent) + comma + newline;
    })
    .join('');
}

function insertInline(scene: Scene, slots: readonly Slot[], spot: Spot): TextEdit[] {
  const { text, node, style } = scene;
  const { anchor, needsComma, joinsComma, closingComma } = spot;
  const separator = separatorAfter(
    scene,
    placeOf(scene, anchor) - (spot.next === undefined ? 1 : 0),
  );
  const offset = needsComma ? anchor.softEnd : anchor.end;
  const items = slots.map((slot) => renderInline(slot, node.kind, style)).join(separator.whole);
  const head = needsComma ? separator.whole : joinsComma ? separator.after : '';
  const inline = head + items + (closingComma ? `${separator.before},` : '');
  const line = lineAt(text, offset);
  const fits = line.end - line.start + inline.length <= lineWidth;
  if (fits || spot.next !== undefined || !joinsComma) return [{ offset, length: 0, text: inline }];
  if (anchor.endsLine) return insertLines(scene, slots, spot);
  return [{ offset, length: 0, text: hanging(scene, slots, spot) }];
}

/** On lines of their own below a line that would get too long; taking them out restores that line. */
function hanging(scene: Scene, slots: readonly Slot[], spot: Spot): string {
  const { text, node, style } = scene;
  const indent = spot.anchor.startsLine
    ? text.slice(spot.anchor.lineStart, spot.anchor.leadStart)
    : indentAt(text, node.start) + style.unit;
  const rows = slots.map((slot) => renderLines(slot, node.kind, style, indent));
  const head = (spot.needsComma ? ',' : '') + style.newline;
  return head + rows.join(`,${style.newline}`) + (spot.closingComma ? ',' : '');
}

function insertBefore(scene: Scene, slots: readonly Slot[], before: Lie): TextEdit {
  const { text, node, style } = scene;
  // On the line of a comment that leads the next one, that comment would become the new one's.
  const belowComment = before.startsLine && text[before.leadStart] === '/';
  if (hasOwnLines(before) || belowComment) {
    const indent = text.slice(before.lineStart, before.leadStart);
    return {
      offset: before.lineStart,
      length: 0,
      text: linesOf(scene, slots, indent, style.newline, true),
    };
  }
  const { whole } = separatorAfter(scene, placeOf(scene, before));
  const items = slots.map((slot) => renderInline(slot, node.kind, style) + whole).join('');
  return { offset: before.leadStart, length: 0, text: items };
}

interface Separator {
  readonly before: string;
  readonly after: string;
  readonly whole: string;
}

/** How a member and the next one are parted: the blanks around the comma, when no comment is there. */
function separatorAfter({ text, lies }: Scene, index: number): Separator {
  const left = lies[index];
  const right = lies[index + 1];
  if (left !== undefined && right !== undefined) {
    const { comma } = left.member;
    const before = text.slice(left.softEnd, comma);
    const after = text.slice(comma + 1, right.leadStart);
    if (/^\s*$/.test(before + after)) return { before, after, whole: `${before},${after}` };
  }
  return { before: '', after: ' ', whole: ', ' };
}
