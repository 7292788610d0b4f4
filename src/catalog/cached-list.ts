import { join } from 'node:path';
import { isModelId } from '../openrouter/model-id.ts';
import type { Deps } from '../platform/deps.ts';
import { utf8Of } from '../platform/files.ts';
import { isRecord } from '../platform/record.ts';
import { parseJson } from '../text/parse-json.ts';
import type { CatalogModel } from './model.ts';

export type CacheWorld = Pick<Deps, 'files' | 'clock' | 'random'>;

/** Where the list of one API is cached. Other APIs, such as a sandbox or proxy, have other files. */
export interface CachePlace {
  readonly folder: string;
  readonly baseUrl: string;
}

/** The cached list, which is ignored if it has another `version`. */
export interface CachedList {
  readonly version: typeof version;
  readonly baseUrl: string;
  /** ISO time. */
  readonly fetchedAt: string;
  readonly etag: string | null;
  readonly models: readonly CatalogModel[];
}

const version = 3;
const maxChanges = 50;

/** Null if there is no valid list. The next refresh replaces an invalid one. */
export async function readList(world: CacheWorld, place: CachePlace): Promise<CachedList | null> {
  const text = await readText(world, filePath(place, 'models')).catch(() => '');
  try {
    if (!endsWithModels(text)) return null;
    const list: unknown = JSON.parse(text);
    return isHead(list) && list.baseUrl === place.baseUrl ? list : null;
  } catch {
    // Invalid JSON, or a model of many megabytes, which overflows the stack of the pattern.
    return null;
  }
}

/** Reads only the ids, which takes a tenth of the time, for shell completion. Empty if any of them is invalid. */
export async function readIds(world: CacheWorld, place: CachePlace): Promise<readonly string[]> {
  const text = await readText(world, filePath(place, 'models')).catch(() => '');
  const head = JSON.stringify({ version, baseUrl: place.baseUrl }).slice(0, -1);
  if (!text.startsWith(head)) return [];
  // Quotes inside strings are escaped, so this only matches the beginning of a model.
  const ids = Array.from(text.matchAll(/\{"id":"([^"]*)"/g), ([, id = '']) => id);
  return ids.every(isModelId) ? ids : [];
}

export async function writeList(
  world: CacheWorld,
  place: CachePlace,
  { fetchedAt, etag, models }: Pick<CachedList, 'fetchedAt' | 'etag' | 'models'>,
): Promise<void> {
  const { baseUrl } = place;
  const list: CachedList = { version, baseUrl, fetchedAt, etag, models };
  await writeJson(world, filePath(place, 'models'), list);
}

/** The differences that each refresh found, newest first. */
export async function readChanges(
  world: CacheWorld,
  place: CachePlace,
): Promise<readonly CatalogChange[]> {
  const changes = await readJson(world, filePath(place, 'changes'));
  return Array.isArray(changes) && changes.every(isChange) ? changes : [];
}

/** Two processes that refresh at the same time find the same change, which is only recorded once. */
export async function addChange(
  world: CacheWorld,
  place: CachePlace,
  change: CatalogChange,
): Promise<void> {
  const known = await readChanges(world, place);
  if (known[0]?.since === change.since) return;
  await writeJson(world, filePath(place, 'changes'), [change, ...known].slice(0, maxChanges));
}

function filePath({ folder, baseUrl }: CachePlace, what: 'models' | 'changes'): string {
  const api = baseUrl.replace(/^https?:\/\//, '').replace(/[^a-zA-Z0-9.-]+/g, '_');
  return join(folder, `${what}-${api}.json`);
}

async function readJson(world: CacheWorld, path: string): Promise<unknown> {
  try {
    return parseJson(await readText(world, path));
  } catch {
    return null;
  }
}

async function readText({ files }: CacheWorld, path: string): Promise<string> {
  return utf8Of(await files.read(path));
}

async function writeJson({ files, random }: CacheWorld, path: string, value: unknown) {
  const temporary = `${path}.${random().toString(36).slice(2)}.tmp`;
  await files.makeFolder(join(path, '..'), 0o700);
  try {
    const file = await files.create(temporary, 0o600);
    try {
      await file.write(new TextEncoder().encode(JSON.stringify(value)));
    } finally {
      await file.close();
    }
    await files.rename(temporary, path);
  } catch (error) {
    await files.remove(temporary);
    throw error;
  }
}

function isHead(list: unknown): list is CachedList {
  return (
    isRecord(list) &&
    list.version === version &&
    typeof list.baseUrl === 'string' &&
    isTime(list.fetchedAt) &&
    (list.etag === null || typeof list.etag === 'string')
  );
}

/**
 * Whether the text ends with models in the format of `writeList`. A single regular expression, which V8 compiles to
 * machine code, takes a tenth of the time of checking each member of 350 models; loading valibot takes even longer.
 */
function endsWithModels(text: string): boolean {
  const row = new RegExp(`\\{${membersOfModel()}\\}(?:,|\\]\\}$)`, 'y');
  const start = '"models":[';
  row.lastIndex = text.indexOf(start) + start.length;
  while (row.test(text)) if (row.lastIndex === text.length) return true;
  return false;
}

function membersOfModel(): string {
  const members = Object.entries(patterns).map(([name, pattern]) =>
    name === 'reasoning' || name === 'aliasTarget'
      ? `(?:"${name}":${pattern},)?`
      : `"${name}":${pattern},`,
  );
  return members.join('').slice(0, -1);
}

const id = String.raw`"[~@]?[A-Za-z0-9][\w.:/@~+-]{0,199}"`;
const string = String.raw`"[^"\\]*(?:\\.[^"\\]*)*"`;
const number = String.raw`-?\d[\d.eE+-]*`;
const boolean = '(?:true|false)';
const orNull = (value: string) => `(?:null|${value})`;
// Not `item(,item)*`, which writes each item twice: nested, it takes eight times as long to compile. A comma before the
// end is admitted here, and refused by `JSON.parse`.
const listOf = (item: string) => String.raw`\[(?:${item}(?:,|(?=\])))*\]`;
const objectOf = (member: string) => String.raw`\{(?:${member}(?:,|(?=\})))*\}`;
const price = String.raw`"(?!overrides")\w+":${string}`;
const condition = `"(?:minPromptTokens|utcStart|utcEnd)":${orNull(number)}`;
const override = objectOf(`(?:${condition}|"prices":${objectOf(price)})`);

/** In the order in which `JSON.stringify` writes them. */
const patterns: Readonly<Record<keyof CatalogModel, string>> = {
  id,
  canonicalSlug: orNull(id),
  name: string,
  created: orNull(number),
  contextLength: orNull(number),
  maxCompletionTokens: orNull(number),
  inputModalities: listOf(string),
  outputModalities: listOf(string),
  pricing: objectOf(`(?:"overrides":${listOf(override)}|${price})`),
  supportedParameters: listOf(string),
  expirationDate: orNull(string),
  isModerated: orNull(boolean),
  reasoning: `\\{"mandatory":${boolean},"efforts":${orNull(listOf(string))},"takesTokens":${boolean}\\}`,
  aliasTarget: id,
  author: string,
  inputPerMillion: orNull(string),
  outputPerMillion: orNull(string),
  free: boolean,
};

function isChange(value: unknown): value is CatalogChange {
  return (
    isRecord(value) &&
    isTime(value.at) &&
    isTime(value.since) &&
    isTexts(value.appeared) &&
    value.appeared.every(isId) &&
    isTexts(value.vanished) &&
    value.vanished.every(isId) &&
    Array.isArray(value.repriced) &&
    value.repriced.every((row) => isRecord(row) && isId(row.id))
  );
}

// An earlier version also cached invalid ids.
function isId(value: unknown): value is string {
  return typeof value === 'string' && isModelId(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

/** The differences between a refreshed list and the previous one. Prices in USD per million tokens. */
export interface CatalogChange {
  /** ISO time of the new list and of the previous one. */
  readonly at: string;
  readonly since: string;
  readonly appeared: readonly string[];
  readonly vanished: readonly string[];
  readonly repriced: readonly Repricing[];
}

export interface Repricing {
  readonly id: string;
  readonly inputBefore: string | null;
  readonly inputAfter: string | null;
  readonly outputBefore: string | null;
  readonly outputAfter: string | null;
}

export interface DatedList {
  readonly fetchedAt: string;
  readonly models: readonly CatalogModel[];
}

/** Null if no model appeared, disappeared or changed its price. */
export function changeBetween(before: DatedList, after: DatedList): CatalogChange | null {
  const old = new Map(before.models.map((model) => [model.id, model]));
  const now = new Set(after.models.map((model) => model.id));
  const appeared = [...now].filter((id) => !old.has(id)).sort();
  const vanished = [...old.keys()].filter((id) => !now.has(id)).sort();
  const repriced = after.models.flatMap((model) => repricing(old.get(model.id), model));
  if (appeared.length + vanished.length + repriced.length === 0) return null;
  return { at: after.fetchedAt, since: before.fetchedAt, appeared, vanished, repriced };
}

function repricing(before: CatalogModel | undefined, after: CatalogModel): Repricing[] {
  if (before === undefined) return [];
  const same =
    before.inputPerMillion === after.inputPerMillion &&
    before.outputPerMillion === after.outputPerMillion;
  if (same) return [];
  return [
    {
      id: after.id,
      inputBefore: before.inputPerMillion,
      inputAfter: after.inputPerMillion,
      outputBefore: before.outputPerMillion,
      outputAfter: after.outputPerMillion,
    },
  ];
}
