import type { Assignment, Command, Script, Word } from './commands.ts';
import { scriptOf } from './commands.ts';

/** What a fish file sets: `set -x` with any scope but local, and fish's own `export NAME=value`. */
export function readFish(text: string): Script {
  return scriptOf(commandsOf(text), effectsOf);
}

const openers = new Set(['if', 'for', 'while', 'switch', 'begin', 'function']);
const leaders = new Set(['if', 'else', 'while', 'and', 'or', 'not', 'begin']);

function commandsOf(text: string): Command[] {
  const found: Command[] = [];
  const groups: string[] = [];
  let words: Word[] = [];
  const end = () => {
    if (words.length > 0) {
      found.push({ words, live: !groups.includes('function'), nested: groups.length > 0 });
    }
    words = [];
  };
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (text.startsWith('\\\n', at)) at += 2;
    else if (char === ' ' || char === '\t') at += 1;
    else if (char === '#') at = lineEnd(text, at);
    else if ('\n;&|'.includes(char)) {
      end();
      at += 1;
    } else if ('<>'.includes(char)) at += 1;
    else {
      const word = readFishWord(text, at);
      at = Math.max(word.end, at + 1);
      const first = words.length === 0 ? (word.value ?? '') : '';
      if (openers.has(first)) groups.push(first);
      if (first === 'end') groups.pop();
      if (!leaders.has(first)) words.push(word);
    }
  }
  end();
  return found;
}

/** https://fishshell.com/docs/current/language.html#quotes */
function readFishWord(text: string, start: number): Word {
  let at = start;
  let value = '';
  let dynamic = text[at] === '~';
  let quote = '';
  while (at < text.length) {
    const char = text.charAt(at);
    if (quote === '' && ' \t\n;&|<>'.includes(char)) break;
    if (char === '\\') {
      const escaped = readEscape(text.charAt(at + 1), quote);
      value += escaped ?? '';
      dynamic ||= escaped === null;
      at += 2;
      continue;
    }
    if (quote === '' ? char === "'" || char === '"' : char === quote)
      quote = quote === '' ? char : '';
    else if (quote !== "'" && (char === '$' || (quote === '' && '(*?{'.includes(char)))) {
      dynamic = true;
      if (char === '(') at = Math.max(at, text.indexOf(')', at));
    } else value += char;
    at += 1;
  }
  const end = Math.min(at, text.length);
  const head = /^[A-Za-z_]\w*=/.exec(text.slice(start, end))?.[0] ?? '';
  return { start, end, value: dynamic ? null : value, head };
}

/** Null for an escape outside of quotes that stands for another character. */
function readEscape(next: string, quote: string): string | null {
  if (quote === "'") return next === "'" || next === '\\' ? next : `\\${next}`;
  if (quote === '"') return next === '\n' ? '' : '"$\\'.includes(next) ? next : `\\${next}`;
  if (next === '\n') return '';
  return /[A-Za-z0-9]/.test(next) ? null : next;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function effectsOf(command: Command): { sets: Assignment[]; unsets: string[] } {
  const [first, ...rest] = command.words;
  if (first?.value === 'export')
    return { sets: rest.flatMap((word) => exported(command, word, rest)), unsets: [] };
  if (first?.value !== 'set') return { sets: [], unsets: [] };
  // Behind the name `-x` is a value.
  const named = rest.findIndex(({ value }) => !value?.startsWith('-'));
  const flags = rest.slice(0, Math.max(0, named));
  const [name, ...values] = rest.slice(flags.length);
  if (hasFlag(flags, 'e', '--erase')) return { sets: [], unsets: [name?.value ?? ''] };
  const firstValue = values[0];
  const last = values.at(-1);
  if (name?.value == null || firstValue === undefined || last === undefined)
    return { sets: [], unsets: [] };
  if (!hasFlag(flags, 'x', '--export') || hasFlag(flags, 'l', '--local'))
    return { sets: [], unsets: [] };
  const parts = values.map(({ value }) => value);
  const set: Assignment = {
    name: name.value,
    value: parts.includes(null) ? null : parts.join(' '),
    start: firstValue.start,
    end: last.end,
    setter: { start: first.start, end: last.end },
    command,
    alone: true,
  };
  return { sets: [set], unsets: [] };
}

function exported(command: Command, word: Word, own: readonly Word[]): Assignment[] {
  if (word.head === '') return [];
  return [
    {
      name: word.head.slice(0, -1),
      value: word.value === null ? null : word.value.slice(word.head.length),
      start: word.start + word.head.length,
      end: word.end,
      setter: word,
      command,
      alone: own.length === 1,
    },
  ];
}

function hasFlag(flags: readonly Word[], short: string, long: string): boolean {
  return flags.some(
    ({ value }) =>
      value === long || (/^-[a-zA-Z]+$/.test(value ?? '') && (value ?? '').includes(short)),
  );
}
