import { type Cursor, memberOf, readRecord, replaceBy, report, reportValue } from './cursor.ts';
import { variableReference } from './key-format.ts';
import type { JsonSchema } from './rules.ts';

/**
 * What is wrong with a header, or null; never contains the value. By RFC 9110 section 5, a name is a token and a value
 * has no control characters. `fetch` rejects anything outside Latin-1. `Authorization` is set by this program, and a
 * key does not belong in a file that people share.
 */
export function headerProblem(name: string, value: string): string | null {
  if (!headerName.test(name)) {
    return 'is not a valid name: use letters, digits and hyphens only';
  }
  if (reservedHeaders.includes(name.toLowerCase()))
    return 'is set by the program and cannot be changed';
  if (/[\r\n]/.test(value)) return 'has a line break in its value';
  if (!headerValue.test(value)) {
    return 'has a character in its value that HTTP does not allow';
  }
  if (namesVariable(value))
    return 'names a variable, and headers are sent as written: write the value';
  return secretText.test(value)
    ? 'contains what looks like a secret; keys belong in the environment'
    : null;
}

/** Whether OpenClaw or another tool would substitute a variable in that text. */
export function namesVariable(value: string): boolean {
  return variableReference(value)?.isBare === false || /\$\{[A-Za-z_]\w*\}/.test(value);
}

/** The name of the header as spelled in `headers`; names are case-insensitive (RFC 9110 section 5.1). */
export function presentHeader(headers: Readonly<Record<string, unknown>>, name: string): string {
  const present = Object.keys(headers).find((key) => key.toLowerCase() === name.toLowerCase());
  return present ?? name;
}

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
const secretText = /\b[Ss][Kk]-[A-Za-z0-9_-]{12,}|^\s*[Bb][Ee][Aa][Rr][Ee][Rr]\s/;

const reservedHeaders = [
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'host',
  'proxy-authorization',
  'transfer-encoding',
];

/** Does not cover what only `namesVariable` detects. */
export const headersSchema: JsonSchema = {
  type: 'object',
  propertyNames: {
    pattern: headerName.source,
    not: { pattern: `^(?:${reservedHeaders.map(inAnyCase).join('|')})$` },
  },
  additionalProperties: {
    type: 'string',
    pattern: headerValue.source,
    not: { pattern: secretText.source },
  },
};

/** JSON Schema patterns have no flags. */
function inAnyCase(word: string): string {
  return word.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);
}

/** Reads the headers of an entry. Invalid headers are reported and left out. */
export function readHeaders(cursor: Cursor): Readonly<Record<string, string>> {
  const names = Object.keys(readRecord(cursor, 'of header names and texts') ?? {});
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = readHeader({ ...memberOf(cursor, name), secret: true }, name);
      return value === null ? [] : [[name, value] as const];
    }),
  );
}

function readHeader(cursor: Cursor, name: string): string | null {
  const text = headerText(cursor, name);
  if (text === null) return null;
  const problem = headerProblem(name, text);
  if (problem === null) return text;
  report(cursor, 'range', `the header ${JSON.stringify(name)} ${problem}`, {
    part: problem.startsWith('is ') ? 'key' : 'value',
  });
  return null;
}

function headerText(cursor: Cursor, name: string): string | null {
  const { value } = cursor;
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' && typeof value !== 'boolean') {
    reportValue(cursor, 'type', 'must be text');
    return null;
  }
  const text = String(value);
  const message = `the header ${JSON.stringify(name)} must be text`;
  report(cursor, 'type', message, replaceBy(cursor, text));
  return text;
}

/**
 * Whether the header contains a secret, judging by its name or by a value in the key format of a well-known service.
 * Headers are sent with every request, to whichever provider serves it.
 */
export function isSecretHeader(name: string, value: string): boolean {
  return secretName.test(name) || secretValue.test(value);
}

const secretName = /(^|[-_])(api-?key|token|secret|password|credentials?|cookie)$|^authorization$/i;
const secretValue =
  /\bsk-[\w-]{12,}|^\s*(bearer|basic)\s+\S{8,}|\bgh[pousr]_\w{20,}|\bAKIA[0-9A-Z]{16}\b|\bxox[abprs]-\w+/i;
