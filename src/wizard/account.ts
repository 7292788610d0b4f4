import Big from 'big.js';
import { formatUsd } from '../catalog/prices.ts';
import { clientFor } from '../openrouter/client.ts';
import { type Credits, credits } from '../openrouter/credits.ts';
import { currentKey, type KeyInfo } from '../openrouter/key.ts';
import { WireError } from '../openrouter/wire-error.ts';
import type { Deps } from '../platform/deps.ts';
import { judgeFailure, type OutcomeRow } from '../routing/outcomes.ts';

/** What OpenRouter says of a key, or why it says nothing. */
export type Account =
  | { readonly info: KeyInfo; readonly credits: Credits | null }
  | { readonly outcome: OutcomeRow; readonly message: string };

/** Asks `/key`, and `/credits`, which tells only management keys. Throws UserError for an unsafe base URL. */
export async function readAccount(deps: Deps, key: string, timeoutMs: number): Promise<Account> {
  const client = clientFor(deps, key, timeoutMs);
  try {
    const [info, bought] = await Promise.all([
      currentKey(client),
      credits(client).catch(nullForWireError),
    ]);
    return { info, credits: bought };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { outcome: judgeFailure(error.failure), message: error.failure.message };
  }
}

/** The key cannot be used: OpenRouter knows it and says no. */
export function isRefused(account: Account): boolean {
  return 'outcome' in account && account.outcome.name === 'auth';
}

/** Label, limit, credit and tier in one line, for people. */
export function accountWords({
  info,
  credits: bought,
}: Extract<Account, { info: KeyInfo }>): string {
  return [
    ...(info.label === '' ? [] : [`"${info.label}"`]),
    limitWords(info),
    ...(bought === null
      ? []
      : [`${formatUsd(new Big(bought.totalCredits).minus(bought.totalUsage).toFixed())} credit`]),
    ...(info.isFreeTier ? ['free tier: no credit bought yet'] : []),
    ...(info.isManagementKey ? ['a management key: it cannot chat'] : []),
  ].join(', ');
}

function limitWords({ limit, limitRemaining, limitReset }: KeyInfo): string {
  if (limit === null) return 'no limit of its own';
  const left = `${formatUsd(limitRemaining ?? '0')} of ${formatUsd(limit)} left`;
  return limitReset === null ? left : `${left}, resets ${limitReset}`;
}

function nullForWireError(error: unknown): null {
  if (error instanceof WireError) return null;
  throw error;
}
