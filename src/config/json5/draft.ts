import { diffArrays } from 'diff';
import { UserError } from '../../platform/errors.ts';
import { appendTo } from '../../platform/list.ts';
import type { Edit, Path } from '../edit.ts';
import { DraftContainer, type DraftMember, type DraftValue, newValue } from './draft-value.ts';
import { isPlainObject, type PlainValue, plainCopy, sameData } from './plain.ts';
import { type Json5Node, plainValue } from './tree.ts';

/**
 * A document being edited: the tree of its text, in which each edited container becomes a DraftContainer. The draft
 * keeps the original nodes of its members, so that `emit` can tell which bytes change.
 */
export class Draft {
  readonly root: DraftMember;

  /** `root` is null for a text without a value. */
  constructor(root: Json5Node | null) {
    const value = root ?? ({ kind: 'missing' } as const);
    this.root = { name: '', value, node: root, comment: null, earlier: null };
  }

  /** Throws UserError if the path does not fit the document. */
  apply(edit: Edit): void {
    if (edit.op === 'set')
      this.set(edit.path, plainCopy(edit.value, edit.path.length), edit.comment ?? null);
    else if (edit.op === 'insert') this.insert(edit.path, plainCopy(edit.value, edit.path.length));
    else if (edit.op === 'remove') this.remove(edit.path, edit.keepComments === true);
    else this.rename(edit.path, edit.to);
  }

  private set(path: Path, value: PlainValue, comment: string | null): void {
    const last = path.at(-1);
    if (last === undefined) {
      assign(this.root, value);
      return;
    }
    const parent = this.reach(path);
    const member = parent.find(last);
    if (member !== undefined) {
      assign(member, value);
      return;
    }
    assertAppend(parent, path);
    parent.append(String(last), newValue(value), comment);
  }

  private insert(path: Path, value: PlainValue): void {
    const index = path.at(-1);
    const parent = this.reach(path);
    if (parent.shape !== 'array' || typeof index !== 'number')
      throw misfit(path, 'is not in a list');
    if (!Number.isInteger(index) || index < 0 || index > parent.members().length)
      throw misfit(path, 'is beyond the list');
    parent.insert(index, newValue(value));
  }

  private remove(path: Path, keepComments: boolean): void {
    const last = path.at(-1);
    if (last === undefined) throw misfit(path, 'is the whole document, which cannot be removed');
    this.lookUp(path.slice(0, -1))?.remove(last, keepComments);
  }

  private rename(path: Path, to: string): void {
    const last = path.at(-1);
    if (last === undefined) return;
    const parent = this.lookUp(path.slice(0, -1));
    if (parent?.find(last) === undefined) return;
    if (parent.shape === 'array') throw misfit(path, 'is an item of a list and has no name');
    if (String(last) === to) return;
    if (parent.find(to) !== undefined) throw misfit([...path.slice(0, -1), to], 'exists already');
    parent.rename(String(last), to);
  }

  /** Returns the container that holds the last step of the path, and creates it if it is missing. */
  private reach(path: Path): DraftContainer {
    let member = this.root;
    for (const [depth, step] of path.entries()) {
      const container = openOrCreate(member, path, depth);
      if (depth === path.length - 1) return container;
      const next = container.find(step);
      if (next === undefined) assertAppend(container, path.slice(0, depth + 1));
      member = next ?? container.append(String(step), { kind: 'missing' }, null);
    }
    throw misfit(path, 'names no member');
  }

  private lookUp(path: Path): DraftContainer | null {
    let member = this.root;
    for (const step of path) {
      const next = open(member)?.find(step);
      if (next === undefined) return null;
      member = next;
    }
    return open(member);
  }
}

/** Makes the member's value an editable container; returns null for a scalar. */
function open(member: DraftMember): DraftContainer | null {
  const { value } = member;
  if (value.kind === 'draft') return value;
  if (value.kind !== 'object' && value.kind !== 'array') return null;
  const container = new DraftContainer(value.kind, value);
  member.value = container;
  return container;
}

function openOrCreate(member: DraftMember, path: Path, depth: number): DraftContainer {
  const step = path[depth];
  if (member.value.kind === 'missing') member.value = newValue(typeof step === 'number' ? [] : {});
  const container = open(member);
  if (container === null) throw misfit(path.slice(0, depth), 'is a plain value and has no members');
  if (container.shape === 'array' && typeof step !== 'number') {
    throw misfit(path.slice(0, depth), `is a list and has no member "${String(step)}"`);
  }
  if (container.shape === 'object' && typeof step === 'number') {
    throw misfit(path.slice(0, depth), `is an object and has no item ${step}`);
  }
  return container;
}

function assertAppend(parent: DraftContainer, path: Path): void {
  if (parent.shape === 'array' && path.at(-1) !== parent.members().length)
    throw misfit(path, 'is beyond the list');
}

/** Assigns a new value to a member; parts that are already equal keep their text. */
function assign(target: DraftMember, newData: PlainValue): void {
  const waiting: [DraftMember, PlainValue][] = [[target, newData]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [member, data] = next;
    const { value } = member;
    const container = open(member);
    if (Array.isArray(data) && container?.shape === 'array') {
      appendTo(waiting, alignArrays(container, data));
    } else if (isPlainObject(data) && container?.shape === 'object') {
      appendTo(waiting, mergeObject(container, data));
    } else if (!('value' in value && Object.is(value.value, data))) {
      member.value = newValue(data);
    }
  }
}

function mergeObject(
  container: DraftContainer,
  data: Readonly<Record<string, PlainValue>>,
): [DraftMember, PlainValue][] {
  const later: [DraftMember, PlainValue][] = [];
  for (const name of container.names()) {
    if (!Object.hasOwn(data, name)) container.remove(name);
  }
  for (const [name, memberData] of Object.entries(data)) {
    const member = container.find(name);
    if (member === undefined) container.append(name, newValue(memberData), null);
    else later.push([member, memberData]);
  }
  return later;
}

function misfit(path: Path, problem: string): UserError {
  const where = path.length === 0 ? 'The root' : `"${path.join('.')}"`;
  return new UserError(`${where} ${problem}`, {
    type: 'conflict',
    hint: 'Correct the file by hand, then run this again; nothing was written',
  });
}

/**
 * Makes an array hold `data`. Items that remain keep their bytes and comments; the others are inserted, removed or
 * replaced one for one. Returns the items that still need their new value.
 */
function alignArrays(
  list: DraftContainer,
  data: readonly PlainValue[],
): [DraftMember, PlainValue][] {
  const before = list.members().map(({ value }) => dataOf(value));
  const later: [DraftMember, PlainValue][] = [];
  let index = 0;
  for (const { removed, added } of stretches(before, data)) {
    const replaced = Math.min(removed, added.length);
    for (const itemData of added.slice(0, replaced)) {
      const item = list.find(index);
      if (item !== undefined) later.push([item, itemData]);
      index += 1;
    }
    for (const itemData of added.slice(replaced)) {
      list.insert(index, newValue(itemData));
      index += 1;
    }
    list.removeItems(index, removed - replaced);
  }
  return later;
}

/** Maximum number of insertions and removals. Beyond it we skip the minimal diff, which takes quadratic time. */
const maxDifferences = 500;

type Stretch = { removed: number; added: readonly PlainValue[] };

/** The changes from one list to another, in order. An unchanged stretch counts as replaced by itself. */
function stretches(before: readonly unknown[], after: readonly PlainValue[]): Stretch[] {
  const changes = diffArrays<unknown>([...before], [...after], {
    comparator: sameData,
    maxEditLength: maxDifferences,
  });
  if (changes === undefined) return [{ removed: before.length, added: after }];
  const result: Stretch[] = [];
  let at = 0;
  let removed = 0;
  for (const change of changes) {
    if (change.removed) {
      removed += change.value.length;
      continue;
    }
    const added = after.slice(at, at + change.value.length);
    at += change.value.length;
    if (!change.added) result.push({ removed, added: [] });
    result.push({ removed: change.added ? removed : change.value.length, added });
    removed = 0;
  }
  return [...result, { removed, added: [] }];
}

function dataOf(value: DraftValue): unknown {
  if (value.kind === 'missing') return undefined;
  if (value.kind === 'new') return value.value;
  if (value.kind !== 'draft') return plainValue(value);
  const members = value.members().map((member) => [member.name, dataOf(member.value)] as const);
  return value.shape === 'array' ? members.map(([, data]) => data) : Object.fromEntries(members);
}
