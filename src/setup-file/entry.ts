import type { Path } from '../config/edit.ts';
import { isRecord } from '../platform/record.ts';
import {
  type Cursor,
  knownKey,
  memberOf,
  readLine,
  readRecord,
  readString,
  replaceBy,
  report,
  reportUnknownKeys,
  reportValue,
} from './cursor.ts';
import { headersSchema, readHeaders } from './headers.ts';
import { defaultKeyVariable, variableReference } from './key-format.ts';
import {
  amount,
  choice,
  count,
  flag,
  line,
  membersSchema,
  object,
  readAll,
  share,
  text,
  texts,
} from './rules.ts';

/** Amounts are decimal strings. */
export interface BudgetLimits {
  /** USD per UTC day. */
  readonly dailyLimit: string | null;
  /** USD per UTC month. */
  readonly monthlyLimit: string | null;
  /** The share of a limit at which to warn, from 0 to 1. */
  readonly alertThreshold: string | null;
}

export interface Budget extends BudgetLimits {
  readonly onLimit: OnLimit;
}

/** What `serve` does when a limit is reached: refuse, use the entry's cheaper models, or use its free models. */
const limitActions = ['stop', 'downgrade', 'free'] as const;
type OnLimit = (typeof limitActions)[number];

const cachingModes = ['auto', 'off'] as const;
type PromptCaching = (typeof cachingModes)[number];

/** An entry of the setup file. Values that are missing or unreadable have their default. */
export interface Entry {
  readonly name: string;
  readonly path: Path;
  /** As written, e.g. `${OPENROUTER_API_KEY}`; a literal key is a secret. */
  readonly apiKey: string | null;
  /** '' if missing. Model ids are as written, possibly with the host's prefix. */
  readonly defaultModel: string;
  readonly fallbackModels: readonly string[];
  readonly complexModel: string | null;
  readonly complexTriggers: readonly string[];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly retryOnFailure: boolean;
  readonly maxRetries: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly providerPreferences: {
    readonly exclude: readonly string[];
    readonly prefer: readonly string[];
  };
  readonly budget: Budget | null;
  /** Whether `serve` enables prompt caching if the client does not. */
  readonly promptCaching: PromptCaching;
}

const budgetRules = {
  dailyLimit: amount,
  monthlyLimit: amount,
  alertThreshold: share,
  onLimit: choice(limitActions),
};

const providers = texts(line, { many: 'provider names', one: 'the name of a provider' });
const preferenceRules = { exclude: providers, prefer: providers };

/** The rules for the members of an entry, except `provider`. */
export const entryRules = {
  apiKey: { read: readApiKey, schema: { type: 'string', pattern: '\\S' } },
  defaultModel: { read: readDefaultModel, schema: line('').schema },
  /** `parameterProblems` checks names and values, because it needs a table that few commands load. */
  parameters: object('of request parameters, e.g. { temperature: 0.7 }'),
  fallbackModels: texts(line, { many: 'model ids', one: 'a model id' }),
  retryOnFailure: flag,
  maxRetries: count,
  budget: { read: readBudget, schema: membersSchema(budgetRules) },
  complexModel: line('a model id'),
  complexTriggers: texts(text, { many: 'texts', one: 'a text to look for' }),
  headers: { read: readHeaders, schema: headersSchema },
  providerPreferences: { read: readPreferences, schema: membersSchema(preferenceRules) },
  promptCaching: choice(cachingModes),
};

export const entryKeys: readonly string[] = ['provider', ...Object.keys(entryRules)];

/** Retries per link if `retryOnFailure` is set and `maxRetries` is missing. */
const defaultMaxRetries = 2;

/** Reads an entry; the cursor points to its object. */
export function readEntry(cursor: Cursor, name: string): Entry {
  reportUnknownKeys(cursor, entryKeys);
  reportMissing(cursor);
  const { path } = cursor;
  const entry = readAll(cursor, entryRules);
  return {
    ...entry,
    name,
    path,
    defaultModel: entry.defaultModel ?? '',
    parameters: entry.parameters ?? {},
    retryOnFailure: entry.retryOnFailure ?? false,
    maxRetries: entry.maxRetries ?? defaultMaxRetries,
    promptCaching: entry.promptCaching ?? 'auto',
  };
}

/** Reports missing members. A misspelled key is not reported as missing too. */
function reportMissing(cursor: Cursor): void {
  const present = Object.keys(isRecord(cursor.value) ? cursor.value : {});
  const meant = new Set([...present, ...present.map((key) => knownKey(key, entryKeys))]);
  if (!meant.has('apiKey')) {
    const apiKey = memberOf(cursor, 'apiKey');
    report(apiKey, 'missing', 'apiKey is missing', replaceBy(apiKey, defaultReference));
  }
  if (!meant.has('defaultModel')) {
    const defaultModel = memberOf(cursor, 'defaultModel');
    report(defaultModel, 'missing', 'defaultModel is missing: the entry has no model');
  }
}

const defaultReference = `\${${defaultKeyVariable}}`;

function readApiKey(cursor: Cursor): string | null {
  const secret = { ...cursor, secret: true };
  const text =
    secretRefText(cursor.value) ??
    readString(secret, `the name of a variable: ${defaultReference}`);
  return text === null ? null : readReference(secret, text);
}

/** The text of an object that references a variable, such as OpenClaw's `{ source: "env", id: "NAME" }`. */
function secretRefText(value: unknown): string | null {
  if (!isRecord(value)) return null;
  const id = value.source === 'env' ? value.id : value.env;
  return typeof id === 'string' ? `env:${id}` : null;
}

// Only `${NAME}` is resolved.
function readReference(cursor: Cursor, text: string): string {
  const name = variableReference(text)?.name;
  const reference = `\${${name}}`;
  if (name === undefined || reference === text) return text;
  const message = `apiKey names a variable, which must be written as ${reference}`;
  const kind = isRecord(cursor.value) ? 'type' : 'range';
  report(cursor, kind, message, replaceBy(cursor, reference));
  return reference;
}

function readDefaultModel(cursor: Cursor): string | null {
  if (Array.isArray(cursor.value)) {
    reportValue(cursor, 'type', 'must be one model id; the others belong in fallbackModels');
    const first: unknown = cursor.value[0];
    return typeof first === 'string' ? first : null;
  }
  return readLine(cursor, 'a model id');
}

function readPreferences(cursor: Cursor): Entry['providerPreferences'] {
  readRecord(cursor, 'with the lists exclude and prefer');
  reportUnknownKeys(cursor, Object.keys(preferenceRules));
  return readAll(cursor, preferenceRules);
}

function readBudget(cursor: Cursor): Budget | null {
  if (readRecord(cursor, 'with dailyLimit and monthlyLimit') === null) return null;
  reportUnknownKeys(cursor, Object.keys(budgetRules));
  const budget = readAll(cursor, budgetRules);
  return { ...budget, onLimit: budget.onLimit ?? 'stop' };
}
