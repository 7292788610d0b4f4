/** Hides secrets in text: added ones and, unless `knownOnly`, anything that looks like an OpenRouter key. */
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
  /** Replacement for a key. Defaults to `sk-or-v1-1a2b…`. */
  readonly hint?: (key: string) => string;
  /** For text that may contain example keys. */
  readonly knownOnly?: boolean;
}

/**
 * A redactor that finds secrets in any encoding: upper or lower case, percent-encoding, JSON or HTML escapes, base64
 * (at any offset, which covers `Basic` credentials), hex, split across lines, or with invisible characters inside.
 */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  const { hint = keyHint, knownOnly = false } = options;
  const secrets = new Map<string, Encodings>();

  function find(text: string): readonly Range[] {
    const decoded = decode(text);
    const found = secretsIn(decoded, secrets.values());
    if (!knownOnly) found.push(...keysIn(decoded));
    if ((secrets.size > 0 || found.length > 0) && mayBeBroken(text)) {
      const joined = decodeJoined(text);
      found.push(...secretsIn(joined, secrets.values()));
      if (!knownOnly) found.push(...wholeKeysIn(joined));
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
        const secret = decodeJoined(text.slice(from, to)).plain;
        redacted += text.slice(done, from) + (isKey.test(secret) ? hint(secret) : hidden);
        done = to;
      }
      return done === 0 ? text : redacted + text.slice(done);
    },
  };
}

/**
 * Whether a text in the place of a key is a plain word, such as the placeholder `openrouter`. Hiding it would garble
 * ordinary text, and it is no secret.
 */
export function isPlainWord(key: string): boolean {
  return /^[a-z]{1,11}$/i.test(key);
}

/** Shows four characters, enough to tell keys apart and useless to an attacker. */
function keyHint(key: string): string {
  const shown = /^sk-or-v1-[\w-]{4}(?=[\w-])/i.exec(key)?.[0];
  return shown === undefined ? hidden : `${shown}…`;
}

const hidden = '(hidden)';

// Shorter secrets would match ordinary words.
const minSecretLength = 8;
const keyStart = 'sk-or-v1-';
const isKey = /^sk-or-[\w-]+$/i;

/** Matches any OpenRouter key by its prefix: as is, in hex, and in base64 at each offset. */
const anyKey = [
  /sk-or-[\w-]{8,}/gi,
  /736b2d6f722d76312d[0-9a-f]*/gi,
  /(?:c2stb3ItdjEt|NrLW9yLXYxL|zay1vci12MS)[\w+/-]*/g,
];

/** One search for all of them: most text holds no key, and `matchAll` copies its pattern at every call. */
const mayHoldKey = new RegExp(anyKey.map(({ source }) => source).join('|'), 'i');

function keysIn({ plain, rangeOf }: Decoded): Range[] {
  if (!mayHoldKey.test(plain)) return [];
  return anyKey
    .flatMap((pattern) => [...plain.matchAll(pattern)])
    .map(({ 0: { length }, index }) => rangeOf(index, index + length));
}

/** Only keys of the usual length, since a word may follow the line break behind a key. */
function wholeKeysIn({ plain, rangeOf }: Decoded): Range[] {
  const keys = plain.matchAll(/sk-or-v1-[0-9a-f]{64}/gi);
  return [...keys].map(({ 0: { length }, index }) => rangeOf(index, index + length));
}

interface Encodings {
  /** Lower case, to be searched for in lower-cased text. */
  readonly anyCase: readonly string[];
  readonly exact: readonly string[];
  /** The length of the shortest of them. */
  readonly shortest: number;
}

function encodingsOf(secret: string): Encodings {
  const body = bodyOf(secret);
  // `decode` turns percent-encoding into one character per byte.
  const inBytes = Buffer.from(body, 'utf8').toString('latin1');
  const anyCase = [secret, body, inBytes, inHex(body)].map(lowerCased);
  const base64 = inBase64(body);
  const base64url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const exact = [...new Set([...base64, ...base64url])];
  const shortest = Math.min(...[...anyCase, ...exact].map(({ length }) => length));
  return { anyCase: [...new Set(anyCase)], exact, shortest };
}

// The prefix of a key is not secret. The rest is, and may appear on its own.
function bodyOf(secret: string): string {
  const body = secret.slice(keyStart.length);
  return secret.startsWith(keyStart) && body.length >= minSecretLength ? body : secret;
}

function inHex(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}

/**
 * For each of the three possible base64 offsets, the characters that depend only on the text. The first and the last
 * character may share bits with neighboring bytes, so they are left out.
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
  let lower: string | null = null;
  const search = (text: string, encoding: string) => {
    for (let at = text.indexOf(encoding); at >= 0; at = text.indexOf(encoding, at + 1)) {
      found.push(rangeOf(at, at + encoding.length));
    }
  };
  for (const { anyCase, exact, shortest } of secrets) {
    // Most texts of a request, such as the name of a model, are shorter than a key.
    if (plain.length < shortest) continue;
    lower ??= lowerCased(plain);
    for (const encoding of anyCase) search(lower, encoding);
    for (const encoding of exact) search(plain, encoding);
  }
  return found;
}

/** Lower-cases text without shifting offsets: some letters of other scripts become two characters. */
function lowerCased(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length
    ? lower
    : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Sorts the ranges and joins overlapping ones. */
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

/** A text with its escapes decoded. */
interface Decoded {
  readonly plain: string;
  /** Maps a range in `plain` to the original text. */
  rangeOf(from: number, to: number): Range;
}

/**
 * Decodes percent-encoding (also repeated), JSON and HTML escapes, and `\x41`. Drops what a terminal does not show:
 * colors, joiners, soft hyphens, direction marks.
 */
function decode(text: string): Decoded {
  return mayHoldEscape.test(text)
    ? decodeBy(anyEscape, text)
    : { plain: text, rangeOf: (from, to) => ({ from, to }) };
}

/** Like `decode`, but also joins lines that were broken inside a word. */
function decodeJoined(text: string): Decoded {
  return decodeBy(anyEscapeOrBreak, text);
}

/** Whether a long word ends at the end of a line. */
function mayBeBroken(text: string): boolean {
  // `matchAll` copies its pattern at every call.
  if (!hasWordAfterBreak.test(text)) return false;
  // A lookbehind would be tried at every character and take ten times as long.
  for (const { index } of text.matchAll(wordAfterBreak)) {
    if (endsInLongWord.test(text.slice(Math.max(0, index - 16), index))) return true;
  }
  return false;
}

interface Escape {
  /** Offset in the decoded text. */
  readonly at: number;
  readonly width: number;
  /** End offset in the original text. */
  readonly to: number;
}

const invisible =
  '\\u00ad\\u034f\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufe00-\\ufe0f\\ufeff';
const mayHoldEscape = new RegExp(`[%\\\\&\\u001b${invisible}]`);
// All repetitions are bounded; otherwise a text of only backslashes would take forever.
const lineBreak = String.raw`(?:\\{1,4}[rn]|\\{0,4}[\r\n]){1,4}[ \t]{0,80}`;
const hasWordAfterBreak = new RegExp(`${lineBreak}[\\w+/-]`);
const wordAfterBreak = new RegExp(hasWordAfterBreak, 'g');
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

/** The original offset of a character in the decoded text, and the first escape that does not end before it. */
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
