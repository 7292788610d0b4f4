import json5 from 'json5';
import { UserError } from '../../platform/errors.ts';
import type { Dialect } from '../dialect.ts';
import { applyTextEdits, type Edit, type EditResult, type TextEdit } from '../edit.ts';
import { Draft } from './draft.ts';
import { emit } from './emit.ts';
import { intendedValue, isIntended } from './intended.ts';
import { renderValue } from './render.ts';
import { isBlankText, scanJson5 } from './scan.ts';
import { type Style, styleOf } from './style.ts';
import { type Json5Node, plainValue } from './tree.ts';

/** JSON5 1.0, edited without touching any byte outside a change. */
export const json5Dialect: Dialect = {
  id: 'json5',
  read: (text) => (isBlankText(text) ? {} : plainValue(scanJson5(text))),
  edit: editJson5,
};

function editJson5(text: string, edits: readonly Edit[]): EditResult {
  const root = isBlankText(text) ? null : scanJson5(text);
  const textEdits = changesOf(text, root, edits);
  const after = applyTextEdits(text, textEdits);
  if (textEdits.length > 0) verify(after, root, edits);
  return { text: after, textEdits, notes: [] };
}

function changesOf(text: string, root: Json5Node | null, edits: readonly Edit[]): TextEdit[] {
  const draft = new Draft(root);
  for (const edit of edits) draft.apply(edit);
  const style = styleOf(text, root);
  return root === null ? freshText(text, draft, style) : emit(text, root, draft, style);
}

/** Behind the comments of a text that holds nothing else. */
function freshText(text: string, draft: Draft, style: Style): TextEdit[] {
  const { value } = draft.root;
  if (value.kind === 'missing') return [];
  const rendered = renderValue(value, style, { indent: '', column: 0, oneLine: false });
  const head = /(?:^|[\n\r\uFEFF])$/.test(text) ? '' : style.newline;
  return [{ offset: text.length, length: 0, text: head + rendered + style.newline }];
}

/** The last word has the parser that OpenClaw itself reads the file with. */
function verify(after: string, root: Json5Node | null, edits: readonly Edit[]): void {
  if (isIntended(json5.parse(withEscapedSeparators(after)), intendedValue(root, edits))) return;
  throw new UserError('The edited text would not say what it should; nothing was written', {
    type: 'internal',
    hint: 'This is a bug of openclaw-openrouter: please report it with the file (without its keys)',
  });
}

// json5 prints a warning on the console for each LS or PS in a string; their escapes say the same.
function withEscapedSeparators(text: string): string {
  if (!text.includes('\u2028') && !text.includes('\u2029')) return text;
  return text.replace(stringOrComment, (token) =>
    token.startsWith('/') ? token : token.replace(escapeOrSeparator, escapedSeparator),
  );
}

const stringOrComment =
  /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\//g;
const escapeOrSeparator = /\\[\s\S]|[\u2028\u2029]/g;

function escapedSeparator(found: string): string {
  if (found.length > 1) return found;
  return found === '\u2028' ? '\\u2028' : '\\u2029';
}
