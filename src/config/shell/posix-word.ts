import { lineEnd, type Word } from './commands.ts';

/** Reads a bash or zsh word, including quotes, escapes and line continuations; null value if it has expansions. */
export function readPosixWord(text: string, start: number): Word {
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

/** An unclosed bracket or quote inside an expansion. */
interface Open {
  readonly close: ')' | '}' | '"';
  readonly hasComments: boolean;
}

/**
 * Offset after the bracket that closes the one at `open`, or the end of the text. Skips quotes and comments. Does not
 * recurse, since expansions can be nested to any depth.
 */
export function closingOf(text: string, open: number, close: ')' | '}'): number {
  const stack: Open[] = [opened(text, open, close)];
  let at = open + 1;
  while (at < text.length) {
    const top = stack.at(-1);
    if (top === undefined) return at;
    const char = text.charAt(at);
    if (char === top.close) {
      stack.pop();
      at += 1;
    } else at = top.close === '"' ? inDouble(text, at, stack) : inBrackets(text, at, stack, top);
  }
  return text.length;
}

function opened(text: string, at: number, close: ')' | '}'): Open {
  // Arithmetic such as `$(( 1 #2 ))` has no comments.
  return { close, hasComments: close === ')' && text[at + 1] !== '(' };
}

function inBrackets(text: string, at: number, stack: Open[], top: Open): number {
  const char = text.charAt(at);
  if (char === '"') return openDouble(at, stack);
  if (char === '$') return inDollar(text, at, stack);
  if ("'\\`".includes(char)) return readPart(text, at).end;
  // A plain `{` inside `${…}` is an ordinary character.
  if (char === '(' && top.close === ')') stack.push(top);
  if (top.hasComments && /^\s#/.test(text.slice(at, at + 2))) return lineEnd(text, at + 1);
  return at + 1;
}

function inDouble(text: string, at: number, stack: Open[]): number {
  const char = text.charAt(at);
  if (char === '\\') return readDoubleEscape(text, at).end;
  if (char === '`') return readExpansion(text, at).end;
  if (char === '$' && text[at + 1] !== "'" && text[at + 1] !== '"') {
    return inDollar(text, at, stack);
  }
  return at + 1;
}

function inDollar(text: string, at: number, stack: Open[]): number {
  const next = text[at + 1];
  if (next === '"') return openDouble(at + 1, stack);
  if (next !== '(' && next !== '{') return readPart(text, at).end;
  stack.push(opened(text, at + 1, next === '(' ? ')' : '}'));
  return at + 2;
}

function openDouble(at: number, stack: Open[]): number {
  stack.push({ close: '"', hasComments: false });
  return at + 1;
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

/** In double quotes a backslash escapes only these characters; before any other it is literal. */
function readDoubleEscape(text: string, at: number): Part {
  const next = text[at + 1];
  if (next === '\n') return { value: '', end: at + 2 };
  if (next !== undefined && '$`"\\'.includes(next)) return { value: next, end: at + 2 };
  return { value: '\\', end: at + 1 };
}

/** A dollar that does not begin an expansion is literal. */
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

/** Reads `$'…'`. The value is null if it contains an uncommon escape. */
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
