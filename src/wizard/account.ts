import Big from 'big.js';
import {
  type Credits,
  credits,
  currentKey,
  type KeyInfo,
  limitText,
} from '../openrouter/account.ts';
import { clientFor } from '../openrouter/client.ts';
import { WireError } from '../openrouter/wire-error.ts';
import type { Deps } from '../platform/deps.ts';
import { formatUsd } from '../platform/money.ts';
import { judgeFailure, type OutcomeRow } from '../routing/outcomes.ts';

/** What OpenRouter reports about a key, or why it could not be read. */
export type Account =
  | { readonly info: KeyInfo; readonly credits: Credits | null }
  | { readonly outcome: OutcomeRow; readonly message: string };

/** Reads `/key`, and `/credits`, which requires a management key. Throws UserError for an unsafe base URL. */
export async function readAccount(deps: Deps, key: string, timeoutMs: number): Promise<Account> {
  const client = clientFor(deps, key, timeoutMs);
  try {
    const [info, balance] = await Promise.all([
      currentKey(client),
      credits(client).catch(nullForWireError),
    ]);
    return { info, credits: balance };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { outcome: judgeFailure(error.failure), message: error.failure.message };
  }
}

/** Whether OpenRouter rejected the key. */
export function isRejected(account: Account): boolean {
  return 'outcome' in account && account.outcome.name === 'auth';
}

/** Label, limit, credit and tier in one line. */
export function accountSummary({
  info,
  credits: balance,
}: Extract<Account, { info: KeyInfo }>): string {
  return [
    ...(info.label === '' ? [] : [`"${info.label}"`]),
    limitText(info),
    ...(balance === null
      ? []
      : [`${formatUsd(new Big(balance.totalCredits).minus(balance.totalUsage).toFixed())} credit`]),
    ...(info.isFreeTier ? ['free tier: no credits bought yet'] : []),
    ...(info.isManagementKey ? ['a management key, which cannot chat'] : []),
  ].join(', ');
}

function nullForWireError(error: unknown): null {
  if (error instanceof WireError) return null;
  throw error;
}
