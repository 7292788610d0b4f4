import type { Path } from '../config/edit.ts';
import { nearestName } from '../platform/nearest.ts';
import { isRecord } from '../platform/record.ts';
import { readHeaders } from './headers.ts';
import {
  amountAt,
  countAt,
  flagAt,
  lineAt,
  memberOf,
  nameOf,
  numberBetweenAt,
  recordAt,
  refuse,
  type Spot,
  shareAt,
  textAt,
  textsAt,
  wordAt,
} from './spot.ts';

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

/** An entry of the setup file. What was left out has its default; what is wrong is among the problems of the setup. */
export interface Entry {
  readonly name: string;
  readonly path: Path;
  /** As written, e.g. `${OPENROUTER_API_KEY}`; a literal key is a secret. */
  readonly apiKey: string | null;
  /** '' when it is missing. Model ids are as written: the host's spelling is not yet canonical. */
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
}

/** Every key that an entry may have: the guide's, and below `budget` our own `onLimit`. */
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
] as const;

const budgetKeys = ['dailyLimit', 'monthlyLimit', 'alertThreshold', 'onLimit'] as const;
const preferenceKeys = ['exclude', 'prefer'] as const;

/** Retries of one link where `retryOnFailure` is on and `maxRetries` is left out (DESIGN, "The walk"). */
const defaultMaxRetries = 2;

/** Reads an entry from the spot of its object. */
export function readEntry(spot: Spot, name: string): Entry {
  reportUnknownKeys(spot, entryKeys);
  const at = (key: (typeof entryKeys)[number]) => memberOf(spot, key);
  const present = Object.keys(isRecord(spot.value) ? spot.value : {});
  // What is there under a wrong name is not missing.
  const isThere = (key: string) =>
    present.includes(key) || present.some((name) => meantKey(name, entryKeys) === key);
  return {
    name,
    path: spot.path,
    apiKey: readApiKey({ ...at('apiKey'), secret: true }, isThere('apiKey')),
    defaultModel: readDefaultModel(at('defaultModel'), isThere('defaultModel')),
    fallbackModels: textsAt(at('fallbackModels'), { many: 'model ids', one: 'a model id' }, lineAt),
    complexModel: lineAt(at('complexModel'), 'a model id'),
    complexTriggers: textsAt(at('complexTriggers'), { many: 'texts', one: 'a text to look for' }),
    parameters: readParameters(at('parameters')),
    retryOnFailure: flagAt(at('retryOnFailure')) ?? false,
    maxRetries: countAt(at('maxRetries')) ?? defaultMaxRetries,
    headers: readHeaders(at('headers')),
    providerPreferences: readPreferences(at('providerPreferences')),
    budget: readBudget(at('budget')),
  };
}

function readApiKey(spot: Spot, isThere: boolean): string | null {
  if (spot.value === undefined && !isThere) {
    const value = `\${OPENROUTER_API_KEY}`;
    spot.report({
      kind: 'missing',
      path: spot.path,
      part: 'value',
      message: 'apiKey is missing',
      suggestion: value,
      fix: { op: 'set', path: spot.path, value },
    });
    return null;
  }
  const text = textAt(spot, `the name of a variable: \${OPENROUTER_API_KEY}`);
  return text === null ? null : bareReference(spot, text);
}

const otherReference =
  /^(?:\$?\(?\{{0,2}|%|\$?env:|process\.env\.)\s*([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\s*(?:\}{0,2}\)?|%)$/;

// `$OPENROUTER_API_KEY`, the bare name and the like are what users of shells write; only `${NAME}` is looked up.
function bareReference(spot: Spot, text: string): string {
  const name = otherReference.exec(text.trim())?.[1];
  const meant = `\${${name}}`;
  if (name === undefined || meant === text) return text;
  spot.report({
    kind: 'range',
    path: spot.path,
    part: 'value',
    message: `apiKey names a variable, and a variable is written ${meant}`,
    suggestion: meant,
    fix: { op: 'set', path: spot.path, value: meant },
  });
  return meant;
}

function readDefaultModel(spot: Spot, isThere: boolean): string {
  if (Array.isArray(spot.value)) {
    refuse(spot, 'type', 'must be one model id; the others belong in fallbackModels');
    const first: unknown = spot.value[0];
    return typeof first === 'string' ? first : '';
  }
  if (spot.value === undefined && !isThere) {
    spot.report({
      kind: 'missing',
      path: spot.path,
      part: 'value',
      message: 'defaultModel is missing: the entry has no model',
    });
  }
  return lineAt(spot, 'a model id') ?? '';
}

/** The ranges that OpenRouter accepts (openrouter.ai/docs/api/reference/parameters); beyond them it answers 400. */
const parameterRanges = {
  temperature: [0, 2],
  top_p: [0, 1],
  min_p: [0, 1],
  top_a: [0, 1],
  frequency_penalty: [-2, 2],
  presence_penalty: [-2, 2],
  repetition_penalty: [0, 2],
} as const;

// What is not in the table goes into the request as it is: new parameters appear faster than versions of ours.
function readParameters(spot: Spot): Entry['parameters'] {
  for (const [name, [from, to]] of Object.entries(parameterRanges)) {
    numberBetweenAt(memberOf(spot, name), from, to);
  }
  return recordAt(spot, 'of request parameters, e.g. { temperature: 0.7 }') ?? {};
}

function readPreferences(spot: Spot): Entry['providerPreferences'] {
  recordAt(spot, 'with the lists exclude and prefer');
  reportUnknownKeys(spot, preferenceKeys);
  const providers = { many: 'provider names', one: 'the name of a provider' };
  return {
    exclude: textsAt(memberOf(spot, 'exclude'), providers, lineAt),
    prefer: textsAt(memberOf(spot, 'prefer'), providers, lineAt),
  };
}

function readBudget(spot: Spot): Budget | null {
  if (recordAt(spot, 'with dailyLimit and monthlyLimit') === null) return null;
  reportUnknownKeys(spot, budgetKeys);
  return {
    dailyLimit: amountAt(memberOf(spot, 'dailyLimit')),
    monthlyLimit: amountAt(memberOf(spot, 'monthlyLimit')),
    alertThreshold: shareAt(memberOf(spot, 'alertThreshold')),
    onLimit: wordAt(memberOf(spot, 'onLimit'), limitActions) ?? 'stop',
  };
}

/** Unknown keys stay in the file: another version may know them. */
function reportUnknownKeys(spot: Spot, known: readonly string[]): void {
  if (!isRecord(spot.value)) return;
  const present = Object.keys(spot.value);
  for (const key of present.filter((name) => !known.includes(name))) {
    reportUnknownKey(memberOf(spot, key), key, known, present);
  }
}

function meantKey(key: string, known: readonly string[]): string | null {
  return known.find((name) => name === otherNames[key]) ?? nearestName(key, known);
}

/** What other programs call the same, and spelling alone would not find. */
const otherNames: Readonly<Record<string, string>> = {
  model: 'defaultModel',
  primary: 'defaultModel',
  fallbacks: 'fallbackModels',
  retries: 'maxRetries',
  triggers: 'complexTriggers',
  ignore: 'exclude',
  order: 'prefer',
};

/** Reports a key that nobody knows, with the nearest known one; renaming it is the mend unless that one is there too. */
function reportUnknownKey(
  spot: Spot,
  key: string,
  known: readonly string[],
  present: readonly string[],
): void {
  const to = meantKey(key, known) ?? undefined;
  spot.report({
    kind: 'unknown-key',
    path: spot.path,
    part: 'key',
    message: `${nameOf(spot.path)} is not a known key${to === undefined ? '' : `; ${to} is`}`,
    ...(to === undefined ? {} : { suggestion: to }),
    ...(to === undefined || present.includes(to)
      ? {}
      : { fix: { op: 'rename', path: spot.path, to } as const }),
  });
}
