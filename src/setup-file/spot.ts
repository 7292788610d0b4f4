import { Big } from 'big.js';
import type { Path } from '../config/edit.ts';
import { nearestName } from '../platform/nearest.ts';
import { isRecord } from '../platform/record.ts';
import { isOneLine } from '../text/terminal.ts';
import type { SetupProblem, SetupProblemKind } from './problems.ts';
import { shown, typeName } from './words.ts';

/**
 * A place in the setup file while it is read: the value (undefined when there is none), the way to it, and where
 * to say what is wrong. Reading is lenient: a value that is wrong but plain in its meaning is reported and read
 * as what was meant, so that one typing error does not hide what else there is to say.
 */
export interface Spot {
  readonly value: unknown;
  readonly path: Path;
  /** A value that must not be shown: it may hold a secret. */
  readonly secret?: boolean;
  readonly report: (problem: SetupProblem) => void;
}

/** The member of that name below the spot. */
export function memberOf(spot: Spot, name: string): Spot {
  const { value } = spot;
  const member = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return { ...spot, value: member, path: [...spot.path, name] };
}

/** An object, or null. */
export function recordAt(spot: Spot, what: string): Readonly<Record<string, unknown>> | null {
  if (spot.value === undefined || isRecord(spot.value)) return spot.value ?? null;
  refuse(spot, 'shape', `must be an object ${what}`);
  return null;
}

/** Text that is not empty, or null. `what` it is, as in `a model id`. */
export function textAt(spot: Spot, what: string): string | null {
  const { value } = spot;
  if (value === undefined) return null;
  if (typeof value !== 'string') {
    refuse(spot, 'type', `must be ${what}`);
    return null;
  }
  if (value.trim() === '') {
    problem(spot, 'missing', `${nameOf(spot.path)} is empty; it must be ${what}`);
    return null;
  }
  return value;
}

/** Text that is printed in one line, or null. */
export function lineAt(spot: Spot, what: string): string | null {
  const text = textAt(spot, what);
  if (text === null || isOneLine(text)) return text;
  refuse(spot, 'range', `must be ${what}, without line breaks and characters that cannot be shown`);
  return null;
}

/** A list of texts that are not empty; a text alone means a list (split at its commas). */
export function textsAt(
  spot: Spot,
  { many, one }: { readonly many: string; readonly one: string },
  read = textAt,
): readonly string[] {
  const { value } = spot;
  if (value === undefined) return [];
  if (typeof value === 'string') {
    const meant = value.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
    meantInstead(spot, 'type', `must be a list of ${many}`, meant);
    return meant;
  }
  if (!Array.isArray(value)) {
    refuse(spot, 'type', `must be a list of ${many}`);
    return [];
  }
  return value.flatMap((element: unknown, index) => {
    const text = read({ ...spot, value: element, path: [...spot.path, index] }, one);
    return text === null ? [] : [text];
  });
}

/** True, false, or null. */
export function flagAt(spot: Spot): boolean | null {
  const { value } = spot;
  if (value === undefined || typeof value === 'boolean') return value ?? null;
  const meant = meantFlag(value);
  if (meant === null) refuse(spot, 'type', 'must be true or false');
  else meantInstead(spot, 'type', 'must be true or false', meant);
  return meant;
}

function meantFlag(value: unknown): boolean | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const word = String(value).trim().toLowerCase();
  if (['true', 'yes', 'on', '1'].includes(word)) return true;
  return ['false', 'no', 'off', '0'].includes(word) ? false : null;
}

/** USD, as a decimal string, or null. `"$2"` means 2. */
export function amountAt(spot: Spot): string | null {
  const amount = numberAt(spot, 'must be an amount in USD, 0 or more', (number) => number.gte(0));
  return amount?.toFixed() ?? null;
}

/** A whole number, 0 or more, or null. */
export function countAt(spot: Spot): number | null {
  const whole = (number: Big) => number.gte(0) && number.round().eq(number);
  return numberAt(spot, 'must be a whole number, 0 or more', whole)?.toNumber() ?? null;
}

/** A number between the two, or null. */
export function numberBetweenAt(spot: Spot, from: number, to: number): number | null {
  const inside = (number: Big) => number.gte(from) && number.lte(to);
  return numberAt(spot, `must be a number from ${from} to ${to}`, inside)?.toNumber() ?? null;
}

function numberAt(spot: Spot, must: string, possible: (number: Big) => boolean): Big | null {
  const { value } = spot;
  if (value === undefined) return null;
  const number = meantNumber(value);
  if (number === null || !possible(number)) {
    refuse(spot, number === null && typeof value !== 'number' ? 'type' : 'range', must);
    return null;
  }
  if (typeof value !== 'number') meantInstead(spot, 'type', must, number.toNumber());
  return number;
}

/** A share between 0 and 1, as a decimal string, or null. `80` and `"80%"` mean 0.8. */
export function shareAt(spot: Spot): string | null {
  const must = 'must be a share between 0 and 1';
  const { value } = spot;
  if (value === undefined) return null;
  const percent = typeof value === 'string' && value.trim().endsWith('%');
  const number = meantNumber(percent ? value.trim().slice(0, -1) : value);
  const share = number === null ? null : meantShare(number, percent);
  if (share === null) {
    refuse(spot, number === null && typeof value !== 'number' ? 'type' : 'range', must);
    return null;
  }
  if (value !== share.toNumber()) {
    meantInstead(spot, typeof value === 'number' ? 'range' : 'type', must, share.toNumber());
  }
  return share.toFixed();
}

// Between 1 and 10 it could be a slip for 0.8 as well as 8 %: nothing is meant for certain.
function meantShare(number: Big, percent: boolean): Big | null {
  if (number.lt(0) || number.gt(100)) return null;
  if (percent || number.gte(10)) return number.div(100);
  return number.lte(1) ? number : null;
}

function meantNumber(value: unknown): Big | null {
  if (typeof value === 'number') return Number.isFinite(value) ? new Big(value) : null;
  if (typeof value !== 'string') return null;
  const digits = /^\s*(?:\$|USD)?\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(?:\$|USD)?\s*$/i.exec(value);
  return digits?.[1] === undefined ? null : new Big(Number(digits[1]));
}

/** One of the words, or null; another spelling means the nearest of them. */
export function wordAt<T extends string>(spot: Spot, words: readonly T[]): T | null {
  const { value } = spot;
  if (value === undefined) return null;
  const word = words.find((one) => one === value);
  if (word !== undefined) return word;
  const must = `must be one of ${words.map((one) => JSON.stringify(one)).join(', ')}`;
  const near = typeof value === 'string' ? nearestName(value.trim(), words) : null;
  const meant = words.find((one) => one === near) ?? null;
  if (meant !== null) meantInstead(spot, 'range', must, meant);
  else refuse(spot, typeof value === 'string' ? 'range' : 'type', must);
  return meant;
}

/** Reports a value of which nobody can say what was meant. */
export function refuse(spot: Spot, kind: SetupProblemKind, must: string): void {
  problem(spot, kind, `${nameOf(spot.path)} is ${seen(spot)}; it ${must}`);
}

function meantInstead(spot: Spot, kind: SetupProblemKind, must: string, meant: unknown): void {
  const suggestion = JSON.stringify(meant);
  const message = `${nameOf(spot.path)} is ${seen(spot)}; it ${must}`;
  spot.report({
    kind,
    path: spot.path,
    part: 'value',
    message,
    suggestion,
    fix: { op: 'set', path: spot.path, value: meant },
  });
}

function problem(spot: Spot, kind: SetupProblemKind, message: string): void {
  spot.report({ kind, path: spot.path, part: 'value', message });
}

function seen(spot: Spot): string {
  return spot.secret === true ? typeName(spot.value) : shown(spot.value);
}

/** `budget.dailyLimit`, `fallbackModels[1]`: the way from the entry on, which is named beside it. */
export function nameOf(path: Path): string {
  const inside = path[0] === 'models' && path.length > 2 ? path.slice(2) : path;
  const name = inside.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return name === '' ? 'The setup file' : name.replace(/^\./, '');
}
