import type { TextEdit } from '../edit.ts';
import type { Command } from './commands.ts';

const blockBegin = '# >>> openclaw-openrouter >>>';
const blockEnd = '# <<< openclaw-openrouter <<<';
/** In a block before which a line end had to be added, so that taking the block out takes that too. */
const addedLineEnd = '# (the line above had no line end)';

export interface Block {
  readonly start: number;
  readonly end: number;
  /** Where a further line goes. */
  readonly lastLine: number;
  readonly body: string;
}

/** Our block, from its first line to behind its last; null when there is none. */
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
 * The commands of a text that may hold our block. The block is read by itself: whatever was made of odd lines above
 * it, what it sets is found again.
 */
export function readAround(text: string, read: (text: string) => Command[]): Command[] {
  const block = findBlock(text);
  if (block === null) return read(text);
  const { start, end } = block;
  // Blanks keep the offsets.
  return [
    ...read(text.slice(0, start)),
    ...read(' '.repeat(start) + text.slice(start, end)),
    ...read(' '.repeat(end) + text.slice(end)),
  ];
}

/** A line into our block, which is appended to the text when it is not there. */
export function addToBlock(text: string, line: string): TextEdit {
  const block = findBlock(text);
  if (block !== null) return { offset: block.lastLine, length: 0, text: `${line}\n` };
  const ended = text === '' || text.endsWith('\n');
  const lines = [blockBegin, ...(ended ? [] : [addedLineEnd]), line, blockEnd, ''];
  return { offset: text.length, length: 0, text: (ended ? '' : '\n') + lines.join('\n') };
}

/** Takes the whole block out, and the line end that it added. */
export function removeBlock(block: Block): TextEdit {
  const start = block.body.startsWith(addedLineEnd) ? block.start - 1 : block.start;
  return { offset: start, length: block.end - start, text: '' };
}

/** Whether a text says nothing but comments and the lines between two offsets. */
export function holdsOnly(block: Block, start: number, end: number): boolean {
  const from = block.lastLine - block.body.length;
  const rest =
    block.body.slice(0, Math.max(0, start - from)) + block.body.slice(Math.max(0, end - from));
  return rest.split('\n').every((line) => line.trim() === '' || line.startsWith('#'));
}
