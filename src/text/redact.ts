import { type Decoded, decode, decodeJoined, mayBeBroken, type Range } from './decode.ts';

/** Hides secrets in text: every one that it was told and, unless it is for those alone, keys of OpenRouter by their form. */
export interface Redactor {
  add(secret: string): void;
  redact(text: string): string;
}

export interface RedactorOptions {
  /** Makes what stands in place of a key as it was given out; `sk-or-v1-1a2b…` unless told. */
  readonly hint?: (key: string) => string;
  /** For text that is not ours and may hold keys as examples. */
  readonly knownOnly?: boolean;
}

/**
 * A redactor that finds a secret however it is spelled: in either case, percent-encoded, escaped as in JSON or HTML,
 * in base64 (at any offset, so as part of `Basic` credentials too), in hex, broken into lines, or with invisible
 * characters inside.
 */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  const { hint = keyHint, knownOnly = false } = options;
  const secrets = new Map<string, Spellings>();
  return {
    add(secret) {
      if (secret.trim().length < shortestSecret || secrets.has(secret)) return;
      secrets.set(secret, spellingsOf(secret));
    },
    redact(text) {
      const decoded = decode(text);
      const found = secretsIn(decoded, secrets.values());
      if (!knownOnly) found.push(...keysIn(decoded));
      if (secrets.size > 0 && mayBeBroken(text)) {
        found.push(...secretsIn(decodeJoined(text), secrets.values()));
      }
      let redacted = '';
      let done = 0;
      for (const { from, to } of merged(found)) {
        const secret = text.slice(from, to);
        redacted += text.slice(done, from) + (isKey.test(secret) ? hint(secret) : hidden);
        done = to;
      }
      return done === 0 ? text : redacted + text.slice(done);
    },
  };
}

/** Four digits are shown, enough to tell one key from another and useless to a thief. */
function keyHint(key: string): string {
  const shown = /^sk-or-v1-[\w-]{4}(?=[\w-])/i.exec(key)?.[0];
  return shown === undefined ? hidden : `${shown}…`;
}

const hidden = '(hidden)';

// Shorter texts would be found by chance in ordinary words.
const shortestSecret = 8;
const keyStart = 'sk-or-v1-';
const isKey = /^sk-or-[\w-]+$/i;

/** What every key of OpenRouter looks like, as it is, in hex and in base64. */
const anyKey = [
  /sk-or-[\w-]{8,}/gi,
  new RegExp(`${inHex(keyStart)}[0-9a-f]*`, 'gi'),
  new RegExp(`(?:${inBase64(keyStart).join('|')})[\\w+/-]*`, 'g'),
];

function keysIn({ plain, rangeOf }: Decoded): Range[] {
  return anyKey
    .flatMap((pattern) => [...plain.matchAll(pattern)])
    .map(({ 0: { length }, index }) => rangeOf(index, index + length));
}

interface Spellings {
  /** In lower case; to be found in either. */
  readonly anyCase: readonly string[];
  readonly exact: readonly string[];
}

function spellingsOf(secret: string): Spellings {
  const body = bodyOf(secret);
  // What is percent-encoded is decoded byte by byte.
  const inBytes = Buffer.from(body, 'utf8').toString('latin1');
  const anyCase = [secret, body, inBytes, inHex(body)].map(lowerCased);
  const base64 = inBase64(body);
  const base64url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return { anyCase: [...new Set(anyCase)], exact: [...new Set([...base64, ...base64url])] };
}

// The beginning is the same in all keys and no secret: what follows is looked for, and may be echoed alone.
function bodyOf(secret: string): string {
  const body = secret.slice(keyStart.length);
  return secret.startsWith(keyStart) && body.length >= shortestSecret ? body : secret;
}

function inHex(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}

/**
 * The characters that a text determines in base64, for each of the three ways in which it can begin in what was
 * encoded. Some bits of the first and the last character belong to a neighbour.
 */
function inBase64(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  return [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)),
  );
}

function secretsIn({ plain, rangeOf }: Decoded, secrets: Iterable<Spellings>): Range[] {
  const found: Range[] = [];
  const lower = lowerCased(plain);
  const search = (text: string, spelling: string) => {
    for (let at = text.indexOf(spelling); at >= 0; at = text.indexOf(spelling, at + 1)) {
      found.push(rangeOf(at, at + spelling.length));
    }
  };
  for (const { anyCase, exact } of secrets) {
    for (const spelling of anyCase) search(lower, spelling);
    for (const spelling of exact) search(plain, spelling);
  }
  return found;
}

/** In lower case, every character at its place: some letters of other scripts become two. */
function lowerCased(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length
    ? lower
    : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** In order, those that overlap as one. */
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
