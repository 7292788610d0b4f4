import { currentKey } from '../openrouter/account.ts';
import { type Client, clientFor } from '../openrouter/client.ts';
import {
  createManagedKey,
  deleteManagedKey,
  keyHash,
  type LimitReset,
  type ManagedKey,
} from '../openrouter/managed-keys.ts';
import { WireError } from '../openrouter/wire-error.ts';
import type { Deps } from '../platform/deps.ts';
import { dayMs } from '../platform/durations.ts';
import { UserError } from '../platform/errors.ts';
import { uninterrupted } from '../platform/interrupts.ts';
import { keyPage, keyPrefix } from '../setup-file/key-format.ts';
import { nameProblem } from '../setup-file/names.ts';
import {
  beginCreation,
  type Creation,
  deleteLost,
  giveName,
  unfinishedCreations,
  updateCreation,
} from './journals.ts';
import { managing } from './management.ts';
import { findHeldKeys } from './places.ts';

/** The name that the guide uses for OpenClaw's key. */
export const defaultKeyName = 'openclaw-prod';

export interface KeySettings {
  readonly name: string;
  /** USD, a decimal string; null for none. */
  readonly limit: string | null;
  readonly limitReset: LimitReset;
  /** Counted from now; null for never. */
  readonly expiresInDays: number | null;
}

/** Creates keys for one run. Keys that are not stored in the end are deleted, because nobody can read them again. */
export interface KeyMaker {
  /** Masks the key in all output and waits until OpenRouter accepts it. Ctrl-C is ignored while the key is created. */
  create(client: Client, settings: KeySettings): Promise<MadeKey>;
  /** Runs `body` and deletes the keys that it created but did not store. */
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
  const all: (MadeKey & { readonly client: Client; readonly creation: Creation })[] = [];

  async function settle(isStored: (key: string) => boolean): Promise<void> {
    for (const { key, managed, client, creation } of all.splice(0)) {
      await uninterrupted(deps, async (shielded) => {
        if (isStored(key)) await giveName(shielded, client, managed);
        else await deleteManagedKey(client, managed.hash);
        await updateCreation(shielded, creation, null);
      }).catch(() => {
        const page = keyPage(managed.hash);
        const what = isStored(key)
          ? `is stored, but still called ${creation.temporaryName}`
          : 'was not stored and could not be deleted';
        deps.io.err(`  The key ${managed.name} ${what}: ${page}\n`);
      });
    }
  }

  return {
    async create(client, settings) {
      deps.signal.throwIfAborted();
      const made = await uninterrupted(deps, async (shielded) => {
        await takeBackUnfinished(shielded, client, setupPath);
        const begun = await beginCreation(shielded, settings.name);
        const name = begun.temporaryName;
        const request = createKey(shielded, client, { ...settings, name }).catch(
          async (error: unknown) => {
            if (mayHaveArrived(error)) await takeBack(shielded, client, begun);
            else await updateCreation(shielded, begun, null);
            throw error;
          },
        );
        const { key, managed } = await managing('The key could not be created', request);
        deps.io.conceal(key);
        const one = { key, managed: { ...managed, name: settings.name } };
        const creation = { ...begun, hash: managed.hash };
        all.push({ ...one, client, creation });
        await updateCreation(shielded, begun, creation);
        return one;
      });
      await untilAccepted(deps, made.key, acceptanceTimeoutMs);
      return made;
    },
    async keepStored(body) {
      try {
        const result = await body();
        const prefix = result.undoId === null ? null : result.key?.prefix;
        await settle((key) => keyPrefix(key) === prefix);
        return result;
      } catch (error) {
        if (deps.written.size === 0) await settle(() => false);
        throw error;
      }
    },
  };
}

/** Cleans up after killed runs: deletes keys that were not stored, and gives stored keys their final name. */
async function takeBackUnfinished(deps: Deps, client: Client, setupPath: string): Promise<void> {
  const unfinished = await unfinishedCreations(deps);
  if (unfinished.length === 0) return;
  const held = new Set((await findHeldKeys(deps, setupPath)).map(({ key }) => keyHash(key)));
  for (const creation of unfinished) {
    const { hash, name } = creation;
    if (hash !== null && held.has(hash)) await giveName(deps, client, { hash, name });
    else if (await deleteLost(client, { ...creation, workspaceId: null })) {
      deps.io.err(`  Deleted the key ${name}, which an interrupted run had created\n`);
    }
    await updateCreation(deps, creation, null);
  }
}

/** OpenRouter may not know a new key for some seconds. */
const acceptedAfterMs = [0, 500, 1500, 4000, 8000];
/** Timeout of a single attempt; the key is checked again when it is used. */
const acceptanceTimeoutMs = 10_000;

/** Waits until OpenRouter accepts a new key. Returns null, or the reason why it does not. */
export async function untilAccepted(
  deps: Deps,
  key: string,
  timeoutMs: number,
): Promise<WireError | null> {
  const client = clientFor(deps, key, timeoutMs);
  let refused: WireError | null = null;
  for (const ms of acceptedAfterMs) {
    await deps.clock.sleep(ms, deps.signal);
    refused = await currentKey(client).then(() => null, wireError);
    if (refused?.failure.status !== 401) break;
  }
  return refused;
}

function wireError(error: unknown): WireError {
  if (error instanceof WireError) return error;
  throw error;
}

/** Whether a failed request may have created a key anyway. */
function mayHaveArrived(error: unknown): boolean {
  if (!(error instanceof WireError)) return true;
  const { kind, status, code } = error.failure;
  if (kind === 'http') return (status ?? 500) >= 500;
  return !['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(code ?? '');
}

async function takeBack(deps: Deps, client: Client, creation: Creation): Promise<void> {
  try {
    await deleteLost(client, { ...creation, workspaceId: null });
    await updateCreation(deps, creation, null);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    deps.io.err(
      `  It may exist all the same, as ${creation.temporaryName}; the next key create deletes it\n`,
    );
  }
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

/** What is wrong with the name of a key, or null. The name is shown at OpenRouter and in lists. */
export function keyNameProblem({ mask }: Pick<Deps['io'], 'mask'>, name: string): string | null {
  if (name.trim() === '') return 'must not be empty';
  if (mask(name) !== name) return 'must not hold a key or an unprintable character';
  return nameProblem(name);
}

/** The settings of a key whose limit backs the budget of an entry. */
export function settingsForBudget(
  budget: { readonly dailyLimit?: unknown; readonly monthlyLimit?: unknown } | null | undefined,
): KeySettings {
  const { monthlyLimit, dailyLimit } = budget ?? {};
  const base = { name: defaultKeyName, expiresInDays: null };
  if (monthlyLimit != null) return { ...base, limit: String(monthlyLimit), limitReset: 'monthly' };
  if (dailyLimit != null) return { ...base, limit: String(dailyLimit), limitReset: 'daily' };
  return { ...base, limit: null, limitReset: null };
}

/** Prompts for the limit of a new key, with the budget as the default. */
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

/** A future time in the format that OpenRouter accepts: UTC, with seconds. */
export function expiryAfter({ clock }: Pick<Deps, 'clock'>, ms: number): string {
  return new Date(clock.now().getTime() + ms).toISOString();
}

/** Placeholder for a key that does not exist yet, used to check in advance whether it could be stored. */
export const futureKey = `sk-or-v1-${'new0'.repeat(16)}`;
