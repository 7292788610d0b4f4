import { hasValue, type KeyPlace, keyPlaces } from '../host/key-sources.ts';
import type { Reader } from '../openrouter/answer.ts';
import { baseUrlFrom } from '../openrouter/base-url.ts';
import { createClient } from '../openrouter/client.ts';
import type { Deps } from '../platform/deps.ts';
import type { Choices } from '../routing/choose.ts';
import type { Entry } from '../setup-file/entry.ts';
import { keyFormatProblem, keyPrefix, keyVariable, variableFor } from '../setup-file/key-format.ts';
import { assertBudgets, assertShape } from '../setup-file/problems.ts';
import { assertSetupExists, readSetup, type Setup } from '../setup-file/setup-file.ts';
import { createRedactor, isPlainWord, type Redactor } from '../text/redact.ts';

/** An entry's key, and the reader for answers to requests made with it. */
export interface Credential {
  /** For display, e.g. `sk-or-v1-1a2b…`. */
  readonly name: string;
  /** The secret. Neither this nor the header is enumerable, so they do not end up in output. */
  readonly key: string;
  /** `Bearer …` */
  readonly authorization: string;
  readonly reader: Reader;
  /** Redacts the key in what is sent to clients. */
  readonly forClients: Redactor;
}

/** An entry without the key text of the setup file, which may be a secret. */
export interface LiveEntry extends Omit<Entry, 'apiKey'> {
  /** The variable that holds the key; null if the setup file holds it directly. */
  readonly keyVariable: string | null;
  /** Null if no key was found. */
  readonly credential: Credential | null;
  /** Where the key comes from, for display. */
  readonly keySource: string | null;
  /** Why there is no key, or why an older one is still in use, as a sentence. */
  readonly keyProblem: string | null;
}

/** The setup that the gateway is using. */
export interface LiveSetup extends Choices<LiveEntry> {
  readonly path: string;
  readonly loadedAt: Date;
  /** Invalid settings that were ignored, one sentence each. */
  readonly problems: readonly string[];
}

type World = Pick<Deps, 'files' | 'env' | 'place' | 'io' | 'fetch' | 'clock'>;

/** Reads the setup file and finds the keys of its entries: `readLiveFile` followed by `liveSetupOf`. */
export async function loadLiveSetup(world: World, path: string): Promise<LiveSetup> {
  return liveSetupOf(world, await readLiveFile(world, path), createKeyChooser(world), null);
}

/** Throws UserError if the setup file, or a limit in it, cannot be read. */
export async function readLiveFile(
  { files, place }: Pick<World, 'files' | 'place'>,
  path: string,
): Promise<Setup> {
  const setup = await readSetup(files, path);
  assertSetupExists(setup, place);
  assertShape(setup);
  assertBudgets(setup);
  return setup;
}

/**
 * The setup with the keys of its entries. Credentials are reused for keys that are in `previous` or shared by several
 * entries; a key that has vanished stays in use. Throws UserError for a forbidden base URL.
 */
export async function liveSetupOf(
  world: World,
  setup: Setup,
  keys: KeyChooser,
  previous: LiveSetup | null,
): Promise<LiveSetup> {
  const credentials = new Map(
    previous?.entries.flatMap(({ credential }) =>
      credential === null ? [] : [[credential.key, credential]],
    ),
  );
  const credentialFor = (key: string): Credential => {
    const known = credentials.get(key) ?? credentialOf(world, key);
    credentials.set(key, known);
    return known;
  };
  const live = async (entry: Entry): Promise<LiveEntry> => {
    const before = previous?.entries.find(({ name }) => name === entry.name) ?? null;
    const chosen = await keys.choose(entry.apiKey);
    if (chosen !== null && !isPlainWord(chosen.key)) world.io.conceal(chosen.key);
    const { apiKey, ...rest } = entry;
    return { ...rest, ...keyOf(keyVariable(apiKey), chosen, before, credentialFor) };
  };
  return {
    path: setup.path,
    loadedAt: world.clock.now(),
    entries: await Promise.all(setup.entries.map(live)),
    channels: setup.channels,
    problems: setup.problems.map(({ path: [room, name], message }) =>
      room === 'models' && name !== undefined ? `${name}: ${message}` : message,
    ),
  };
}

type KeyOfEntry = Pick<LiveEntry, 'keyVariable' | 'credential' | 'keySource' | 'keyProblem'>;

/**
 * Keeps the older key if the new one is missing or malformed, since an editor may be in the middle of writing the file.
 */
function keyOf(
  variable: string | null,
  chosen: ChosenKey | null,
  before: LiveEntry | null,
  credentialFor: (key: string) => Credential,
): KeyOfEntry {
  const kept = before?.keyVariable === variable ? before.credential : null;
  const problem = chosen === null ? `${variable} is not set` : formatProblem(chosen);
  const isBetter = kept !== null && keyFormatProblem(kept.key) === null;
  if (problem !== null && isBetter) {
    const keyProblem = `${problem}; ${kept.name} stays in use`;
    const keySource = before?.keySource ?? null;
    return { keyVariable: variable, credential: kept, keySource, keyProblem };
  }
  if (chosen === null) {
    return { keyVariable: variable, credential: null, keySource: null, keyProblem: problem };
  }
  const credential = credentialFor(chosen.key);
  return { keyVariable: variable, credential, keySource: chosen.where, keyProblem: null };
}

function formatProblem({ key, where }: ChosenKey): string | null {
  const problem = keyFormatProblem(key);
  return problem === null ? null : `the key in ${where} ${problem}`;
}

/** Throws UserError for a forbidden base URL. */
function credentialOf(world: World, key: string): Credential {
  const { reader } = createClient({
    baseUrl: baseUrlFrom(world.env),
    apiKey: key,
    fetch: world.fetch,
    clock: world.clock,
    timeoutMs: 0,
  });
  const forClients = createRedactor({ hint: () => '[key]', knownOnly: true });
  if (!isPlainWord(key)) forClients.add(key);
  const credential = {
    name: keyPrefix(key),
    key,
    authorization: `Bearer ${key}`,
    reader,
    forClients,
  };
  const hidden = { enumerable: false };
  return Object.defineProperties(credential, { key: hidden, authorization: hidden });
}

export interface ChosenKey {
  readonly key: string;
  readonly where: string;
}

type KeyChooser = ReturnType<typeof createKeyChooser>;

/**
 * Finds keys for a long-running process while they are replaced. Sources keep their usual order, with two exceptions:
 * the environment is as old as the process, so the file it was loaded from wins once its value changes; and a rejected
 * key gives way to one that was set after the start.
 */
export function createKeyChooser(world: Pick<Deps, 'env' | 'place' | 'files'>) {
  const started = new Map<string, readonly KeyPlace[]>();
  const rejected = new Set<string>();

  return {
    /** The current key for the `apiKey` text of an entry; null if there is none. */
    async choose(apiKeyText: string | null): Promise<ChosenKey | null> {
      const places = (await keyPlaces(world, apiKeyText)).filter(hasValue);
      const variable = variableFor(apiKeyText);
      const before = started.get(variable) ?? places;
      started.set(variable, before);
      const current = places.filter((place) => !isOutdated(place, places, before));
      const [first] = current;
      if (first === undefined) return null;
      const renewed = rejected.has(first.value)
        ? current.find((place) => !rejected.has(place.value) && isNew(place, before))
        : undefined;
      const { value: key, source } = renewed ?? first;
      return { key, where: source.where };
    },
    /** After OpenRouter rejects this key, one that was set after the start is preferred. */
    reject: (key: string) => void rejected.add(key),
    isRejected: (key: string) => rejected.has(key),
    /** Called when a file has changed, since rejected keys may work again. */
    forgive: () => rejected.clear(),
  };
}

/** Whether this is the environment, and the file that had the same value at the start has changed since. */
function isOutdated(
  { file, value }: KeyPlace,
  places: readonly KeyPlace[],
  before: readonly KeyPlace[],
): boolean {
  if (file !== null) return false;
  const origin = before.find((place) => place.file !== null && place.value === value);
  const now = places.find((place) => place.file !== null && place.file === origin?.file);
  return now !== undefined && now.value !== value;
}

function isNew({ file, value }: KeyPlace, before: readonly KeyPlace[]): boolean {
  return !before.some((place) => place.file === file && place.value === value);
}
