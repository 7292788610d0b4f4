import Big from 'big.js';
import type { Client } from '../openrouter/client.ts';
import {
  keyHash,
  type LimitReset,
  type ManagedKey,
  readManagedKey,
  updateManagedKey,
} from '../openrouter/managed-keys.ts';
import { UsageError } from '../platform/errors.ts';
import { formatUsd } from '../platform/money.ts';
import { keyPrefix } from '../setup-file/key-format.ts';
import { managing } from './management.ts';

export interface LimitChange {
  /** USD, a decimal string; null for none. */
  readonly limit: string | null;
  /** Undefined keeps the current one. */
  readonly limitReset: LimitReset | undefined;
}

/**
 * Sets the limit at which OpenRouter stops a key. Throws UsageError if that much is already used, because the key would
 * stop at once.
 */
export async function changeLimit(
  client: Client,
  key: string,
  { limit, limitReset }: LimitChange,
): Promise<{ readonly before: ManagedKey; readonly after: ManagedKey }> {
  const hash = keyHash(key);
  const what = `The limit of ${keyPrefix(key)} could not be changed`;
  const before = await managing(what, readManagedKey(client, hash));
  const reset = limitReset === undefined ? before.limitReset : limitReset;
  if (limit !== null) assertUnused(limit, before, reset);
  const change = { limit, limitReset: limit === null ? null : reset };
  return { before, after: await managing(what, updateManagedKey(client, hash, change)) };
}

function assertUnused(limit: string, key: ManagedKey, reset: string | null): void {
  const used = usedIn(key, reset);
  if (new Big(limit).gt(used)) return;
  throw new UsageError(
    `A limit of ${formatUsd(limit)} would stop the key at once: it has used ${formatUsd(used)} ${windowText(reset)}`,
    { hint: `Pass a limit above ${formatUsd(used)}; nothing was changed` },
  );
}

/** The usage in USD that counts against a limit; 0 if the reset period is unknown. */
export function usedIn(key: ManagedKey, reset: string | null): string {
  switch (reset) {
    case 'daily':
      return key.usageDaily;
    case 'weekly':
      return key.usageWeekly;
    case 'monthly':
      return key.usageMonthly;
    case null:
      return key.usage;
    default:
      return '0';
  }
}

function windowText(reset: string | null): string {
  const windows = new Map([
    ['daily', 'today'],
    ['weekly', 'this week'],
    ['monthly', 'this month'],
  ]);
  return windows.get(reset ?? '') ?? 'since it was created';
}
