import { UserError } from '../../platform/errors.ts';
import { singleQuoted } from '../../text/escape.ts';
import { type Dialect, variableEdit } from '../dialect.ts';
import {
  applyTextEdits,
  type Edit,
  type EditResult,
  type Note,
  positionAt,
  type TextEdit,
} from '../edit.ts';
import { addToBlock, type Block, findBlock, hasOnly, removeBlock } from './block.ts';
import { type Assignment, exitsFile, type Script, spanOf, type Word } from './commands.ts';
import { readFish } from './fish.ts';
import { readPosix } from './posix.ts';

interface Shell {
  readonly id: 'bash' | 'zsh' | 'fish';
  readonly read: (text: string) => Script;
  /** `before` is the current value in the text, including its quotes. */
  readonly quote: (value: string, before: string | null) => string;
  /** The line that sets a variable. */
  readonly line: (name: string, quoted: string) => string;
  /** A command that does nothing. */
  readonly noop: string;
}

const posix = {
  read: readPosix,
  quote: quotePosix,
  line: (name: string, quoted: string) => `export ${name}=${quoted}`,
  noop: ':',
};

export const bashDialect: Dialect = dialectOf({ id: 'bash', ...posix });
export const zshDialect: Dialect = dialectOf({ id: 'zsh', ...posix });
export const fishDialect: Dialect = dialectOf({
  id: 'fish',
  read: readFish,
  quote: quoteFish,
  line: (name, quoted) => `set -gx ${name} ${quoted}`,
  noop: 'true',
});

/** A line of a startup file that affects the final value of a variable. */
export interface DecisiveLine {
  readonly line: number;
  /** Its first word, e.g. `readonly` or `exec`. */
  readonly command: string;
  /** The value it sets; null if it unsets the variable or depends on running the line. Missing if it ends the file. */
  readonly value?: string | null;
}

/** The lines that set, protect or remove the variable or end the file, except in functions and subshells. */
export function linesAbout(id: Shell['id'], text: string, name: string): readonly DecisiveLine[] {
  const { commands } = (id === 'fish' ? readFish : readPosix)(text);
  return commands.flatMap((command): DecisiveLine[] => {
    if (!command.live) return [];
    const { words } = command;
    const about = words.find(
      ({ head, value }) => value === name || head === `${name}=` || head === `${name}+=`,
    );
    if (about === undefined && !exitsFile(command)) return [];
    const found = { line: lineOf(text, spanOf(command).start), command: firstWord(words) };
    return [about === undefined ? found : { ...found, value: valueIn(words, about) }];
  });
}

function firstWord([first]: readonly Word[]): string {
  return first?.head.replace(/\+?=$/, '') || (first?.value ?? '');
}

/** The value in `NAME=value`, or in fish's `set NAME value`. */
function valueIn(words: readonly Word[], { head, value }: Word): string | null {
  if (head.endsWith('+=')) return null;
  if (head !== '') return value?.slice(head.length) ?? null;
  return words[0]?.value === 'set' ? (words.at(-1)?.value ?? null) : null;
}

function dialectOf(shell: Shell): Dialect {
  return {
    id: shell.id,
    read: (text) => liveValues(shell.read(text)),
    edit: (text, edits) => editAll(shell, text, edits),
  };
}

/** Omits variables whose value depends on running the file. */
function liveValues({ assignments }: Script): Record<string, string> {
  const last = new Map(assignments.map((assignment) => [assignment.name, assignment.value]));
  const known = [...last].flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const],
  );
  return Object.fromEntries(known);
}

function editAll(shell: Shell, before: string, edits: readonly Edit[]): EditResult {
  let text = before;
  const notes: Note[] = [];
  for (const edit of edits) {
    const { name, value } = variableEdit(edit);
    const textEdits =
      value === null ? removals(shell, text, name) : set(shell, text, name, value, notes);
    text = applyTextEdits(text, textEdits);
  }
  return { text, textEdits: singleChange(before, text), notes };
}

/** Each edit applies to the result of the previous one, so the combined change is reported as a single edit. */
function singleChange(before: string, after: string): TextEdit[] {
  if (before === after) return [];
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  const max = Math.min(before.length, after.length) - start;
  while (end < max && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const text = after.slice(start, after.length - end);
  return [{ offset: start, length: before.length - end - start, text }];
}

function set(shell: Shell, text: string, name: string, value: string, notes: Note[]): TextEdit[] {
  const script = shell.read(text);
  const live = script.assignments.filter((assignment) => assignment.name === name);
  const last = live.at(-1);
  const place = last?.start ?? findBlock(text)?.lastLine ?? text.length;
  notes.push(...overrideNotes(text, name, live), ...earlyExitNotes(text, name, script, place));
  if (last === undefined) return [addToBlock(text, shell.line(name, shell.quote(value, null)))];
  if (last.value === value) return [];
  const before = last.prefix === '' ? text.slice(last.start, last.end) : null;
  const quoted = last.prefix + shell.quote(value, before);
  return [{ offset: last.start, length: last.end - last.start, text: quoted }];
}

function overrideNotes(text: string, name: string, live: readonly Assignment[]): Note[] {
  const others = live.slice(0, -1).map(({ start }) => ({
    message: `${name} is also set on line ${lineOf(text, start)}; the later one wins`,
  }));
  const last = live.at(-1);
  if (last === undefined) return others;
  const line = lineOf(text, last.start);
  const conditional = `${name} is set inside a condition or a loop on line ${line}, so not in every shell`;
  const computed = `The shell computed ${name} on line ${line}; now it is a plain value`;
  return [
    ...others,
    ...(last.command.nested ? [{ message: conditional }] : []),
    ...(last.value === null ? [{ message: computed }] : []),
  ];
}

function earlyExitNotes(text: string, name: string, { exits }: Script, place: number): Note[] {
  const exit = exits.find((offset) => offset < place);
  if (exit === undefined) return [];
  const line = lineOf(text, exit);
  const message = `Line ${line} may leave the file early, in shells that are not interactive: ${name} is not set there`;
  return [{ message }];
}

function lineOf(text: string, offset: number): number {
  return positionAt(text, offset).line;
}

function removals(shell: Shell, text: string, name: string): TextEdit[] {
  const live = shell.read(text).assignments.filter((assignment) => assignment.name === name);
  const block = findBlock(text);
  return live
    .map((assignment) => removal(shell, text, assignment, block))
    .sort((a, b) => a.offset - b.offset);
}

function removal(
  shell: Shell,
  text: string,
  { alone, command, setter }: Assignment,
  block: Block | null,
): TextEdit {
  if (!alone) {
    const start = blanksBefore(text, setter.start);
    return { offset: start, length: setter.end - start, text: '' };
  }
  const { start, end } = spanOf(command);
  const blanks = blanksBefore(text, start);
  const startsLine = blanks === 0 || text[blanks - 1] === '\n';
  const lineStart = startsLine ? blanks : start;
  const rest = restOfLine(text, end);
  const lineEnd = rest ?? end;
  if (
    block !== null &&
    start > block.start &&
    end < block.end &&
    hasOnly(block, lineStart, lineEnd)
  ) {
    return removeBlock(block);
  }
  const ownLine = rest !== null && startsLine;
  // The body of an `if` must not become empty, and `a && export …` needs a right-hand side.
  if (command.nested || !ownLine) return { offset: start, length: end - start, text: shell.noop };
  return { offset: lineStart, length: lineEnd - lineStart, text: '' };
}

function blanksBefore(text: string, offset: number): number {
  let start = offset;
  while (text[start - 1] === ' ' || text[start - 1] === '\t') start -= 1;
  return start;
}

/** Start of the next line; null if anything but a comment follows the offset. */
function restOfLine(text: string, offset: number): number | null {
  const rest = /[ \t]*(?:#.*)?(?:\n|$)/y;
  rest.lastIndex = offset;
  return rest.test(text) ? rest.lastIndex : null;
}

/** For bash and zsh. Keeps the existing quotes; new values get double quotes, or single quotes if they need them. */
function quotePosix(value: string, before: string | null): string {
  assertNoNul(value);
  if (before !== null && /^[^'"\\$]+$/.test(before) && /^[\w./:@%+,-]+$/.test(value)) return value;
  if (!before?.startsWith("'") && /^[^"\\$`!]*$/.test(value)) return `"${value}"`;
  return singleQuoted(value);
}

function quoteFish(value: string, before: string | null): string {
  assertNoNul(value);
  if (before !== null && /^[^'"\\$(]+$/.test(before) && /^[\w./:@%+,-]+$/.test(value)) return value;
  if (!before?.startsWith("'") && /^[^"\\$]*$/.test(value)) return `"${value}"`;
  return `'${value.replaceAll(/['\\]/g, (char) => `\\${char}`)}'`;
}

function assertNoNul(value: string): void {
  if (!value.includes('\0')) return;
  throw new UserError('An environment variable cannot hold a NUL character', { type: 'key' });
}
