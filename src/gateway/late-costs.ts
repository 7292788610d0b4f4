import { generation } from '../openrouter/generation.ts';
import type { Clock } from '../platform/deps.ts';
import type { Reservation } from '../spend/budget-ledger.ts';
import type { LedgerRow } from '../spend/ledger.ts';
import type { Budgets } from './budget.ts';
import type { Credential } from './live-setup.ts';
import { type Upstream, upstreamClient } from './upstream.ts';

/** An attempt whose cost was not stated. */
interface Unstated {
  readonly credential: Credential;
  readonly generationId: string;
  /** At its estimated cost. */
  readonly row: LedgerRow;
  readonly reservation: Reservation;
}

/**
 * Asks `/generation` what attempts cost whose answers did not state it: a stream that broke off, a client that left.
 * The reservation stands meanwhile; what OpenRouter does not state within a minute is settled as it was estimated.
 */
export interface LateCosts {
  /** Settles the row when OpenRouter has answered; at once where too many questions are under way. */
  settle(unstated: Unstated): void;
  /** Settles what still waits, as it was estimated. */
  finish(): Promise<void>;
}

/** OpenRouter knows a generation some seconds after it ended, and it may run on for long after a client left. */
const delaysMs = [2_000, 5_000, 15_000, 30_000];
const deadlineMs = 10_000;
const mostAtOnce = 64;

/** How long a row may wait here, in milliseconds. */
export const latestMs = delaysMs.reduce((sum, delayMs) => sum + delayMs + deadlineMs, 0);

export function createLateCosts(upstream: Upstream, budgets: Budgets, clock: Clock): LateCosts {
  const asking = new Set<Promise<void>>();
  const ending = new AbortController();

  async function ask(unstated: Unstated): Promise<void> {
    // Whatever stands in the way of a better figure, the estimate holds.
    const usd = await costOf(unstated).catch(() => null);
    settle(unstated, usd);
  }

  function settle({ row, reservation }: Unstated, usd: string | null): void {
    const known = usd === null ? row : { ...row, costUsd: usd, estimated: false };
    budgets.settle(known, reservation);
  }

  async function costOf({ credential, generationId }: Unstated): Promise<string | null> {
    for (const delayMs of delaysMs) {
      await clock.sleep(delayMs, ending.signal);
      const usd = await totalCost(credential, generationId);
      if (usd !== null) return usd;
    }
    return null;
  }

  /** USD; null where OpenRouter does not know it yet, or cannot be asked just now. */
  async function totalCost(credential: Credential, id: string): Promise<string | null> {
    const { reader, authorization } = credential;
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(deadlineMs)]);
    const client = upstreamClient(upstream, reader, authorization, signal);
    const found = await generation(client, id).catch(() => null);
    const usd = found?.totalCost ?? null;
    return usd?.startsWith('-') === true ? null : usd;
  }

  return {
    settle(unstated) {
      if (asking.size >= mostAtOnce || ending.signal.aborted) return settle(unstated, null);
      const asked = ask(unstated).finally(() => asking.delete(asked));
      asking.add(asked);
    },
    async finish() {
      ending.abort();
      await Promise.all(asking);
    },
  };
}
