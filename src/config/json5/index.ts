import json5 from 'json5';
import { UserError } from '../../platform/errors.ts';
import { appendTo } from '../../platform/list.ts';
import type { Dialect } from '../dialect.ts';
import { applyTextEdits, type Edit, type EditResult, type TextEdit } from '../edit.ts';
import { Draft } from './draft.ts';
import type { DraftContainer, DraftMember } from './draft-value.ts';
import { emitMembers } from './insertion.ts';
import { intendedValue, isIntended } from './intended.ts';
import { renderKey, renderScalar, renderValue } from './render.ts';
import { isBlankText, scanJson5 } from './scan.ts';
import { indentAt, localStyle, type Style, styleOf } from './style.ts';
import { type Json5Node, plainValue } from './tree.ts';

/** JSON5 1.0, edited without changing any byte outside the edit. */
export const json5Dialect: Dialect = {
  id: 'json5',
  read: (text) => (isBlankText(text) ? {} : plainValue(scanJson5(text))),
  edit: editJson5,
};

function editJson5(text: string, edits: readonly Edit[], name = ''): EditResult {
  const root = isBlankText(text) ? null : scanJson5(text);
  const textEdits = textEditsOf(text, root, edits, name);
  const after = applyTextEdits(text, textEdits);
  if (textEdits.length > 0) verify(after, root, edits);
  return { text: after, textEdits, notes: [] };
}

function textEditsOf(
  text: string,
  root: Json5Node | null,
  edits: readonly Edit[],
  name: string,
): TextEdit[] {
  const draft = new Draft(root);
  for (const edit of edits) draft.apply(edit);
  const style = styleOf(text, root, name);
  return root === null ? firstValue(text, draft, style) : emit(text, root, draft, style);
}

/** Writes the first value of a text, after its comments. */
function firstValue(text: string, draft: Draft, style: Style): TextEdit[] {
  const { value } = draft.root;
  if (value.kind === 'missing') return [];
  const rendered = renderValue(value, style, { indent: '', column: 0, oneLine: false });
  const head = /(?:^|[\n\r\uFEFF])$/.test(text) ? '' : style.newline;
  return [{ offset: text.length, length: 0, text: head + rendered + style.newline }];
}

/** The edits that turn the text into the draft, in order. */
function emit(text: string, root: Json5Node, draft: Draft, style: Style): TextEdit[] {
  const edits: TextEdit[] = [];
  const waiting: DraftContainer[] = [];
  emitValue(text, draft.root, root, style, edits, waiting);
  for (let container = waiting.pop(); container !== undefined; container = waiting.pop()) {
    if (container.node === null) continue;
    const local = localStyle(text, container.node, style);
    appendTo(edits, emitMembers(text, container.node, container, local));
    for (const member of container.members()) {
      if (member.node === null) continue;
      emitKey(text, member.name, member.node, local, edits);
      emitValue(text, member, member.node, local, edits, waiting);
    }
  }
  return merged(edits);
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
  const quote = mark === '"' || mark === "'" ? mark : style.quote;
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

/** Sorts the edits and joins adjacent ones. An insertion comes before a removal at the same offset. */
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

/** Checks the result with json5, the parser that OpenClaw itself uses. */
function verify(after: string, root: Json5Node | null, edits: readonly Edit[]): void {
  if (isIntended(json5.parse(withEscapedSeparators(after)), intendedValue(root, edits))) return;
  throw new UserError('The edited text would not have the intended value; nothing was written', {
    type: 'internal',
    hint: 'This is a bug: please report it with the file (without its keys)',
  });
}

// json5 logs a warning for each raw LS or PS in a string, but not for an escaped one.
function withEscapedSeparators(text: string): string {
  if (!text.includes('\u2028') && !text.includes('\u2029')) return text;
  return text.replace(stringOrComment, (token) =>
    token.replace(escapeOrSeparator, escapedSeparator),
  );
}

const stringOrComment =
  /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\//g;
const escapeOrSeparator = /\\[\s\S]|[\u2028\u2029]/g;

function escapedSeparator(found: string): string {
  if (found.length > 1) return found;
  return found === '\u2028' ? '\\u2028' : '\\u2029';
}
