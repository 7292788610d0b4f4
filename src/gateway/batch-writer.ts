import type { Clock } from '../platform/deps.ts';
import type {
  Batch,
  BatchResult,
  BudgetLedger,
  EntryTotals,
  ReservationAnswer,
  ReservationRequest,
} from '../spend/budget-ledger.ts';
import type { LedgerBacklog, Settlement } from './ledger-backlog.ts';
import type { Waiting } from './ledger-queue.ts';
import type { Reserved } from './reserved.ts';

type Asking = Waiting<ReservationRequest, ReservationAnswer>;
type Settling = Waiting<Settlement, EntryTotals | null>;

export interface BatchWriterOptions {
  readonly ledger: Pick<BudgetLedger, 'commit'>;
  readonly clock: Clock;
  /** How long one request can have something reserved, in milliseconds. */
  readonly longestMs: number;
  readonly backlog: LedgerBacklog;
  readonly reserved: Reserved;
}

/** Writes one batch and answers all who wait for it. Never throws: they are told, or their rows go with the next one. */
export type WriteBatch = (
  asking: readonly Asking[],
  settling: readonly Settling[],
) => Promise<void>;

export function createBatchWriter(options: BatchWriterOptions): WriteBatch {
  const { ledger, clock, longestMs, backlog, reserved } = options;

  function batchOf(asking: readonly Asking[], settling: readonly Settling[]): Batch {
    const at = clock.now();
    backlog.add(settling.map(({ item }) => item));
    for (const { item } of settling) if (item.reservation) reserved.release(item.reservation);
    for (const { item } of asking) reserved.touch(item.entry);
    return {
      at,
      reservedUntil: new Date(at.getTime() + longestMs),
      settled: backlog.rows(),
      reserved: reserved.unwritten(),
      requests: asking.map(({ item }) => item),
    };
  }

  function answer(
    asking: readonly Asking[],
    settling: readonly Settling[],
    { answers, totals }: BatchResult,
  ): void {
    for (const [i, { item, hasLeft, resolve }] of asking.entries()) {
      const given = answers[i];
      if (given === undefined) continue;
      // What was granted to one who has left is given back with the next batch.
      if (given.granted && hasLeft) reserved.touch(item.entry);
      else if (given.granted) reserved.grant(item);
      resolve(given);
    }
    for (const { item, resolve } of settling) {
      resolve(totals.get(item.reservation?.entry ?? '') ?? null);
    }
  }

  return async (asking, settling) => {
    try {
      const result = await ledger.commit(batchOf(asking, settling));
      backlog.written();
      reserved.written();
      answer(asking, settling, result);
    } catch (error) {
      backlog.failed(error, clock.monotonic());
      for (const { reject } of asking) reject(error);
      for (const { resolve } of settling) resolve(null);
    }
  };
}
