import type { Ledger, LedgerRow } from './ledger.ts';

/** Asks to set aside what one request may cost at most. */
export interface ReservationRequest {
  readonly entry: string;
  /** The worst case in USD, a decimal string. */
  readonly usd: string;
  /** USD per UTC day and UTC month; null for no limit. */
  readonly limits: BudgetLimits;
}

interface BudgetLimits {
  readonly day: string | null;
  readonly month: string | null;
}

/** An amount in USD that is set aside for the requests of an entry. */
export interface Reservation {
  readonly entry: string;
  /** A decimal string. */
  readonly usd: string;
}

/** What an entry has come to, in USD as exact decimal strings. */
export interface EntryTotals {
  /** Settled in the UTC day and the UTC month of the batch. */
  readonly day: string;
  readonly month: string;
  /** Reserved by this gateway and all others: for requests under way, or by a gateway that died and may be charged. */
  readonly reserved: string;
}

export type ReservationAnswer =
  | { readonly granted: true }
  | {
      readonly granted: false;
      /** As they stood when it did not fit. */
      readonly totals: EntryTotals;
    };

/** What one gateway writes and asks at one moment: all of it happens, or nothing. */
export interface Batch {
  readonly at: Date;
  /** No request of this gateway can be under way for longer: what it still has reserved then, it died with. */
  readonly reservedUntil: Date;
  readonly settled: readonly LedgerRow[];
  /**
   * All that this gateway has reserved once `settled` is written and before `requests` are granted, for each entry that
   * is settled or asked for. An absolute amount, so that a batch whose outcome got lost is put right by the next one.
   */
  readonly reserved: readonly Reservation[];
  readonly requests: readonly ReservationRequest[];
}

export interface BatchResult {
  /** In the order of `requests`. */
  readonly answers: readonly ReservationAnswer[];
  /** Of every entry in `reserved`, as they stand after the batch. */
  readonly totals: ReadonlyMap<string, EntryTotals>;
}

/**
 * A ledger opened in the name of one gateway, which several may spend against at once: what is settled and what is
 * reserved never passes a limit together, however many ask at the same moment. A reservation is on disk before it is
 * granted. Those of a gateway that died become settled rows (`abandonedRow`) in the next batch after `reservedUntil`,
 * so that what may have been charged goes on counting. All methods throw LedgerError.
 */
export interface BudgetLedger extends Ledger {
  /** A reservation is granted whole or not at all. A gateway commits one batch after the other. */
  commit(batch: Batch): Promise<BatchResult>;
  totals(entry: string, at: Date): Promise<EntryTotals>;
  /** True for the first who says so, whichever gateway it is: an alert goes out once in a window. */
  claim(what: string, at: Date): Promise<boolean>;
}
