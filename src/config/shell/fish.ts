import { readAround } from './block.ts';
import {
  type Assignment,
  type Command,
  type Effects,
  lineEnd,
  noEffects,
  type Script,
  scriptOf,
  type Word,
} from './commands.ts';

/** The variables that a fish file sets, with non-local `set` or fish's `export NAME=value`. */
export function readFish(text: string): Script {
  return scriptOf(readAround(text, commandsOf), effectsOf);
}

const openers = new Set(['if', 'for', 'while', 'switch', 'begin', 'function']);
const leaders = new Set(['if', 'else', 'while', 'and', 'or', 'not', 'begin']);

function commandsOf(text: string): Command[] {
  const commands: Command[] = [];
  const groups: string[] = [];
  let functions = 0;
  let words: Word[] = [];
  const end = () => {
    if (words.length > 0)
      commands.push({ words, live: functions === 0, nested: groups.length > 0 });
    words = [];
  };
  let at = 0;
  let afterElse = false;
  while (at < text.length) {
    const char = text.charAt(at);
    if (text.startsWith('\\\n', at)) at += 2;
    else if (char === ' ' || char === '\t') at += 1;
    else if (char === '#') at = lineEnd(text, at);
    else if ('\n;&|'.includes(char)) {
      end();
      at += 1;
    } else if ('<>'.includes(char)) at = redirectionEnd(text, at);
    else {
      const word = readFishWord(text, at);
      at = Math.max(word.end, at + 1);
      const first = words.length === 0 ? (word.value ?? '') : '';
      // `else if` continues the same `if` block.
      if (openers.has(first) && !afterElse) {
        groups.push(first);
        if (first === 'function') functions += 1;
      }
      afterElse = first === 'else';
      if (first === 'end' && groups.pop() === 'function') functions -= 1;
      if (!leaders.has(first)) words.push(word);
    }
  }
  end();
  return commands;
}

/** https://fishshell.com/docs/current/language.html#quotes */
function readFishWord(text: string, start: number): Word {
  let at = start;
  let value = '';
  let dynamic = text[at] === '~';
  let quote = '';
  while (at < text.length) {
    const char = text.charAt(at);
    if (quote === '' && ' \t\n;&|<>)'.includes(char)) break;
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
      if (char === '(') {
        at = substitutionEnd(text, at);
        continue;
      }
    } else value += char;
    at += 1;
  }
  const end = Math.min(at, text.length);
  const head = /^[A-Za-z_]\w*=/.exec(text.slice(start, end))?.[0] ?? '';
  return { start, end, value: dynamic ? null : value, head };
}

/** Offset after the bracket that closes the one at `open`, or the end of the text. */
function substitutionEnd(text: string, open: number): number {
  let depth = 0;
  let quote = '';
  for (let at = open; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\') at += 1;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

/** The word after `>` and similar operators is not part of the command. */
function redirectionEnd(text: string, at: number): number {
  const operator = /[<>]+[&|?]?[ \t]*/y;
  operator.lastIndex = at;
  operator.exec(text);
  return readFishWord(text, operator.lastIndex).end;
}

/** Null for an escape outside quotes that stands for a different character. */
function readEscape(next: string, quote: string): string | null {
  if (quote === "'") return next === "'" || next === '\\' ? next : `\\${next}`;
  if (quote === '"') return next === '\n' ? '' : '"$\\'.includes(next) ? next : `\\${next}`;
  if (next === '\n') return '';
  return /[A-Za-z0-9]/.test(next) ? null : next;
}

function effectsOf(command: Command): Effects {
  const [first, ...rest] = command.words;
  if (first?.value === 'export') {
    const sets = rest.flatMap((word) => exported(command, word, rest));
    return { ...noEffects, sets, exports: sets.map(({ name }) => name) };
  }
  return first?.value === 'set' ? setEffects(command, rest) : noEffects;
}

/** https://fishshell.com/docs/current/cmds/set.html */
function setEffects(command: Command, rest: readonly Word[]): Effects {
  // After the name, `-x` would be a value.
  const named = rest.findIndex(({ value }) => !value?.startsWith('-'));
  const flags = rest.slice(0, Math.max(0, named));
  const [name, ...values] = rest.slice(flags.length);
  if (name?.value == null || hasFlag(flags, 'l', '--local') || hasFlag(flags, 'q', '--query')) {
    return noEffects;
  }
  if (hasFlag(flags, 'e', '--erase') || hasFlag(flags, 'u', '--unexport')) {
    return { ...noEffects, unsets: [name.value] };
  }
  const sets = assignmentOf(command, name.value, flags, values);
  const exports = sets.length > 0 && hasFlag(flags, 'x', '--export') ? [name.value] : [];
  return { ...noEffects, sets, exports };
}

function assignmentOf(
  command: Command,
  name: string,
  flags: readonly Word[],
  values: readonly Word[],
): Assignment[] {
  const [first, ...rest] = command.words;
  const firstValue = values[0];
  const last = values.at(-1);
  if (first === undefined || firstValue === undefined || last === undefined) return [];
  const adds = hasFlag(flags, 'a', '--append') || hasFlag(flags, 'p', '--prepend');
  const parts = values.map(({ value }) => value);
  return [
    {
      name,
      value: adds || parts.includes(null) ? null : parts.join(' '),
      start: adds ? (rest[0]?.start ?? firstValue.start) : firstValue.start,
      end: last.end,
      prefix: adds ? `-gx ${name} ` : '',
      setter: { start: first.start, end: last.end },
      command,
      alone: true,
    },
  ];
}

function exported(command: Command, word: Word, all: readonly Word[]): Assignment[] {
  if (word.head === '') return [];
  return [
    {
      name: word.head.slice(0, -1),
      value: word.value === null ? null : word.value.slice(word.head.length),
      start: word.start + word.head.length,
      end: word.end,
      prefix: '',
      setter: word,
      command,
      alone: all.length === 1,
    },
  ];
}

function hasFlag(flags: readonly Word[], short: string, long: string): boolean {
  return flags.some(
    ({ value }) =>
      value === long || (/^-[a-zA-Z]+$/.test(value ?? '') && (value ?? '').includes(short)),
  );
}
