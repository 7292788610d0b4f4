import type { Path } from '../config/edit.ts';
import { nearestName } from '../platform/nearest.ts';
import { isRecord } from '../platform/record.ts';
import {
  type Cursor,
  memberOf,
  readAmount,
  readBoolean,
  readChoice,
  readCount,
  readLine,
  readList,
  readRecord,
  readShare,
  readString,
  replaceBy,
  report,
  reportUnknownKey,
  reportValue,
} from './cursor.ts';
import { readHeaders } from './headers.ts';
import { defaultKeyVariable } from './key-format.ts';
import { variableReference } from './variable-reference.ts';

/** Decimal strings. */
export interface BudgetLimits {
  /** USD per UTC day. */
  readonly dailyLimit: string | null;
  /** USD per UTC month. */
  readonly monthlyLimit: string | null;
  /** The share of a limit at which to warn, 0 to 1. */
  readonly alertThreshold: string | null;
}

export interface Budget extends BudgetLimits {
  readonly onLimit: OnLimit;
}

/** What `serve` does at a limit: refuse, use the entry's cheaper models, or use its free ones. */
const limitActions = ['stop', 'downgrade', 'free'] as const;
type OnLimit = (typeof limitActions)[number];

const cachingModes = ['auto', 'off'] as const;
type PromptCaching = (typeof cachingModes)[number];

/** An entry of the setup file. What is missing, or cannot be read, has its default. */
export interface Entry {
  readonly name: string;
  readonly path: Path;
  /** As written, e.g. `${OPENROUTER_API_KEY}`; a literal key is a secret. */
  readonly apiKey: string | null;
  /** '' when it is missing. Model ids are as written, possibly with the host's prefix. */
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
  /** Whether `serve` has prompts cached where the client does not do so itself. */
  readonly promptCaching: PromptCaching;
}

/** The known keys of an entry. */
export const entryKeys = [
  'provider',
  'apiKey',
  'defaultModel',
  'parameters',
  'fallbackModels',
  'retryOnFailure',
  'maxRetries',
  'budget',
  'complexModel',
  'complexTriggers',
  'headers',
  'providerPreferences',
  'promptCaching',
] as const;

const budgetKeys = ['dailyLimit', 'monthlyLimit', 'alertThreshold', 'onLimit'] as const;
const preferenceKeys = ['exclude', 'prefer'] as const;

/** Retries of each link, with `retryOnFailure`, where `maxRetries` is missing. */
const defaultMaxRetries = 2;

/** Reads an entry; the cursor is at its object. */
export function readEntry(cursor: Cursor, name: string): Entry {
  reportUnknownKeys(cursor, entryKeys);
  const at = (key: (typeof entryKeys)[number]) => memberOf(cursor, key);
  const present = Object.keys(isRecord(cursor.value) ? cursor.value : {});
  // A misspelt key is reported as such, and not as missing too.
  const isMissing = (key: string) =>
    !present.some((name) => name === key || knownKey(name, entryKeys) === key);
  return {
    name,
    path: cursor.path,
    apiKey: readApiKey({ ...at('apiKey'), secret: true }, isMissing('apiKey')),
    defaultModel: readDefaultModel(at('defaultModel'), isMissing('defaultModel')),
    fallbackModels: readList(
      at('fallbackModels'),
      { many: 'model ids', one: 'a model id' },
      readLine,
    ),
    complexModel: readLine(at('complexModel'), 'a model id'),
    complexTriggers: readList(at('complexTriggers'), { many: 'texts', one: 'a text to look for' }),
    parameters: readParameters(at('parameters')),
    retryOnFailure: readBoolean(at('retryOnFailure')) ?? false,
    maxRetries: readCount(at('maxRetries')) ?? defaultMaxRetries,
    headers: readHeaders(at('headers')),
    providerPreferences: readPreferences(at('providerPreferences')),
    budget: readBudget(at('budget')),
    promptCaching: readChoice(at('promptCaching'), cachingModes) ?? 'auto',
  };
}

function readApiKey(cursor: Cursor, isMissing: boolean): string | null {
  const reference = `\${${defaultKeyVariable}}`;
  if (isMissing) report(cursor, 'missing', 'apiKey is missing', replaceBy(cursor, reference));
  const text =
    secretRefText(cursor.value) ?? readString(cursor, `the name of a variable: ${reference}`);
  return text === null ? null : readReference(cursor, text);
}

/** The text of an object that names a variable, such as OpenClaw's `{ source: "env", id: "NAME" }`. */
function secretRefText(value: unknown): string | null {
  if (!isRecord(value)) return null;
  const id = value.source === 'env' ? value.id : value.env;
  return typeof id === 'string' ? `env:${id}` : null;
}

// Only `${NAME}` is looked up.
function readReference(cursor: Cursor, text: string): string {
  const name = variableReference(text)?.name;
  const reference = `\${${name}}`;
  if (name === undefined || reference === text) return text;
  const message = `apiKey names a variable, which must be written as ${reference}`;
  report(cursor, 'range', message, replaceBy(cursor, reference));
  return reference;
}

function readDefaultModel(cursor: Cursor, isMissing: boolean): string {
  if (Array.isArray(cursor.value)) {
    reportValue(cursor, 'type', 'must be one model id; the others belong in fallbackModels');
    const first: unknown = cursor.value[0];
    return typeof first === 'string' ? first : '';
  }
  if (isMissing) report(cursor, 'missing', 'defaultModel is missing: the entry has no model');
  return readLine(cursor, 'a model id') ?? '';
}

/** Names and values are the business of `parameterProblems`, which takes a table that few commands need. */
function readParameters(cursor: Cursor): Entry['parameters'] {
  return readRecord(cursor, 'of request parameters, e.g. { temperature: 0.7 }') ?? {};
}

function readPreferences(cursor: Cursor): Entry['providerPreferences'] {
  readRecord(cursor, 'with the lists exclude and prefer');
  reportUnknownKeys(cursor, preferenceKeys);
  const providers = { many: 'provider names', one: 'the name of a provider' };
  return {
    exclude: readList(memberOf(cursor, 'exclude'), providers, readLine),
    prefer: readList(memberOf(cursor, 'prefer'), providers, readLine),
  };
}

function readBudget(cursor: Cursor): Budget | null {
  if (readRecord(cursor, 'with dailyLimit and monthlyLimit') === null) return null;
  reportUnknownKeys(cursor, budgetKeys);
  return {
    dailyLimit: readAmount(memberOf(cursor, 'dailyLimit')),
    monthlyLimit: readAmount(memberOf(cursor, 'monthlyLimit')),
    alertThreshold: readShare(memberOf(cursor, 'alertThreshold')),
    onLimit: readChoice(memberOf(cursor, 'onLimit'), limitActions) ?? 'stop',
  };
}

/** Unknown keys stay in the file, since another version may know them. */
function reportUnknownKeys(cursor: Cursor, known: readonly string[]): void {
  if (!isRecord(cursor.value)) return;
  const present = Object.keys(cursor.value);
  for (const key of present.filter((name) => !known.includes(name))) {
    reportUnknownKey(memberOf(cursor, key), knownKey(key, known), present);
  }
}

/** The known key that a misspelt one, or the name of another program for the same thing, stands for. */
function knownKey(key: string, known: readonly string[]): string | null {
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
};
