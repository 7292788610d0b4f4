import type { TextEdit } from '../edit.ts';
import type { Command } from './commands.ts';

const blockBegin = '# >>> openclaw-openrouter >>>';
const blockEnd = '# <<< openclaw-openrouter <<<';
/** Marks a block that needed a line end before it, so that removing the block also removes that line end. */
const addedLineEnd = '# (the line above had no line end)';

export interface Block {
  readonly start: number;
  readonly end: number;
  /** Where to insert another line. */
  readonly lastLine: number;
  readonly body: string;
}

/** Our block, including its first and last line; null if there is none. */
export function findBlock(text: string): Block | null {
  const first = /^# >>> openclaw-openrouter >>>[ \t\r]*\n/m.exec(text);
  if (first === null) return null;
  const bodyStart = first.index + first[0].length;
  const last = /^# <<< openclaw-openrouter <<<[ \t\r]*(?:\n|$(?![\s\S]))/gm;
  last.lastIndex = bodyStart;
  const closing = last.exec(text);
  if (closing === null) return null;
  const body = text.slice(bodyStart, closing.index);
  return { start: first.index, end: last.lastIndex, lastLine: closing.index, body };
}

/**
 * The commands of a text that may contain our block. The block is parsed separately, so that we find what it sets even
 * if we misread a line above it.
 */
export function readAround(text: string, read: (text: string) => Command[]): Command[] {
  const block = findBlock(text);
  if (block === null) return read(text);
  const { start, end } = block;
  // Replaces everything before the block with spaces to keep offsets unchanged.
  return [
    ...read(text.slice(0, start)),
    ...read(' '.repeat(start) + text.slice(start, end)),
    ...read(' '.repeat(end) + text.slice(end)),
  ];
}

/** Adds a line to our block, and appends the block if it does not exist yet. */
export function addToBlock(text: string, line: string): TextEdit {
  const block = findBlock(text);
  if (block !== null) return { offset: block.lastLine, length: 0, text: `${line}\n` };
  const ended = text === '' || text.endsWith('\n');
  const lines = [blockBegin, ...(ended ? [] : [addedLineEnd]), line, blockEnd, ''];
  return { offset: text.length, length: 0, text: (ended ? '' : '\n') + lines.join('\n') };
}

/** Removes the whole block, and the line end that was added before it. */
export function removeBlock(block: Block): TextEdit {
  const start = block.body.startsWith(addedLineEnd) ? block.start - 1 : block.start;
  return { offset: start, length: block.end - start, text: '' };
}

/** Whether the block has only comments outside the given range. */
export function hasOnly(block: Block, start: number, end: number): boolean {
  const from = block.lastLine - block.body.length;
  const rest =
    block.body.slice(0, Math.max(0, start - from)) + block.body.slice(Math.max(0, end - from));
  return rest.split('\n').every((line) => line.trim() === '' || line.startsWith('#'));
}
