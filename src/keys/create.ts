import type { Client } from '../openrouter/client.ts';
import {
  createManagedKey,
  deleteManagedKey,
  type LimitReset,
  type ManagedKey,
} from '../openrouter/managed-keys.ts';
import { dayMs } from '../platform/days.ts';
import type { Deps } from '../platform/deps.ts';
import { uninterrupted } from '../platform/interrupts.ts';
import { keyPrefix } from '../setup-file/key-format.ts';
import { managing } from './management.ts';

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

export function createKeyMaker(deps: Deps): KeyMaker {
  const made: (MadeKey & { readonly client: Client })[] = [];

  async function discard(isKept: (key: string) => boolean): Promise<void> {
    for (const { key, managed, client } of made.splice(0)) {
      if (isKept(key)) continue;
      await uninterrupted(deps, () => deleteManagedKey(client, managed.hash)).catch(() => {
        const page = `https://openrouter.ai/keys/${managed.hash}`;
        deps.io.err(`  The key ${managed.name} was not stored and could not be deleted: ${page}\n`);
      });
    }
  }

  return {
    async create(client, settings) {
      deps.signal.throwIfAborted();
      const one = await uninterrupted(deps, () => createKey(deps, client, settings));
      deps.io.conceal(one.key);
      made.push({ ...one, client });
      return one;
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

function createKey(
  deps: Deps,
  client: Client,
  { name, limit, limitReset, expiresInDays }: KeySettings,
): Promise<MadeKey> {
  const expiresAt = expiresInDays === null ? null : expiryAfter(deps, expiresInDays * dayMs);
  const wanted = { name, limit, limitReset, expiresAt, workspaceId: null };
  return managing('The key could not be created', createManagedKey(client, wanted));
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
      /^\s*(\d+(\.\d+)?|\.\d+)?\s*$/.test(value) || 'An amount in USD, for example 20 or 2.50',
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
