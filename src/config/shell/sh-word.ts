import type { Word } from './commands.ts';

/** A word of bash or zsh: quotes of every kind, escapes, line continuations; expansions make it dynamic. */
export function readShWord(text: string, start: number): Word {
  let at = start;
  let value = '';
  let dynamic = false;
  while (at < text.length && !endsWord(text, at)) {
    const part = readPart(text, at);
    dynamic ||= part.value === null;
    value += part.value ?? '';
    at = part.end;
  }
  const raw = text.slice(start, at);
  const head = /^[A-Za-z_]\w*\+?=/.exec(raw)?.[0] ?? '';
  dynamic ||= raw.startsWith(`${head}~`);
  return { start, end: at, value: dynamic ? null : value, head };
}

/** Offset behind a bracket that closes the one at `open`, quotes and comments minded; the text's end if none does. */
export function closingOf(text: string, open: number, close: ')' | '}'): number {
  // `$(( 1 #2 ))` holds none.
  const hasComments = close === ')' && text[open + 1] !== '(';
  let depth = 1;
  let at = open + 1;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === close) depth -= 1;
    if (depth === 0) return at + 1;
    // A plain `{` in `${…}` is a character like others.
    if (close === ')' && char === '(') depth += 1;
    if ('\'"\\`$'.includes(char)) at = readPart(text, at).end;
    else if (hasComments && /^\s#/.test(text.slice(at, at + 2))) at = lineEnd(text, at + 1);
    else at += 1;
  }
  return text.length;
}

/** Offset of the line end at or behind `at`. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function endsWord(text: string, at: number): boolean {
  return ' \t\n;&|<>()'.includes(text.charAt(at));
}

interface Part {
  readonly value: string | null;
  readonly end: number;
}

function readPart(text: string, at: number): Part {
  const char = text[at];
  const next = text[at + 1];
  if (char === '\\') {
    if (next === '\n') return { value: '', end: at + 2 };
    return { value: next ?? '\\', end: at + (next === undefined ? 1 : 2) };
  }
  if (char === "'") return readSingle(text, at + 1);
  if (char === '"') return readDouble(text, at + 1);
  if (char === '$' && next === "'") return readAnsi(text, at + 2);
  if (char === '$' && next === '"') return readDouble(text, at + 2);
  if (char === '$' || char === '`') return readExpansion(text, at);
  return { value: char ?? '', end: at + 1 };
}

function readSingle(text: string, from: number): Part {
  const end = text.indexOf("'", from);
  return end < 0
    ? { value: text.slice(from), end: text.length }
    : { value: text.slice(from, end), end: end + 1 };
}

function readDouble(text: string, from: number): Part {
  let value: string | null = '';
  let at = from;
  while (at < text.length) {
    const char = text[at] ?? '';
    if (char === '"') return { value, end: at + 1 };
    let part: Part = { value: char, end: at + 1 };
    if (char === '\\') part = readDoubleEscape(text, at);
    else if (char === '$' || char === '`') part = readExpansion(text, at);
    value = value === null || part.value === null ? null : value + part.value;
    at = part.end;
  }
  return { value, end: at };
}

/** In double quotes the backslash escapes only these; elsewhere it stays. */
function readDoubleEscape(text: string, at: number): Part {
  const next = text[at + 1];
  if (next === '\n') return { value: '', end: at + 2 };
  if (next !== undefined && '$`"\\'.includes(next)) return { value: next, end: at + 2 };
  return { value: '\\', end: at + 1 };
}

/** A dollar that begins no expansion is itself. */
function readExpansion(text: string, at: number): Part {
  if (text[at] === '`') {
    let end = at + 1;
    while (end < text.length && text[end] !== '`') end += text[end] === '\\' ? 2 : 1;
    return { value: null, end: Math.min(end + 1, text.length) };
  }
  const next = text[at + 1] ?? '';
  if (next === '(') return { value: null, end: closingOf(text, at + 1, ')') };
  if (next === '{') return { value: null, end: closingOf(text, at + 1, '}') };
  if (/[A-Za-z_]/.test(next)) {
    const name = /\w*/y;
    name.lastIndex = at + 1;
    return { value: null, end: at + 1 + (name.exec(text)?.[0].length ?? 0) };
  }
  return /[0-9@*#?$!-]/.test(next) ? { value: null, end: at + 2 } : { value: '$', end: at + 1 };
}

const ansiEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** `$'…'`; an escape that is not among the common ones counts as unknown. */
function readAnsi(text: string, from: number): Part {
  let value: string | null = '';
  let at = from;
  while (at < text.length && text[at] !== "'") {
    const char = text[at] ?? '';
    const escaped = char === '\\' ? ansiEscapes[text[at + 1] ?? ''] : char;
    value = value === null || escaped === undefined ? null : value + escaped;
    at += char === '\\' ? 2 : 1;
  }
  return { value, end: Math.min(at + 1, text.length) };
}
