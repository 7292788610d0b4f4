import { Chalk } from 'chalk';
import type { Stream } from '../platform/deps.ts';

/** Always shown as a symbol and a word, never as color alone. */
export type State = 'ok' | 'warn' | 'fail' | 'skip';

export interface Style {
  symbol(state: State): string;
  /** Colors text like the state's symbol. */
  paint(state: State, text: string): string;
  strong(text: string): string;
  dim(text: string): string;
  added(text: string): string;
  removed(text: string): string;
  accent(text: string): string;
  /** Printed before a fix. */
  readonly arrow: string;
  readonly down: string;
  readonly dot: string;
  readonly ellipsis: string;
  readonly unicode: boolean;
}

const unicodeSymbols: Record<State, string> = { ok: '✓', warn: '!', fail: '✗', skip: '–' };
const asciiSymbols: Record<State, string> = { ok: 'ok', warn: '!', fail: 'x', skip: '-' };

/** Symbols and colors of all commands, for stdout or stderr. */
export function createStyle(stream: Pick<Stream, 'color' | 'unicode'>): Style {
  const chalk = new Chalk({ level: stream.color ? 1 : 0 });
  const colors = { ok: chalk.green, warn: chalk.yellow, fail: chalk.red, skip: chalk.dim };
  const symbols = stream.unicode ? unicodeSymbols : asciiSymbols;
  return {
    symbol: (state) => colors[state](symbols[state]),
    paint: (state, text) => colors[state](text),
    strong: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    added: (text) => chalk.green(text),
    removed: (text) => chalk.red(text),
    accent: (text) => chalk.cyan(text),
    arrow: stream.unicode ? '→' : '->',
    down: stream.unicode ? '↓' : 'v',
    dot: stream.unicode ? '·' : '-',
    ellipsis: stream.unicode ? '…' : '...',
    unicode: stream.unicode,
  };
}

/** Colors a unified diff. */
export function paintDiff(diff: string, style: Style): string {
  return diff
    .split('\n')
    .map((line) => paintLine(line, style))
    .join('\n');
}

function paintLine(line: string, style: Style): string {
  if (/^(---|\+\+\+) /.test(line)) return style.strong(line);
  if (line.startsWith('@@')) return style.dim(line);
  if (line.startsWith('+')) return style.added(line);
  return line.startsWith('-') ? style.removed(line) : line;
}
