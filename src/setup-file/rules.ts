import { isRecord } from '../platform/record.ts';
import { printable } from '../text/terminal.ts';
import {
  type Cursor,
  knownKey,
  memberName,
  memberOf,
  readAmount,
  readBoolean,
  readChoice,
  readCount,
  readLine,
  readList,
  readNumber,
  readRecord,
  readShare,
  readString,
  report,
  reportUnknownKeys,
  reportValue,
} from './cursor.ts';
import type { SetupProblem } from './problems.ts';

/** A JSON Schema (2020-12). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** How to read and describe a value of the setup file, for this program and for editors. */
export interface Rule<T = unknown> {
  /** Reads the value and reports problems with it. */
  readonly read: (cursor: Cursor) => T;
  /** Accepts whatever `read` does not report. */
  readonly schema: JsonSchema;
}

export type Rules = Readonly<Record<string, Rule>>;

export const flag = { read: readBoolean, schema: { type: 'boolean' } };
/** USD. */
export const amount = { read: readAmount, schema: { type: 'number', minimum: 0 } };
export const share = { read: readShare, schema: { type: 'number', minimum: 0, maximum: 1 } };
export const count = { read: readCount, schema: { type: 'integer', minimum: 0 } };

/** A non-empty string. `what` is a phrase such as `a model id`. */
export function text(what: string): Rule<string | null> {
  return {
    read: (cursor) => readString(cursor, what),
    schema: { type: 'string', pattern: '\\S' },
  };
}

/** A non-empty string that prints on one line. */
export function line(what: string): Rule<string | null> {
  return {
    read: (cursor) => readLine(cursor, what),
    schema: { type: 'string', pattern: `^(?=.*\\S)${printable}*$` },
  };
}

/** Any string: even a single line break is a common `stop`. */
export function string(max = Number.MAX_SAFE_INTEGER): Rule {
  return {
    read: (cursor) => {
      const { value } = cursor;
      if (typeof value !== 'string') reportValue(cursor, 'type', 'must be a text');
      else if (value.length > max) {
        reportValue(cursor, 'range', `must be a text of at most ${max} characters`);
      }
    },
    schema: { type: 'string', ...(max === Number.MAX_SAFE_INTEGER ? {} : { maxLength: max }) },
  };
}

export function number(from: number, to = Number.MAX_VALUE): Rule<number | null> {
  return {
    read: (cursor) => readNumber(cursor, from, to),
    schema: {
      type: 'number',
      minimum: from,
      ...(to === Number.MAX_VALUE ? {} : { maximum: to }),
    },
  };
}

export function whole(from: number, to = Number.MAX_SAFE_INTEGER): Rule {
  return {
    read: (cursor) => readNumber(cursor, from, to, { isWhole: true }),
    schema: { type: 'integer', minimum: from, maximum: to },
  };
}

export function choice<const T extends string>(choices: readonly T[]): Rule<T | null> {
  return { read: (cursor) => readChoice(cursor, choices), schema: { enum: choices } };
}

/** An object with any members. `contents` is a phrase such as `with a provider and a model`. */
export function object(contents: string): Rule<Readonly<Record<string, unknown>> | null> {
  return { read: (cursor) => readRecord(cursor, contents), schema: { type: 'object' } };
}

export function texts(
  item: (what: string) => Rule<string | null>,
  { many, one }: { readonly many: string; readonly one: string },
): Rule<readonly string[]> {
  const { read, schema } = item(one);
  return {
    read: (cursor) => readList(cursor, { many, one }, read),
    schema: { type: 'array', items: schema },
  };
}

/** An array that may also contain null. */
export function list(
  item: Rule,
  many: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER } = {},
): Rule {
  return {
    read: (cursor) => {
      const { value } = cursor;
      const takesTexts = item.schema.type === 'string' || item.schema.enum !== undefined;
      if (typeof value === 'string' && takesTexts) readList(cursor, { many, one: many });
      else if (!Array.isArray(value)) reportValue(cursor, 'type', `must be a list of ${many}`);
      else {
        reportLength(cursor, value.length, many, { min, max });
        for (const index of value.keys()) readUnlessNull(itemOf(cursor, index), item);
      }
    },
    schema: {
      type: 'array',
      items: orNull(item.schema),
      ...(min === 0 ? {} : { minItems: min }),
      ...(max === Number.MAX_SAFE_INTEGER ? {} : { maxItems: max }),
    },
  };
}

function reportLength(
  cursor: Cursor,
  length: number,
  many: string,
  { min, max }: { readonly min: number; readonly max: number },
): void {
  if (length >= min && length <= max) return;
  const limit = length > max ? `the most is ${max}` : `the least is ${min}`;
  report(cursor, 'range', `${memberName(cursor.path)} has ${length} ${many}; ${limit}`);
}

function itemOf(cursor: Cursor, index: number): Cursor {
  const value: unknown = Array.isArray(cursor.value) ? cursor.value[index] : undefined;
  return { ...cursor, value, path: [...cursor.path, index] };
}

/** `first` for values that match `isFirst`, which `second` does not accept; `second` for all others. */
export function either(isFirst: (value: unknown) => boolean, first: Rule, second: Rule): Rule {
  return {
    read: (cursor) => (isFirst(cursor.value) ? first : second).read(cursor),
    schema: { anyOf: [first.schema, second.schema] },
  };
}

/** An object with these members and no others. Members may be null unless they are required. */
export function members(known: Rules, required: readonly string[] = []): Rule {
  const names = Object.keys(known);
  const contents = `with ${names.slice(0, 3).join(', ')}${names.length > 3 ? '…' : ''}`;
  return {
    read: (cursor) => {
      if (readRecord(cursor, contents) === null) return;
      readMembers(cursor, known);
      requireMembers(cursor, required);
    },
    schema: {
      ...membersSchema(known, ({ schema }, name) =>
        required.includes(name) ? schema : orNull(schema),
      ),
      ...(required.length === 0 ? {} : { required }),
    },
  };
}

/** Reports missing members. A misspelled name is reported as such. */
export function requireMembers(cursor: Cursor, required: readonly string[]): void {
  const present = Object.keys(isRecord(cursor.value) ? cursor.value : {});
  const meant = present.map((name) => knownKey(name, required));
  for (const name of required) {
    if (memberOf(cursor, name).value != null || meant.includes(name)) continue;
    report(cursor, 'missing', `${memberName(cursor.path)} has no ${name}`);
  }
}

/** An object with any member names, whose values follow the rule. */
export function mapOf(item: Rule, contents: string): Rule {
  return {
    read: (cursor) => {
      for (const name of Object.keys(readRecord(cursor, contents) ?? {})) {
        item.read(memberOf(cursor, name));
      }
    },
    schema: { type: 'object', additionalProperties: item.schema },
  };
}

export function readMembers(cursor: Cursor, known: Rules): void {
  reportUnknownKeys(cursor, Object.keys(known), (name, value) => fits(cursor, known[name], value));
  for (const name of Object.keys(isRecord(cursor.value) ? cursor.value : {})) {
    const rule = Object.hasOwn(known, name) ? known[name] : undefined;
    if (rule !== undefined) readUnlessNull(memberOf(cursor, name), rule);
  }
}

/** Whether the rule accepts the value, or what was obviously meant by it. */
function fits(cursor: Cursor, rule: Rule | undefined, value: unknown): boolean {
  const problems: SetupProblem[] = [];
  if (rule !== undefined) readUnlessNull({ ...cursor, value, problems }, rule);
  return problems.every(({ fix, kind }) => fix !== undefined || kind === 'unknown-key');
}

/** In a request, null means unset, as it does for OpenRouter. */
function readUnlessNull(cursor: Cursor, { read }: Rule): void {
  if (cursor.value !== null) read(cursor);
}

function orNull(schema: JsonSchema): JsonSchema {
  const { type, anyOf, not } = schema;
  if (typeof type === 'string' && not === undefined) return { ...schema, type: [type, 'null'] };
  if (Array.isArray(schema.enum)) return { enum: [...schema.enum, null] };
  return { anyOf: [...(Array.isArray(anyOf) ? anyOf : [schema]), { type: 'null' }] };
}

/** Reads every member by its rule. */
export function readAll<T>(cursor: Cursor, rules: { readonly [K in keyof T]: Rule<T[K]> }): T {
  const names = Object.keys(rules) as (keyof T & string)[];
  const read = names.map((name) => [name, rules[name].read(memberOf(cursor, name))]);
  return Object.fromEntries(read) as T;
}

/** The schema of an object with these members and no others. */
export function membersSchema(
  rules: Rules,
  schemaOf: (rule: Rule, name: string) => JsonSchema = ({ schema }) => schema,
): JsonSchema {
  const properties = Object.entries(rules).map(([name, rule]) => [name, schemaOf(rule, name)]);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
}
