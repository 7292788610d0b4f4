import { Big } from 'big.js';
import { type Path, pathText } from '../config/edit.ts';
import { editDistance, nearestName } from '../platform/nearest.ts';
import { isRecord } from '../platform/record.ts';
import { isOneLine } from '../text/terminal.ts';
import type { SetupProblem, SetupProblemKind } from './problems.ts';

/**
 * A value of the setup file being read (undefined if missing) and its path. Reading is lenient: a wrong value with an
 * obvious meaning is reported and then read as intended, so that one mistake does not hide others.
 */
export interface Cursor {
  readonly value: unknown;
  readonly path: Path;
  /** Whether the value may be a secret and must not be shown. */
  readonly secret?: boolean;
  readonly problems: SetupProblem[];
}

export function memberOf(cursor: Cursor, name: string): Cursor {
  const { value } = cursor;
  const member = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return { ...cursor, value: member, path: [...cursor.path, name] };
}

/** Reads an object; null if there is none. `contents` is a phrase such as `with a provider and a model`. */
export function readRecord(
  cursor: Cursor,
  contents: string,
): Readonly<Record<string, unknown>> | null {
  if (cursor.value === undefined || isRecord(cursor.value)) return cursor.value ?? null;
  reportValue(cursor, 'shape', `must be an object ${contents}`);
  return null;
}

/** Reads a non-empty string, or null. `what` is a phrase such as `a model id`. */
export function readString(cursor: Cursor, what: string): string | null {
  const { value } = cursor;
  if (value === undefined) return null;
  if (typeof value !== 'string') {
    reportValue(cursor, 'type', `must be ${what}`);
    return null;
  }
  if (value.trim() === '') {
    report(cursor, 'missing', `${memberName(cursor.path)} is empty; it must be ${what}`);
    return null;
  }
  return value;
}

/** Reads a non-empty string that prints on one line, or null. */
export function readLine(cursor: Cursor, what: string): string | null {
  const text = readString(cursor, what);
  if (text === null || isOneLine(text)) return text;
  reportValue(cursor, 'range', `must be ${what}, without line breaks or unprintable characters`);
  return null;
}

/** Reads an array of non-empty strings. A single string is read as an array, split at commas. */
export function readList(
  cursor: Cursor,
  { many, one }: { readonly many: string; readonly one: string },
  readItem = readString,
): readonly string[] {
  const { value } = cursor;
  if (value === undefined) return [];
  if (typeof value === 'string') {
    const items = value.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
    reportMeant(cursor, 'type', `must be a list of ${many}`, items);
    return items;
  }
  if (!Array.isArray(value)) {
    reportValue(cursor, 'type', `must be a list of ${many}`);
    return [];
  }
  return value.flatMap((item: unknown, index) => {
    const text = readItem({ ...cursor, value: item, path: [...cursor.path, index] }, one);
    return text === null ? [] : [text];
  });
}

export function readBoolean(cursor: Cursor): boolean | null {
  const { value } = cursor;
  if (value === undefined || typeof value === 'boolean') return value ?? null;
  const meant = parseBoolean(value);
  if (meant === null) reportValue(cursor, 'type', 'must be true or false');
  else reportMeant(cursor, 'type', 'must be true or false', meant);
  return meant;
}

function parseBoolean(value: unknown): boolean | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const word = String(value).trim().toLowerCase();
  if (['true', 'yes', 'on', '1'].includes(word)) return true;
  return ['false', 'no', 'off', '0'].includes(word) ? false : null;
}

/** Reads an amount in USD as a decimal string, or null. `"$2"` is read as 2. */
export function readAmount(cursor: Cursor): string | null {
  const amount = readBig(cursor, 'must be an amount in USD, 0 or more', (number) => number.gte(0));
  return amount?.toFixed() ?? null;
}

/** Reads a whole number of 0 or more, or null. */
export function readCount(cursor: Cursor): number | null {
  const isCount = (number: Big) => number.gte(0) && number.round().eq(number);
  return readBig(cursor, 'must be a whole number, 0 or more', isCount)?.toNumber() ?? null;
}

/** Reads a number within the range, or null. */
export function readNumber(
  cursor: Cursor,
  from: number,
  to: number,
  { isWhole = false } = {},
): number | null {
  const isValid = (number: Big) =>
    number.gte(from) && number.lte(to) && (!isWhole || number.round().eq(number));
  const rule = `must be a ${isWhole ? 'whole ' : ''}number${rangeText(from, to)}`;
  return readBig(cursor, rule, isValid)?.toNumber() ?? null;
}

/** Leaves out bounds that are merely the limits of the number type. */
function rangeText(from: number, to: number): string {
  if (to < Number.MAX_SAFE_INTEGER) return ` from ${from} to ${to}`;
  return from === Number.MIN_SAFE_INTEGER ? '' : `, ${from} or more`;
}

function readBig(cursor: Cursor, rule: string, isValid: (number: Big) => boolean): Big | null {
  const { value } = cursor;
  if (value === undefined) return null;
  const number = parseNumber(value);
  if (number === null || !isValid(number)) {
    reportValue(cursor, number === null && typeof value !== 'number' ? 'type' : 'range', rule);
    return null;
  }
  if (typeof value !== 'number') reportMeant(cursor, 'type', rule, number.toNumber());
  return number;
}

/** Reads a share between 0 and 1 as a decimal string, or null. `80` and `"80%"` are read as 0.8. */
export function readShare(cursor: Cursor): string | null {
  const rule = 'must be a share between 0 and 1';
  const { value } = cursor;
  if (value === undefined) return null;
  const isPercent = typeof value === 'string' && value.trim().endsWith('%');
  const number = parseNumber(isPercent ? value.trim().slice(0, -1) : value);
  const share = number === null ? null : toShare(number, isPercent);
  if (share === null) {
    reportValue(cursor, number === null && typeof value !== 'number' ? 'type' : 'range', rule);
    return null;
  }
  if (value !== share.toNumber()) {
    reportMeant(cursor, typeof value === 'number' ? 'range' : 'type', rule, share.toNumber());
  }
  return share.toFixed();
}

// A value between 1 and 10 is ambiguous: it could be a percentage (8 %) or a mistyped 0.8.
function toShare(number: Big, isPercent: boolean): Big | null {
  if (number.lt(0) || number.gt(100)) return null;
  if (isPercent || number.gte(10)) return number.div(100);
  return number.lte(1) ? number : null;
}

function parseNumber(value: unknown): Big | null {
  if (typeof value === 'number') return Number.isFinite(value) ? new Big(value) : null;
  if (typeof value !== 'string') return null;
  const digits = /^\s*(?:\$|USD)?\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(?:\$|USD)?\s*$/i.exec(value);
  return digits?.[1] === undefined ? null : new Big(Number(digits[1]));
}

/** Reads one of the choices, or null. A misspelled choice is read as the nearest one. */
export function readChoice<T extends string>(cursor: Cursor, choices: readonly T[]): T | null {
  const { value } = cursor;
  if (value === undefined) return null;
  const exact = choices.find((choice) => choice === value);
  if (exact !== undefined) return exact;
  const rule = `must be one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
  const nearest = typeof value === 'string' ? nearestName(value.trim(), choices) : null;
  const meant = choices.find((choice) => choice === nearest) ?? null;
  if (meant !== null) reportMeant(cursor, 'range', rule, meant);
  else reportValue(cursor, typeof value === 'string' ? 'range' : 'type', rule);
  return meant;
}

export function report(
  { problems, path }: Cursor,
  kind: SetupProblemKind,
  message: string,
  more: Partial<Pick<SetupProblem, 'part' | 'suggestion' | 'fix'>> = {},
): void {
  problems.push({ kind, path, part: 'value', message, ...more });
}

/** Reports a value whose meaning is unclear. `rule` is a phrase such as `must be true or false`. */
export function reportValue(cursor: Cursor, kind: SetupProblemKind, rule: string): void {
  report(cursor, kind, valueMessage(cursor, rule));
}

function reportMeant(cursor: Cursor, kind: SetupProblemKind, rule: string, meant: unknown): void {
  report(cursor, kind, valueMessage(cursor, rule), replaceBy(cursor, meant));
}

/** The fix and the suggestion for replacing the value. */
export function replaceBy({ path }: Cursor, value: unknown) {
  return { suggestion: JSON.stringify(value), fix: { op: 'set', path, value } } as const;
}

/**
 * Reports an unknown key. `known` is the key that was probably meant; the fix renames it, unless the known key is among
 * `present` or does not accept the value.
 */
export function reportUnknownKey(
  cursor: Cursor,
  known: string | null,
  present: readonly string[],
  isTaken = true,
): void {
  const { path } = cursor;
  const hint = known === null ? '' : ` (did you mean ${known}?)`;
  report(cursor, 'unknown-key', `${memberName(path)} is not a known key${hint}`, {
    part: 'key',
    ...(known === null ? {} : { suggestion: known }),
    ...(known === null || present.includes(known) || !isTaken
      ? {}
      : { fix: { op: 'rename', path, to: known } }),
  });
}

/** Unknown keys stay in the file, because another version may know them. */
export function reportUnknownKeys(
  cursor: Cursor,
  known: readonly string[],
  takes: (name: string, value: unknown) => boolean = () => true,
): void {
  if (!isRecord(cursor.value)) return;
  const present = Object.keys(cursor.value);
  for (const key of present.filter((name) => !known.includes(name))) {
    const member = memberOf(cursor, key);
    const meant = knownKey(key, known);
    const isTaken = meant === null || takes(meant, member.value);
    // E.g. `store: false` is not a misspelled `stop`.
    const isMeant = isTaken || editDistance(key, meant) <= Math.max(1, key.length / 5);
    reportUnknownKey(member, isMeant ? meant : null, present, isTaken);
  }
}

/** The known key for a misspelled one, or for the name that another program or API uses. */
export function knownKey(key: string, known: readonly string[]): string | null {
  return known.find((name) => name === otherNames[key]) ?? nearestName(key, known);
}

const otherNames: Readonly<Record<string, string>> = {
  model: 'defaultModel',
  primary: 'defaultModel',
  fallbacks: 'fallbackModels',
  retries: 'maxRetries',
  triggers: 'complexTriggers',
  ignore: 'exclude',
  order: 'prefer',
  max_output_tokens: 'max_tokens',
  maxOutputTokens: 'max_tokens',
  stop_sequences: 'stop',
  budget_tokens: 'max_tokens',
  exclude: 'ignore',
  prefer: 'order',
  providers: 'only',
  input: 'prompt',
  output: 'completion',
};

function valueMessage({ path, value, secret }: Cursor, rule: string): string {
  return `${memberName(path)} is ${secret === true ? typeName(value) : showValue(value)}; it ${rule}`;
}

/** The path below the entry, which is named separately, e.g. `budget.dailyLimit` or `fallbackModels[1]`. */
export function memberName(path: Path): string {
  const inEntry = path[0] === 'models' && path.length > 2;
  return pathText(inEntry ? path.slice(2) : path) || 'The setup file';
}

/** A short form of the value that never contains a secret. */
export function showValue(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return typeName(value);
  const masked = value.replace(/\bsk-[A-Za-z0-9_-]{8,}/g, 'sk-…');
  return JSON.stringify(masked.length > 40 ? `${masked.slice(0, 39)}…` : masked);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'object') return 'an object';
  return typeof value === 'boolean' ? 'true or false' : `a ${typeof value}`;
}
