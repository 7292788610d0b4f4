export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A text as it reads once its escapes are taken for what they mean. */
export interface Decoded {
  readonly plain: string;
  /** Where a part of `plain` stands in the text that was decoded. */
  rangeOf(from: number, to: number): Range;
}

/**
 * Takes percent-encoding (several times over), the escapes of JSON and HTML and `\x41` for the bytes that they mean,
 * and leaves out what a terminal does not show: colours, joiners, soft hyphens, marks of direction.
 */
export function decode(text: string): Decoded {
  return mayHoldEscape.test(text)
    ? decodeBy(anyEscape, text)
    : { plain: text, rangeOf: (from, to) => ({ from, to }) };
}

/** `decode`, and lines that were broken inside a word are one again. */
export function decodeJoined(text: string): Decoded {
  return decodeBy(anyEscapeOrBreak, text);
}

/** A long word ends where the line does. */
export function mayBeBroken(text: string): boolean {
  // In two steps: hardly a text passes the first, and the second takes twenty times as long.
  return wordAfterBreak.test(text) && longWordBroken.test(text);
}

interface Escape {
  /** In the decoded text. */
  readonly at: number;
  readonly width: number;
  /** Its end in the original. */
  readonly to: number;
}

const invisible =
  '\\u00ad\\u034f\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufe00-\\ufe0f\\ufeff';
const mayHoldEscape = new RegExp(`[%\\\\&\\u001b${invisible}]`);
// Nothing is repeated without end: a text of backslashes alone would take for ever.
const lineBreak = String.raw`(?:\\{1,4}[rn]|[\r\n]){1,4}[ \t]{0,80}`;
const wordAfterBreak = new RegExp(`${lineBreak}[\\w+/-]`);
const longWordBroken = new RegExp(`(?<=[\\w+/-]{16})${wordAfterBreak.source}`);
const escapes = [
  '%(?:25){0,4}([0-9a-f]{2})',
  '\\\\{1,4}(?:u00|x)([0-9a-f]{2})',
  '&(?:amp;){0,4}#x0{0,6}([0-9a-f]{1,2});',
  '&(?:amp;){0,4}#0{0,6}(\\d{1,3});',
  '\\\\{1,4}(/)',
  '\\u001b\\[[\\d;]{0,40}m',
  `[${invisible}]`,
];
const anyEscape = new RegExp(escapes.join('|'), 'gi');
const anyEscapeOrBreak = new RegExp([...escapes, lineBreak].join('|'), 'gi');

function decodeBy(pattern: RegExp, text: string): Decoded {
  const found: Escape[] = [];
  let plain = '';
  let done = 0;
  for (const match of text.matchAll(pattern)) {
    plain += text.slice(done, match.index);
    done = match.index + match[0].length;
    const meant = meaning(match);
    found.push({ at: plain.length, width: meant.length, to: done });
    plain += meant;
  }
  plain += text.slice(done);
  return { plain, rangeOf: (from, to) => rangeIn(found, from, to) };
}

function meaning([, percent, escaped, entityHex, entity, slash]: RegExpExecArray): string {
  if (slash !== undefined) return slash;
  const hex = percent ?? escaped ?? entityHex;
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
  return entity === undefined ? '' : String.fromCharCode(Number(entity));
}

function rangeIn(found: readonly Escape[], from: number, to: number): Range {
  const last = placeOf(found, to - 1);
  const { next } = last;
  return {
    from: placeOf(found, from).at,
    to: next !== undefined && next.at === to - 1 ? next.to : last.at + 1,
  };
}

/** Where a character of the decoded text begins in the original, and the first escape that does not end before it. */
function placeOf(found: readonly Escape[], index: number): { at: number; next?: Escape } {
  let [low, high] = [0, found.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = found[middle];
    if (one !== undefined && one.at + one.width <= index) low = middle + 1;
    else high = middle;
  }
  const [before, next] = [found[low - 1], found[low]];
  return {
    at: before === undefined ? index : before.to + (index - before.at - before.width),
    ...(next === undefined ? {} : { next }),
  };
}
