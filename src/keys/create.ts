import type { Client } from '../openrouter/client.ts';
import { createManagedKey, type LimitReset, type ManagedKey } from '../openrouter/managed-keys.ts';
import { dayMs } from '../platform/days.ts';
import type { Deps } from '../platform/deps.ts';
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

/** Makes a key in the default workspace, and hides it in all output. */
export async function createKey(
  deps: Pick<Deps, 'clock' | 'io'>,
  client: Client,
  { name, limit, limitReset, expiresInDays }: KeySettings,
): Promise<{ readonly key: string; readonly managed: ManagedKey }> {
  const expiresAt = expiresInDays === null ? null : expiryAfter(deps, expiresInDays * dayMs);
  const wanted = { name, limit, limitReset, expiresAt, workspaceId: null };
  const made = await managing('The key could not be created', createManagedKey(client, wanted));
  deps.io.conceal(made.key);
  return made;
}

/** A time from now as OpenRouter takes it: UTC, with seconds. */
export function expiryAfter({ clock }: Pick<Deps, 'clock'>, ms: number): string {
  return new Date(clock.now().getTime() + ms).toISOString();
}

/** Stands for a key that is still to be made, to find out beforehand whether it could be stored. */
export const futureKey = `sk-or-v1-${'new0'.repeat(16)}`;
