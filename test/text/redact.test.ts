import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/text/redact.ts';
import { codePoint } from '../helpers/code-point.ts';

const digits = '3f9a0c7be1d284655e6f7a8b9c0d1e2f'.repeat(2);
const key = `sk-or-v1-${digits}`;
const bytes = (text: string) => [...Buffer.from(text, 'utf8')];
const hex = (byte: number) => byte.toString(16).padStart(2, '0');
const each = (text: string, spell: (byte: number) => string) => bytes(text).map(spell).join('');

/** How an error, a proxy or a log may repeat a secret. */
const spellings: readonly (readonly [name: string, spell: (secret: string) => string])[] = [
  ['as it is', (secret) => secret],
  ['in capitals', (secret) => secret.toUpperCase()],
  ['with its hyphens percent-encoded', (secret) => secret.replaceAll('-', '%2D')],
  ['percent-encoded', (secret) => each(secret, (byte) => `%${hex(byte)}`)],
  ['percent-encoded twice', (secret) => each(secret, (byte) => `%25${hex(byte).toUpperCase()}`)],
  ['with the escapes of JSON', (secret) => each(secret, (byte) => `\\u00${hex(byte)}`)],
  ['with the escapes of HTML', (secret) => each(secret, (byte) => `&#x${hex(byte)};`)],
  ['with decimal entities', (secret) => each(secret, (byte) => `&#${byte};`)],
  ['in hex', (secret) => each(secret, hex)],
  ['in hex capitals', (secret) => each(secret, hex).toUpperCase()],
  ['with a zero-width space inside', (secret) => `${secret.slice(0, 12)}\u200b${secret.slice(12)}`],
  ['with a color inside', (secret) => `${secret.slice(0, 12)}\u001b[1m${secret.slice(12)}`],
  ['broken into lines', (secret) => secret.replace(/.{30}/g, '$&\r\n  ')],
  ['with line continuations', (secret) => secret.replace(/.{30}/g, '$&\\\n')],
  ['in base64', (secret) => Buffer.from(secret).toString('base64')],
  ['in base64url', (secret) => Buffer.from(secret).toString('base64url')],
  ['in base64, an octet later', (secret) => Buffer.from(`:${secret}`).toString('base64')],
  ['in base64, two octets later', (secret) => Buffer.from(`a:${secret}`).toString('base64url')],
  ['as Basic credentials', (secret) => `Basic ${Buffer.from(`me:${secret}`).toString('base64')}`],
  [
    'in base64 of MIME',
    (secret) =>
      Buffer.from(`some text before ${secret} and after`)
        .toString('base64')
        .replace(/.{76}/g, '$&\r\n'),
  ],
];

/** The secret as anybody can read it out of a text, or null. */
function readOut(text: string, secret: string): string | null {
  const letters = text.replace(/\u001b\[1m|\\?[\u200b\s]/g, '');
  const unescaped = letters
    .replace(/%(?:25)*([0-9a-f]{2})|\\u00([0-9a-f]{2})|&#x([0-9a-f]{2});/gi, (_all, a, b, c) =>
      String.fromCharCode(Number.parseInt(a ?? b ?? c, 16)),
    )
    .replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code)));
  const decoded = [0, 1, 2, 3].flatMap((offset) => [
    Buffer.from(letters.slice(offset).replace(/^.*?Basic/, ''), 'base64').toString('latin1'),
    Buffer.from(letters.slice(offset), 'hex').toString('latin1'),
  ]);
  const tail = secret.slice(-24).toLowerCase();
  return [unescaped, ...decoded].find((one) => one.toLowerCase().includes(tail)) ?? null;
}

describe.each(spellings)('a secret %s', (_name, spell) => {
  it('can be read out of the text before', () => {
    expect(readOut(spell(key), key)).not.toBeNull();
  });

  it('is hidden if it is a key that was not added', () => {
    // Over several lines only a key that is known can be told from the words of the next line.
    if (!/[\r\n]/.test(spell(key))) {
      expect(readOut(createRedactor().redact(`"${spell(key)}"`), key)).toBeNull();
    }
  });

  it('is hidden if it was added', () => {
    const redactor = createRedactor();
    redactor.add(key);
    expect(readOut(redactor.redact(`"${spell(key)}"`), key)).toBeNull();
    expect(readOut(redactor.redact(`"${spell(digits)}"`), key)).toBeNull();
  });

  it('is hidden if it was added and is not a key', () => {
    const token = 'Zx81+/~tokens have-many_forms/?=';
    const redactor = createRedactor();
    redactor.add(token);
    expect(readOut(redactor.redact(`<${spell(token)}>`), token)).toBeNull();
  });
});

describe('what is not a secret', () => {
  it('does not change by a byte', () => {
    const redactor = createRedactor();
    redactor.add(key);
    fc.assert(
      fc.property(fc.string({ unit: codePoint }), (text) => {
        expect(redactor.redact(text)).toBe(text);
      }),
    );
    for (const text of ['sk-or-v1-1a2b…', 'sk-or-v1-au7...890', '100%25 \\u0041 &#65; İ', '']) {
      expect(redactor.redact(text)).toBe(text);
    }
  });

  it('does not change around a secret', () => {
    const redactor = createRedactor();
    redactor.add('İstanbul-secret');
    const around = (inside: string) => `%41 ${inside} \\u0042 ${inside}\u200b&#67; ${inside}`;
    expect(redactor.redact(around('%C4%B0stanbul-secret'))).toBe(around('(hidden)'));
  });

  it('includes a short text, which would match ordinary words', () => {
    const redactor = createRedactor();
    redactor.add('a');
    expect(redactor.redact('a banana')).toBe('a banana');
  });
});

it('shows the beginning of a key, or none of it with another hint', () => {
  expect(createRedactor().redact(`using ${key}.`)).toBe('using sk-or-v1-3f9a….');
  expect(createRedactor({ hint: () => '[key]' }).redact(`using ${key}.`)).toBe('using [key].');
});

it('hides a broken key that was not added, and only the key', () => {
  const [begin, end] = [key.slice(0, 40), key.slice(40)];
  for (const text of [
    `${begin}\n${end}`,
    `${begin}\\\n${end}`,
    JSON.stringify(`${begin}\n${end}`),
  ]) {
    expect(createRedactor().redact(text)).toMatch(/^"?sk-or-v1-3f9a…"?$/);
  }
  expect(createRedactor().redact(`A=${key}\nexport B`)).toBe('A=sk-or-v1-3f9a…\nexport B');
});

// Minutes, if it took time that grows with the square of the length.
it('finds a key behind two million characters that could begin one', () => {
  const redactor = createRedactor();
  redactor.add(key);
  for (const piece of ['sk-or-', '%25', '\\', 'a', '\n', digits.slice(0, 60), '&#', 'A+/b\n']) {
    const text = piece.repeat(Math.ceil(2_000_000 / piece.length));
    expect(redactor.redact(`${text} ${key}`), piece).not.toContain(digits);
  }
});
