import { hasValue, type KeyPlace, keyPlaces } from '../host/key-sources.ts';
import type { Reader } from '../openrouter/answer.ts';
import { baseUrlFrom } from '../openrouter/base-url.ts';
import { createClient } from '../openrouter/client.ts';
import type { Deps } from '../platform/deps.ts';
import type { Choices } from '../routing/choose.ts';
import type { Entry } from '../setup-file/entry.ts';
import { keyFormatProblem, keyPrefix, keyVariable, variableFor } from '../setup-file/key-format.ts';
import { assertBudgets, assertShape } from '../setup-file/problems.ts';
import { readSetup, type Setup } from '../setup-file/setup-file.ts';
import { createRedactor, type Redactor } from '../text/redact.ts';

/** The key of an entry and what reads the answers to it. */
export interface Credential {
  /** For people and as the name of the key's breaker, e.g. `sk-or-v1-1a2b…`. */
  readonly name: string;
  /** The secret itself. Neither this nor the header is enumerable, so that nothing prints them. */
  readonly key: string;
  /** `Bearer …` */
  readonly authorization: string;
  readonly reader: Reader;
  /** Hides the key in what goes on to clients: it is not theirs. */
  readonly forClients: Redactor;
}

/** Its key as written in the setup file may be a secret, and is in the credential alone. */
export interface LiveEntry extends Omit<Entry, 'apiKey'> {
  /** The variable of the key; null where the setup file holds the key itself. */
  readonly keyVariable: string | null;
  /** Null where the key is nowhere. */
  readonly credential: Credential | null;
  /** Where the key is, for people. */
  readonly keySource: string | null;
  /** Why there is no key, or why an older one is still in use; a sentence. */
  readonly keyProblem: string | null;
}

/** A setup file as the gateway works by it. */
export interface LiveSetup extends Choices<LiveEntry> {
  readonly path: string;
  readonly loadedAt: Date;
  /** Settings that are wrong and were left out, each in a sentence. */
  readonly problems: readonly string[];
}

type World = Pick<Deps, 'files' | 'env' | 'place' | 'io' | 'fetch' | 'clock'>;

/** Reads the setup file and finds the keys of its entries, as `readLiveFile` and `liveSetupOf` do. */
export async function loadLiveSetup(world: World, path: string): Promise<LiveSetup> {
  return liveSetupOf(world, await readLiveFile(world, path), createKeyChooser(world), null);
}

/** Reads the setup file. Throws UserError when it, or a limit in it, cannot be read. */
export async function readLiveFile({ files }: Pick<World, 'files'>, path: string): Promise<Setup> {
  const setup = await readSetup(files, path);
  assertShape(setup);
  assertBudgets(setup);
  return setup;
}

/**
 * The setup with the keys of its entries. What is the same key as in `previous`, or the same for several entries, is
 * the same object; a key that has vanished since stays in use. Throws UserError for a base URL that nothing may be
 * sent to.
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
    if (chosen !== null) world.io.conceal(chosen.key);
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

/** An editor may be about to write the file anew, and nobody's request is to fail meanwhile. */
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

/** Throws UserError for a base URL that nothing may be sent to. */
function credentialOf(world: World, key: string): Credential {
  const { reader } = createClient({
    baseUrl: baseUrlFrom(world.env),
    apiKey: key,
    fetch: world.fetch,
    clock: world.clock,
    timeoutMs: 0,
  });
  const forClients = createRedactor({ hint: () => '[key]', knownOnly: true });
  forClients.add(key);
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
  /** The secret itself. */
  readonly key: string;
  /** Where it is, for people. */
  readonly where: string;
}

/** Finds keys for a process that goes on running while they are replaced. */
export interface KeyChooser {
  /** The key that the `apiKey` text of an entry means by now; null where it is nowhere. */
  choose(apiKeyText: string | null): Promise<ChosenKey | null>;
  /** OpenRouter does not take this key: one that was set since we started is to be preferred. */
  reject(key: string): void;
  isRejected(key: string): boolean;
  /** A place has changed: what was rejected may work again. */
  forgive(): void;
}

/**
 * The places in their usual order, but for two that a running process knows better: its environment is as old as the
 * process itself, so that the file it was loaded from has the last word once its value changes; and a key that was
 * rejected gives way to one that was set since. A place that differed from the start is somebody's own decision.
 */
export function createKeyChooser(world: Pick<Deps, 'env' | 'place' | 'files'>): KeyChooser {
  const started = new Map<string, readonly KeyPlace[]>();
  const rejected = new Set<string>();

  return {
    async choose(apiKeyText) {
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
    reject: (key) => void rejected.add(key),
    isRejected: (key) => rejected.has(key),
    forgive: () => rejected.clear(),
  };
}

/** The environment, where the file that had its value when we started has another one by now. */
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
