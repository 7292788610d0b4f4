import type { Client } from '../openrouter/client.ts';
import {
  createManagedKey,
  deleteManagedKey,
  keyHash,
  type LimitReset,
  listKeys,
  type ManagedKey,
} from '../openrouter/managed-keys.ts';
import { WireError } from '../openrouter/wire-error.ts';
import { dayMs } from '../platform/days.ts';
import type { Deps } from '../platform/deps.ts';
import { uninterrupted } from '../platform/interrupts.ts';
import { keyPrefix } from '../setup-file/key-format.ts';
import { nameProblem } from '../setup-file/names.ts';
import {
  beginCreation,
  type Creation,
  unfinishedCreations,
  updateCreation,
} from './creation-journal.ts';
import { managing } from './management.ts';
import { findHeldKeys } from './places.ts';

/** The name that the guide gives to the key of OpenClaw. */
export const defaultKeyName = 'openclaw-prod';

export interface KeySettings {
  readonly name: string;
  /** USD, a decimal string; null for none. */
  readonly limit: string | null;
  readonly limitReset: LimitReset;
  /** From now on; null for never. */
  readonly expiresInDays: number | null;
}

/** Makes keys for one run, of which those that are not stored in the end are deleted: nobody can read them again. */
export interface KeyMaker {
  /** Hides the key in all output. Ctrl-C has no effect meanwhile. */
  create(client: Client, settings: KeySettings): Promise<MadeKey>;
  /** Runs `body` and deletes what was made in it and not stored. */
  keepStored<T extends Stored>(body: () => Promise<T>): Promise<T>;
}

interface MadeKey {
  readonly key: string;
  readonly managed: ManagedKey;
}

/** What a command has written, and with which key. */
interface Stored {
  readonly undoId: string | null;
  readonly key: { readonly prefix: string } | null;
}

export function createKeyMaker(deps: Deps, setupPath: string): KeyMaker {
  const made: (MadeKey & { readonly client: Client; readonly creation: Creation })[] = [];

  async function discard(isKept: (key: string) => boolean): Promise<void> {
    for (const { key, managed, client, creation } of made.splice(0)) {
      await uninterrupted(deps, async (shielded) => {
        if (!isKept(key)) await deleteManagedKey(client, managed.hash);
        await updateCreation(shielded, creation, null);
      }).catch(() => {
        const page = `https://openrouter.ai/keys/${managed.hash}`;
        deps.io.err(`  The key ${managed.name} was not stored and could not be deleted: ${page}\n`);
      });
    }
  }

  return {
    async create(client, settings) {
      deps.signal.throwIfAborted();
      return uninterrupted(deps, async (shielded) => {
        await takeBackUnfinished(shielded, client, setupPath);
        const begun = await beginCreation(shielded, settings.name);
        const request = createKey(shielded, client, settings).catch(async (error: unknown) => {
          if (!mayHaveArrived(error)) await updateCreation(shielded, begun, null);
          throw error;
        });
        const one = await managing('The key could not be created', request);
        deps.io.conceal(one.key);
        const creation = { ...begun, hash: one.managed.hash };
        made.push({ ...one, client, creation });
        await updateCreation(shielded, begun, creation);
        return one;
      });
    },
    async keepStored(body) {
      try {
        const result = await body();
        const prefix = result.undoId === null ? null : result.key?.prefix;
        await discard((key) => keyPrefix(key) === prefix);
        return result;
      } catch (error) {
        if (deps.written.size === 0) await discard(() => false);
        throw error;
      }
    },
  };
}

/** Deletes the keys of runs that were killed before they stored them, and names those that may be of such a run. */
async function takeBackUnfinished(deps: Deps, client: Client, setupPath: string): Promise<void> {
  const unfinished = await unfinishedCreations(deps);
  if (unfinished.length === 0) return;
  const held = new Set((await findHeldKeys(deps, setupPath)).map(({ key }) => keyHash(key)));
  const what = 'The key of an interrupted run could not be deleted';
  const keys = (await managing(what, listKeys(client, null))).filter(({ hash }) => !held.has(hash));
  for (const creation of unfinished) {
    const { hash, name, sinceMs } = creation;
    for (const key of keys) {
      if (key.hash === hash) {
        await managing(what, deleteManagedKey(client, hash));
        deps.io.err(`  Deleted the key ${name}, which an interrupted run had created\n`);
      } else if (hash === null && key.name === name && isSince(key.createdAt, sinceMs)) {
        const page = `https://openrouter.ai/keys/${key.hash}`;
        deps.io.err(`  An interrupted run may have created the key ${name}; delete it: ${page}\n`);
      }
    }
    await updateCreation(deps, creation, null);
  }
}

/** OpenRouter's clock and ours may differ. */
function isSince(createdAt: string | null, sinceMs: number): boolean {
  return createdAt !== null && Date.parse(createdAt) > sinceMs - 60_000;
}

function createKey(
  deps: Deps,
  client: Client,
  { name, limit, limitReset, expiresInDays }: KeySettings,
): Promise<MadeKey> {
  const expiresAt = expiresInDays === null ? null : expiryAfter(deps, expiresInDays * dayMs);
  const wanted = { name, limit, limitReset, expiresAt, workspaceId: null };
  return createManagedKey(client, wanted);
}

/** Whether a request that failed may have created a key all the same. */
function mayHaveArrived(error: unknown): boolean {
  if (!(error instanceof WireError)) return false;
  const { kind, code } = error.failure;
  const isUnreachable = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(code ?? '');
  return kind !== 'http' && !isUnreachable;
}

/** What is wrong with the name of a key, or null: it is shown at OpenRouter and in lists. */
export function keyNameProblem({ mask }: Pick<Deps['io'], 'mask'>, name: string): string | null {
  if (name.trim() === '') return 'must not be empty';
  if (mask(name) !== name) return 'must not hold a key or an unprintable character';
  return nameProblem(name);
}

/** The settings of a key that backs the budget of an entry. */
export function settingsForBudget(
  budget: { readonly dailyLimit?: unknown; readonly monthlyLimit?: unknown } | null | undefined,
): KeySettings {
  const { monthlyLimit, dailyLimit } = budget ?? {};
  const base = { name: defaultKeyName, expiresInDays: null };
  if (monthlyLimit != null) return { ...base, limit: String(monthlyLimit), limitReset: 'monthly' };
  if (dailyLimit != null) return { ...base, limit: String(dailyLimit), limitReset: 'daily' };
  return { ...base, limit: null, limitReset: null };
}

/** Asks for the limit of a new key, with the budget as default. */
export async function askLimit(
  { prompter }: Pick<Deps, 'prompter'>,
  { limit, limitReset }: KeySettings,
): Promise<Pick<KeySettings, 'limit' | 'limitReset'>> {
  const reset = limitReset ?? 'monthly';
  const text = await prompter.input({
    message: `Limit of the key in USD a ${reset === 'daily' ? 'day' : 'month'} (empty: none)`,
    default: limit ?? '',
    validate: (value) =>
      value.trim() === '' ||
      (/^\s*(\d+(\.\d+)?|\.\d+)\s*$/.test(value) && Number(value) > 0) ||
      'An amount in USD above 0, for example 20 or 2.50',
  });
  return text.trim() === ''
    ? { limit: null, limitReset: null }
    : { limit: text.trim(), limitReset: reset };
}

/** A time from now as OpenRouter takes it: UTC, with seconds. */
export function expiryAfter({ clock }: Pick<Deps, 'clock'>, ms: number): string {
  return new Date(clock.now().getTime() + ms).toISOString();
}

/** Stands for a key that is still to be made, to find out beforehand whether it could be stored. */
export const futureKey = `sk-or-v1-${'new0'.repeat(16)}`;
