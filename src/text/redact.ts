/** Hides secrets in text: those that were added and, unless `knownOnly`, OpenRouter keys by their form. */
export interface Redactor {
  add(secret: string): void;
  redact(text: string): string;
  /** The ranges of secrets, in order. */
  find(text: string): readonly Range[];
}

interface Range {
  readonly from: number;
  readonly to: number;
}

export interface RedactorOptions {
  /** What to show instead of a key; `sk-or-v1-1a2b…` by default. */
  readonly hint?: (key: string) => string;
  /** For text that may contain keys as examples. */
  readonly knownOnly?: boolean;
}

/**
 * A redactor that finds a secret in any encoding: in upper or lower case, percent-encoded, with JSON or HTML escapes, in
 * base64 (at any offset, and so in `Basic` credentials), in hex, broken into lines, or with invisible characters inside.
 */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  const { hint = keyHint, knownOnly = false } = options;
  const secrets = new Map<string, Encodings>();

  function find(text: string): readonly Range[] {
    const decoded = decode(text);
    const found = secretsIn(decoded, secrets.values());
    if (!knownOnly) found.push(...keysIn(decoded));
    if (secrets.size > 0 && mayBeBroken(text)) {
      found.push(...secretsIn(decodeJoined(text), secrets.values()));
    }
    return merged(found);
  }

  return {
    add(secret) {
      if (secret.trim().length < minSecretLength || secrets.has(secret)) return;
      secrets.set(secret, encodingsOf(secret));
    },
    find,
    redact(text) {
      let redacted = '';
      let done = 0;
      for (const { from, to } of find(text)) {
        const secret = text.slice(from, to);
        redacted += text.slice(done, from) + (isKey.test(secret) ? hint(secret) : hidden);
        done = to;
      }
      return done === 0 ? text : redacted + text.slice(done);
    },
  };
}

/** Shows four digits, which are enough to tell keys apart and useless to a thief. */
function keyHint(key: string): string {
  const shown = /^sk-or-v1-[\w-]{4}(?=[\w-])/i.exec(key)?.[0];
  return shown === undefined ? hidden : `${shown}…`;
}

const hidden = '(hidden)';

// Shorter ones would match ordinary words.
const minSecretLength = 8;
const keyStart = 'sk-or-v1-';
const isKey = /^sk-or-[\w-]+$/i;

/** Every OpenRouter key: its beginning as it is, in hex, and in base64 at each offset. */
const anyKey = [
  /sk-or-[\w-]{8,}/gi,
  /736b2d6f722d76312d[0-9a-f]*/gi,
  /(?:c2stb3ItdjEt|NrLW9yLXYxL|zay1vci12MS)[\w+/-]*/g,
];

function keysIn({ plain, rangeOf }: Decoded): Range[] {
  return anyKey
    .flatMap((pattern) => [...plain.matchAll(pattern)])
    .map(({ 0: { length }, index }) => rangeOf(index, index + length));
}

interface Encodings {
  /** In lower case, to be searched for in lower-cased text. */
  readonly anyCase: readonly string[];
  readonly exact: readonly string[];
}

function encodingsOf(secret: string): Encodings {
  const body = bodyOf(secret);
  // Percent-encoding is decoded byte by byte.
  const inBytes = Buffer.from(body, 'utf8').toString('latin1');
  const anyCase = [secret, body, inBytes, inHex(body)].map(lowerCased);
  const base64 = inBase64(body);
  const base64url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return { anyCase: [...new Set(anyCase)], exact: [...new Set([...base64, ...base64url])] };
}

// The beginning of a key is not secret. What follows is, and may appear alone.
function bodyOf(secret: string): string {
  const body = secret.slice(keyStart.length);
  return secret.startsWith(keyStart) && body.length >= minSecretLength ? body : secret;
}

function inHex(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}

/**
 * The base64 characters that depend on the text only, for each of the three offsets at which it can begin in the encoded
 * bytes. Some bits of the first and the last character belong to its neighbors.
 */
function inBase64(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  return [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)),
  );
}

function secretsIn({ plain, rangeOf }: Decoded, secrets: Iterable<Encodings>): Range[] {
  const found: Range[] = [];
  const lower = lowerCased(plain);
  const search = (text: string, encoding: string) => {
    for (let at = text.indexOf(encoding); at >= 0; at = text.indexOf(encoding, at + 1)) {
      found.push(rangeOf(at, at + encoding.length));
    }
  };
  for (const { anyCase, exact } of secrets) {
    for (const encoding of anyCase) search(lower, encoding);
    for (const encoding of exact) search(plain, encoding);
  }
  return found;
}

/** In lower case without moving characters: some letters of other scripts become two. */
function lowerCased(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length
    ? lower
    : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Sorts the ranges and joins those that overlap. */
function merged(ranges: readonly Range[]): readonly Range[] {
  if (ranges.length < 2) return ranges;
  const result: { from: number; to: number }[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last === undefined || from >= last.to) result.push({ from, to });
    else last.to = Math.max(last.to, to);
  }
  return result;
}

/** A text without its escapes. */
interface Decoded {
  readonly plain: string;
  /** The range in the original text for one in `plain`. */
  rangeOf(from: number, to: number): Range;
}

/**
 * Decodes percent-encoding (also repeated), the escapes of JSON and HTML, and `\x41`, and drops what a terminal does not
 * show: colors, joiners, soft hyphens, direction marks.
 */
function decode(text: string): Decoded {
  return mayHoldEscape.test(text)
    ? decodeBy(anyEscape, text)
    : { plain: text, rangeOf: (from, to) => ({ from, to }) };
}

/** `decode`, with lines joined that are broken inside a word. */
function decodeJoined(text: string): Decoded {
  return decodeBy(anyEscapeOrBreak, text);
}

/** Whether a long word ends at the end of a line. */
function mayBeBroken(text: string): boolean {
  // Not with a lookbehind, which is tried at every character and takes ten times as long.
  for (const { index } of text.matchAll(wordAfterBreak)) {
    if (endsInLongWord.test(text.slice(Math.max(0, index - 16), index))) return true;
  }
  return false;
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
// All repetitions are limited: a text of backslashes alone would take forever.
const lineBreak = String.raw`(?:\\{1,4}[rn]|[\r\n]){1,4}[ \t]{0,80}`;
const wordAfterBreak = new RegExp(`${lineBreak}[\\w+/-]`, 'g');
const endsInLongWord = /[\w+/-]{16}$/;
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
  const last = originalOffset(found, to - 1);
  const { next } = last;
  return {
    from: originalOffset(found, from).at,
    to: next !== undefined && next.at === to - 1 ? next.to : last.at + 1,
  };
}

/** The original offset of a character of the decoded text, and the first escape that does not end before it. */
function originalOffset(found: readonly Escape[], index: number): { at: number; next?: Escape } {
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
