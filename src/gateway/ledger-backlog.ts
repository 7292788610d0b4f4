import type { Reservation } from '../spend/budget-ledger.ts';
import type { LedgerRow } from '../spend/ledger.ts';

/** Once for each change: the ledger fails, it works again, or rows were given up. */
export type LedgerEvent =
  | { readonly type: 'failed'; readonly error: unknown }
  | { readonly type: 'recovered' }
  | { readonly type: 'lost'; readonly rows: number };

export interface Settlement {
  readonly row: LedgerRow;
  /** Null where the entry has no budget. */
  readonly reservation: Reservation | null;
}

/** The rows that the ledger has not taken yet, and since when it fails. */
export interface LedgerBacklog {
  add(settlements: readonly Settlement[]): void;
  rows(): readonly LedgerRow[];
  written(): void;
  failed(error: unknown, nowMs: number): void;
  isFailing(): boolean;
  /** Is it time for another try? */
  isDue(nowMs: number): boolean;
  giveUp(): void;
}

const retryMs = 1_000;

/** Rows without a budget that are kept while the ledger fails: a full disk must not fill the memory too. */
const mostUnbudgeted = 10_000;

export function createLedgerBacklog(report: (event: LedgerEvent) => void): LedgerBacklog {
  let rows: LedgerRow[] = [];
  let failedAtMs: number | null = null;
  let lost = 0;

  function reportLost(count: number): void {
    if (count > 0) report({ type: 'lost', rows: count });
    rows = [];
    lost = 0;
    failedAtMs = null;
  }

  return {
    add(settlements) {
      for (const { row, reservation } of settlements) {
        const isTooMany = failedAtMs !== null && rows.length >= mostUnbudgeted;
        if (isTooMany && reservation === null) lost += 1;
        else rows.push(row);
      }
    },
    rows: () => rows,
    written() {
      if (failedAtMs !== null) report({ type: 'recovered' });
      reportLost(lost);
    },
    failed(error, nowMs) {
      if (failedAtMs === null) report({ type: 'failed', error });
      failedAtMs = nowMs;
    },
    isFailing: () => failedAtMs !== null,
    isDue: (nowMs) => failedAtMs !== null && nowMs - failedAtMs >= retryMs,
    giveUp: () => reportLost(rows.length + lost),
  };
}
