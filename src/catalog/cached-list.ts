import { join } from 'node:path';
import { isModelId } from '../openrouter/model-id.ts';
import type { Deps } from '../platform/deps.ts';
import { isRecord } from '../platform/record.ts';
import { parseJson } from '../text/parse-json.ts';
import type { CatalogChange } from './changes.ts';
import type { CatalogModel } from './model.ts';

export type CacheWorld = Pick<Deps, 'files' | 'clock' | 'random'>;

/** Where the list of one API is cached; another API, such as a sandbox or proxy, has another file. */
export interface CachePlace {
  readonly folder: string;
  readonly baseUrl: string;
}

/** The list in the cache, ignored when it has another `version`. */
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

/** Null without a valid list; the next refresh replaces an invalid one. */
export async function readList(world: CacheWorld, place: CachePlace): Promise<CachedList | null> {
  // Nothing nested is a valid list, so that its 200 KB need not be looked through for nesting.
  const list = await readJson(world, filePath(place, 'models'), JSON.parse);
  return isCachedList(list) && list.baseUrl === place.baseUrl ? list : null;
}

/** The ids of the list alone, which takes a tenth of the time: a shell is waiting. None of a list with an invalid one. */
export async function readIds(world: CacheWorld, place: CachePlace): Promise<readonly string[]> {
  const text = await readText(world, filePath(place, 'models')).catch(() => '');
  const head = JSON.stringify({ version, baseUrl: place.baseUrl }).slice(0, -1);
  if (!text.startsWith(head)) return [];
  // A quote inside a text has a backslash, so this is the beginning of a model and nothing else.
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

/** Two processes that refresh at the same time find the same change, which is recorded once. */
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

async function readJson(
  world: CacheWorld,
  path: string,
  parse: (text: string) => unknown = parseJson,
): Promise<unknown> {
  try {
    return parse(await readText(world, path));
  } catch {
    return null;
  }
}

async function readText({ files }: CacheWorld, path: string): Promise<string> {
  const { buffer, byteOffset, byteLength } = await files.read(path);
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
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

// Validated by hand, because loading valibot would take longer than reading the list.
function isCachedList(value: unknown): value is CachedList {
  return (
    isRecord(value) &&
    value.version === version &&
    typeof value.baseUrl === 'string' &&
    isTime(value.fetchedAt) &&
    (value.etag === null || typeof value.etag === 'string') &&
    Array.isArray(value.models) &&
    value.models.length > 0 &&
    value.models.every(isModel)
  );
}

function isModel(value: unknown): value is CatalogModel {
  return hasExactly(fields, value, optionalFields);
}

type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === 'string';
const isNumber: Test = (value) => typeof value === 'number';
const isFlag: Test = (value) => typeof value === 'boolean';
const orNull =
  (test: Test): Test =>
  (value) =>
    value === null || test(value);

const testOf = {
  id: isId,
  canonicalSlug: orNull(isId),
  name: isText,
  created: orNull(isNumber),
  contextLength: orNull(isNumber),
  maxCompletionTokens: orNull(isNumber),
  inputModalities: isTexts,
  outputModalities: isTexts,
  pricing: isPricing,
  supportedParameters: isTexts,
  expirationDate: orNull(isText),
  isModerated: orNull(isFlag),
  reasoning: isReasoning,
  aliasTarget: isId,
  author: isText,
  inputPerMillion: orNull(isText),
  outputPerMillion: orNull(isText),
  free: isFlag,
} satisfies Record<keyof CatalogModel, Test>;

const fields = new Map<string, Test>(Object.entries(testOf));
const optionalFields: readonly string[] = ['aliasTarget', 'reasoning'];

const reasoningFields = new Map<string, Test>([
  ['mandatory', isFlag],
  ['takesTokens', isFlag],
  ['efforts', orNull(isTexts)],
]);

function isReasoning(value: unknown): boolean {
  return hasExactly(reasoningFields, value);
}

/** Whether it is an object of these fields, and no others. */
function hasExactly(
  tests: ReadonlyMap<string, Test>,
  value: unknown,
  optional: readonly string[] = [],
): boolean {
  if (!isRecord(value)) return false;
  let required = 0;
  for (const name in value) {
    if (tests.get(name)?.(value[name]) !== true) return false;
    if (!optional.includes(name)) required += 1;
  }
  return required === tests.size - optional.length;
}

function isPricing(value: unknown): boolean {
  if (!isRecord(value)) return false;
  for (const name in value) {
    const price = value[name];
    const isValid =
      name === 'overrides' ? Array.isArray(price) && price.every(isOverride) : isText(price);
    if (!isValid) return false;
  }
  return true;
}

function isOverride(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.entries(value).every(([name, part]) =>
      name === 'prices'
        ? isRecord(part) && Object.values(part).every(isText)
        : orNull(isNumber)(part),
    )
  );
}

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
