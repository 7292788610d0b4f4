import { currentKey, type KeyInfo } from '../openrouter/account.ts';
import { clientFor } from '../openrouter/client.ts';
import { keyHash } from '../openrouter/managed-keys.ts';
import { WireError } from '../openrouter/wire-error.ts';
import type { Deps } from '../platform/deps.ts';
import { keyFormatProblem, keyPrefix } from '../setup-file/key-format.ts';
import { readSetup } from '../setup-file/setup-file.ts';
import { readJournal, unfinishedCreations } from './journals.ts';
import { findHeldKeys } from './places.ts';
import { findKeyUsers } from './users.ts';

/** A key that is set or used somewhere, without the secret. */
export interface KnownKey {
  readonly prefix: string;
  /** The hash by which OpenRouter identifies the key. */
  readonly hash: string;
  /** Where the key is set. */
  readonly places: readonly string[];
  /** What OpenRouter reports about the key; null if there is no report, which `problem` explains. */
  readonly info: KeyInfo | null;
  readonly problem: string | null;
  /** The key is unusable: malformed, or no longer known to OpenRouter. */
  readonly isRejected: boolean;
}

export interface KeyStatus {
  /** False if something uses a key that OpenRouter rejects. */
  readonly ok: boolean;
  /** The first digits of a key whose rotation was interrupted; null if there is none. */
  readonly unfinishedRotation: string | null;
  /** Keys that an interrupted run may have left at OpenRouter; `hash` is null if unknown. */
  readonly unfinishedCreations: readonly { readonly name: string; readonly hash: string | null }[];
  readonly keys: readonly KnownKey[];
  readonly users: readonly {
    readonly id: string;
    readonly who: string;
    readonly prefix: string | null;
    readonly hash: string | null;
    readonly why: string;
  }[];
}

/** Finds every key on this machine and asks OpenRouter about each one, authenticating with that key. */
export async function keyStatus(
  deps: Deps,
  setupPath: string,
  timeoutMs: number,
): Promise<KeyStatus> {
  const setup = await readSetup(deps.files, setupPath);
  const [held, users] = await Promise.all([
    findHeldKeys(deps, setupPath),
    findKeyUsers(
      deps,
      setup.entries.map(({ apiKey }) => apiKey),
    ),
  ]);
  const secrets = new Set([...held, ...users].flatMap(({ key }) => key ?? []));
  const keys = await Promise.all(
    [...secrets].map(async (key) => ({
      prefix: keyPrefix(key),
      hash: keyHash(key),
      places: [...new Set(held.filter((one) => one.key === key).map(({ where }) => where))],
      ...(await readInfo(deps, key, timeoutMs)),
    })),
  );
  const used = new Set(users.flatMap(({ key }) => (key === null ? [] : keyHash(key))));
  return {
    unfinishedRotation: (await readJournal(deps))?.oldPrefix ?? null,
    unfinishedCreations: (await unfinishedCreations(deps)).flatMap(({ name, hash }) =>
      keys.some((key) => key.hash === hash) ? [] : { name, hash },
    ),
    ok: !keys.some(({ hash, isRejected }) => isRejected && used.has(hash)),
    keys,
    users: users.map(({ key, id, who, why }) => ({
      ...{ id, who, why },
      prefix: key === null ? null : keyPrefix(key),
      hash: key === null ? null : keyHash(key),
    })),
  };
}

async function readInfo(
  deps: Deps,
  key: string,
  timeoutMs: number,
): Promise<Pick<KnownKey, 'info' | 'problem' | 'isRejected'>> {
  const format = keyFormatProblem(key);
  if (format !== null) return { info: null, problem: `it ${format}`, isRejected: true };
  try {
    const info = await currentKey(clientFor(deps, key, timeoutMs));
    return { info, problem: null, isRejected: false };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const { status, message } = error.failure;
    const isRejected = status === 401;
    const problem = isRejected ? `OpenRouter rejects it: ${message}` : message;
    return { info: null, problem, isRejected };
  }
}
