import { keyFiles } from '../host/key-sources.ts';
import type { FileFacts } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import type { GatewayEvent } from './event.ts';
import {
  type Credential,
  createKeyChooser,
  type LiveEntry,
  type LiveSetup,
  liveSetupOf,
  readLiveFile,
} from './live-setup.ts';

/** Follows the setup file. If the file becomes unusable, only `error` changes. */
export interface SetupWatch {
  current(): { readonly live: LiveSetup; readonly error: string | null };
  /** Called when OpenRouter rejects this key. Resolves when its entries have another one, if there is one. */
  keyRejected(credential: Credential): Promise<void>;
  /** Checks the setup file and the key files every second until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

type World = Parameters<typeof liveSetupOf>[0];

const everyMs = 1_000;

/** Reads the setup file and the keys of its entries. Throws UserError if the file cannot be used. */
export async function watchSetup(
  world: World,
  path: string,
  onEvent: (event: GatewayEvent) => void,
): Promise<SetupWatch> {
  const keys = createKeyChooser(world);
  const keyStamps = async () => stampsOf(world, await keyFiles(world));
  let seen = { setup: await stampOf(world, path), keys: await keyStamps() };
  let setup = await readLiveFile(world, path);
  let live = await liveSetupOf(world, setup, keys, null);
  let error: string | null = null;

  async function reloadSetup(): Promise<void> {
    try {
      const next = await readLiveFile(world, path);
      if (next.entries.length === 0) throw new UserError('it has no OpenRouter entry any more');
      setup = next;
      error = null;
      const names = next.entries.map(({ name }) => name).join(', ');
      onEvent({ type: 'reload', ok: true, message: names });
    } catch (caught) {
      if (!(caught instanceof UserError)) throw caught;
      error = withPlace(caught);
      onEvent({ type: 'reload', ok: false, message: `${error}; the last good setup stays` });
    }
  }

  async function check(rejected: Credential | null): Promise<void> {
    const now = { setup: await stampOf(world, path), keys: await keyStamps() };
    const isSame = { setup: now.setup === seen.setup, keys: now.keys === seen.keys };
    const key = rejected?.key ?? null;
    if (isSame.setup && isSame.keys && (key === null || keys.isRejected(key))) return;
    seen = now;
    if (!isSame.keys) keys.forgive();
    if (key !== null) keys.reject(key);
    if (!isSame.setup) await reloadSetup();
    const next = await liveSetupOf(world, setup, keys, live);
    const events = next.entries.flatMap((entry) => keyEvent(entry, live) ?? []);
    live = next;
    for (const event of events) onEvent(event);
  }

  // Checks run one at a time, since each compares with the previous one.
  let checking: Promise<void> = Promise.resolve();
  const checkNext = (rejected: Credential | null) => {
    const next = checking.then(() => check(rejected));
    checking = next.catch(() => undefined);
    return next;
  };

  return {
    current: () => ({ live, error }),
    async keyRejected(credential) {
      const isInUse = live.entries.some((entry) => entry.credential === credential);
      if (isInUse) await checkNext(credential);
    },
    async run(signal) {
      while (!signal.aborted) {
        await checkNext(null);
        await world.clock.sleep(everyMs, signal).catch(() => undefined);
      }
    },
  };
}

/** The change, if any, in the key of an entry that existed before. */
function keyEvent(entry: LiveEntry, { entries }: LiveSetup): GatewayEvent | null {
  const { name, credential, keySource, keyProblem } = entry;
  const before = entries.find((one) => one.name === name);
  if (before === undefined) return null;
  if (keyProblem !== null) {
    if (keyProblem === before.keyProblem) return null;
    return { type: 'key', ok: false, entry: name, message: keyProblem };
  }
  if (credential === null || credential === before.credential) return null;
  return {
    type: 'key',
    ok: true,
    entry: name,
    message: `the key is ${credential.name} from ${keySource} now`,
  };
}

/** The message of a syntax error already contains the position. */
function withPlace({ message, place }: UserError): string {
  if (place === undefined) return message;
  const where = `line ${place.line}, column ${place.column}`;
  return message.includes(where) ? message : `${message} (${where})`;
}

async function stampsOf(world: World, paths: readonly string[]): Promise<string> {
  return (await Promise.all(paths.map((path) => stampOf(world, path)))).join('\n');
}

/** Changes whenever the file, or the target of a symlink, does. */
async function stampOf({ files }: World, path: string): Promise<string> {
  const facts: FileFacts | null = await files.stat(path).catch(() => null);
  return facts === null ? 'none' : [facts.inode, facts.size, facts.modifiedMs].join(' ');
}
