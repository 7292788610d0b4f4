import { parseJson } from '../../text/parse-json.ts';
import { lineFinder } from '../edit.ts';
import type { ContainerNode, Json5Node } from './tree.ts';

/** How a text is formatted; new members are formatted the same way. */
export interface Style {
  readonly newline: string;
  /** One level of indentation. */
  readonly unit: string;
  /** Around string values. */
  readonly quote: '"' | "'";
  /** Around keys that do not need quotes; '' for none. */
  readonly keyQuote: '"' | "'" | '';
  /** The colon between key and value, with its surrounding white space. */
  readonly colon: string;
  /** After the last member of a multi-line container. */
  readonly trailingComma: boolean;
  /** Inside the braces of a one-line object: a space or nothing. */
  readonly pad: '' | ' ';
  /** Whether new members may have comments. */
  readonly comments: boolean;
}

const guideStyle: Style = {
  newline: '\n',
  unit: '  ',
  quote: '"',
  keyQuote: '',
  colon: ': ',
  trailingComma: true,
  pad: ' ',
  comments: true,
};

/** Keeps strict JSON (RFC 8259) strict for programs that cannot read JSON5. */
const strictStyle = { quote: '"', keyQuote: '"', trailingComma: false, comments: false } as const;

/** How many containers, and members of each, to sample. Limits the extra pass over a large document. */
const sample = 500;

/** The style of a whole document. `name` is its file name, which decides the style of an empty document. */
export function styleOf(text: string, root: Json5Node | null, name: string): Style {
  const newline = newlineOf(text);
  const tally = emptyTally();
  let unit: string | undefined;
  const containers = root === null || root.kind === 'scalar' ? [] : [root];
  for (const node of containers) {
    count(text, node, tally);
    unit ??= unitOf(text, node);
    for (const member of node.members) {
      if (member.kind !== 'scalar' && containers.length < sample) containers.push(member);
    }
  }
  const style = decide(tally, { ...guideStyle, newline, unit: unit ?? guideStyle.unit });
  return isStrict(text, root, name) ? { ...style, ...strictStyle } : style;
}

function isStrict(text: string, root: Json5Node | null, name: string): boolean {
  const isEmpty = root === null || (root.kind !== 'scalar' && root.members.length === 0);
  if (isEmpty && !name.endsWith('.json')) return false;
  const body = text.replace(/^\uFEFF/, '');
  if (body.trim() === '') return true;
  try {
    parseJson(body);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** The style of one container, with the document's style as the fallback. */
export function localStyle(text: string, node: ContainerNode, document: Style): Style {
  const tally = emptyTally();
  count(text, node, tally);
  const { trailingComma } = document;
  const strict = document.comments ? {} : strictStyle;
  return { ...decide(tally, document), trailingComma, ...strict };
}

/** The line at an offset. JSON5 lines can also end with LS or PS. */
export const lineAt = lineFinder(/[\n\r\u2028\u2029]/g);

export function indentAt(text: string, offset: number): string {
  const { start } = lineAt(text, offset);
  let end = start;
  while (end < offset && (text[end] === ' ' || text[end] === '\t')) end += 1;
  return text.slice(start, end);
}

// Uses a lone CR only if the text has no LF, because CR next to LF would become a single line end.
function newlineOf(text: string): string {
  const first = /\r?\n/.exec(text)?.[0];
  return first ?? (text.includes('\r') ? '\r' : guideStyle.newline);
}

interface Tally {
  readonly keys: Map<Style['keyQuote'], number>;
  /** Quotes of keys that need them. */
  readonly forced: Map<Style['keyQuote'], number>;
  readonly quotes: Map<Style['quote'], number>;
  readonly colons: Map<string, number>;
  readonly pads: Map<Style['pad'], number>;
  readonly trailing: Map<boolean, number>;
}

function emptyTally(): Tally {
  return {
    keys: new Map(),
    forced: new Map(),
    quotes: new Map(),
    colons: new Map(),
    pads: new Map(),
    trailing: new Map(),
  };
}

function decide(tally: Tally, fallback: Style): Style {
  const quote = most(tally.quotes) ?? fallback.quote;
  const quoted = fallback.keyQuote === '' ? '' : (most(tally.forced) ?? fallback.keyQuote);
  const trailing = tally.trailing.get(true) ?? 0;
  return {
    ...fallback,
    quote,
    keyQuote: most(tally.keys) ?? quoted,
    colon: most(tally.colons) ?? fallback.colon,
    pad: most(tally.pads) ?? fallback.pad,
    trailingComma: tally.trailing.size === 0 ? fallback.trailingComma : trailing > 0,
  };
}

function most<T>(counts: ReadonlyMap<T, number>): T | undefined {
  let best: T | undefined;
  let highest = 0;
  for (const [value, times] of counts) {
    if (times > highest) [best, highest] = [value, times];
  }
  return best;
}

function count(text: string, node: ContainerNode, tally: Tally): void {
  for (const member of node.members.slice(0, sample)) {
    const { key, keyStart, keyEnd, start } = member;
    if (key !== null) {
      const mark = quoteAt(text, keyStart);
      const bare = mark === '' || /^[A-Za-z_$][\w$]*$/.test(key);
      add(bare ? tally.keys : tally.forced, mark);
      const colon = text.slice(keyEnd, Math.min(start, keyEnd + 4));
      if (/^ ?: ?$/.test(colon)) add(tally.colons, colon);
    }
    if (member.kind === 'scalar' && typeof member.value === 'string') {
      add(tally.quotes, text[start] === "'" ? "'" : '"');
    }
  }
  countEnds(text, node, tally);
}

function countEnds(text: string, { kind, start, end, members }: ContainerNode, tally: Tally): void {
  const first = members[0];
  const last = members.at(-1);
  if (first === undefined || last === undefined) return;
  const head = text.slice(start + 1, first.keyStart);
  if (/[\n\r]/.test(text.slice(last.end, end))) add(tally.trailing, last.comma >= 0);
  else if (kind === 'object' && (head === '' || head === ' ')) add(tally.pads, head);
}

function quoteAt(text: string, offset: number): Style['keyQuote'] {
  const char = text[offset];
  return char === '"' || char === "'" ? char : '';
}

function add<T>(counts: Map<T, number>, value: T): void {
  counts.set(value, (counts.get(value) ?? 0) + 1);
}

function unitOf(text: string, { start, members }: ContainerNode): string | undefined {
  const first = members[0];
  if (first === undefined) return undefined;
  const gap = text.slice(start + 1, first.keyStart);
  const inner = /[\n\r]([ \t]*)$/.exec(gap)?.[1];
  if (inner === undefined) return undefined;
  const outer = indentAt(text, start);
  return inner.length > outer.length && inner.startsWith(outer)
    ? inner.slice(outer.length)
    : undefined;
}
