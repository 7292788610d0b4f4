import { keyPrefix, resolveKey } from '../host/key-sources.ts';
import type { Reader } from '../openrouter/answer.ts';
import { baseUrlFrom } from '../openrouter/base-url.ts';
import { createClient } from '../openrouter/client.ts';
import type { Deps } from '../platform/deps.ts';
import type { RoutedEntry, RoutedSetup } from '../routing/choose.ts';
import type { Budget } from '../setup-file/entry.ts';
import { refuseBudget } from '../setup-file/refuse-budget.ts';
import { refuseShape } from '../setup-file/refuse-shape.ts';
import { type Entry, readSetup } from '../setup-file/setup-file.ts';
import { createRedactor, type Redactor } from '../text/redact.ts';

/** The key of an entry and what reads the answers to it. */
export interface Credential {
  /** For people and as the name of the key's breaker, e.g. `sk-or-v1-1a2b…`. */
  readonly name: string;
  /** `Bearer …`; not enumerable, so that nothing prints it. */
  readonly authorization: string;
  readonly reader: Reader;
  /** Hides the key in what goes on to clients: it is not theirs. */
  readonly forClients: Redactor;
}

export interface LiveEntry extends RoutedEntry {
  readonly budget: Budget | null;
  /** Null where the key is nowhere; `missingKey` names the variable then. */
  readonly credential: Credential | null;
  readonly missingKey: string | null;
}

/** A setup file as the gateway works by it. */
export interface LiveSetup extends RoutedSetup<LiveEntry> {
  readonly path: string;
  readonly loadedAt: Date;
  /** Settings that are wrong and were left out, each in a sentence. */
  readonly problems: readonly string[];
}

type World = Pick<Deps, 'files' | 'env' | 'place' | 'io' | 'fetch' | 'clock'>;

/** Reads the setup file and finds the keys of its entries. Throws UserError when it, or a limit in it, cannot be read or it cannot be trusted with a key. */
export async function loadLiveSetup(world: World, path: string): Promise<LiveSetup> {
  const setup = await readSetup(world.files, path);
  refuseShape(setup);
  refuseBudget(setup);
  return {
    path,
    loadedAt: world.clock.now(),
    entries: await Promise.all(setup.entries.map((entry) => liveEntry(world, entry))),
    channels: setup.channels,
    problems: setup.problems.map(({ path: [room, name], message }) =>
      room === 'models' && name !== undefined ? `${name}: ${message}` : message,
    ),
  };
}

async function liveEntry(world: World, entry: Entry): Promise<LiveEntry> {
  const found = await resolveKey(world, entry.apiKey);
  if ('missing' in found) return { ...entry, credential: null, missingKey: found.missing };
  world.io.conceal(found.key);
  return { ...entry, credential: credentialOf(world, found.key), missingKey: null };
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
  const credential = { name: keyPrefix(key), reader, forClients, authorization: `Bearer ${key}` };
  return Object.defineProperty(credential, 'authorization', { enumerable: false });
}
