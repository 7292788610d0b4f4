import type { Clock } from '../platform/deps.ts';
import type {
  BudgetLedger,
  EntryTotals,
  Reservation,
  ReservationAnswer,
  ReservationRequest,
} from '../spend/budget-ledger.ts';
import type { LedgerRow } from '../spend/ledger.ts';
import { createBatchWriter } from './batch-writer.ts';
import { createLedgerBacklog, type LedgerEvent, type Settlement } from './ledger-backlog.ts';
import { createLedgerQueue } from './ledger-queue.ts';
import { createReserved } from './reserved.ts';

/** The one way to the ledger: what comes in the same moment is written there in one transaction. */
export interface LedgerBatcher {
  /** Throws where the ledger fails, or does not answer in time: without it nobody knows what is left. */
  reserve(request: ReservationRequest): Promise<ReservationAnswer>;
  /**
   * Resolves when the row is in the ledger, with the entry's totals where something was reserved; with null where that
   * takes too long. Never throws: a row that the ledger did not take stays here and goes with the next batch.
   */
  settle(row: LedgerRow, reservation: Reservation | null): Promise<EntryTotals | null>;
  /** The last batch failed, and none has been written since. */
  isFailing(): boolean;
  /** Resolves when nothing is left to be written. What the ledger still does not take is given up, and reported. */
  finish(): Promise<void>;
}

export interface LedgerBatcherOptions {
  readonly ledger: Pick<BudgetLedger, 'commit'>;
  readonly clock: Clock;
  /** How long one request can have something reserved, in milliseconds. */
  readonly longestMs: number;
  /** How many calls are under way. */
  readonly inFlight: () => number;
  readonly report: (event: LedgerEvent) => void;
}

/** Longer than SQLite and PostgreSQL are waited for, which say themselves what is wrong. */
const reservePatienceMs = 35_000;
/** A client that has its answer is not kept waiting for a locked file. */
const settlePatienceMs = 250;
const lookEveryMs = 100;

/** The ledger neither answers nor fails. */
export class LedgerTimeout extends Error {
  override readonly name = 'LedgerTimeout';
  readonly reason = `it does not answer within ${reservePatienceMs / 1000} s`;
}

export function createLedgerBatcher(options: LedgerBatcherOptions): LedgerBatcher {
  const { clock, inFlight } = options;
  const requests = createLedgerQueue<ReservationRequest, ReservationAnswer>({
    patienceMs: reservePatienceMs,
    forgets: true,
    letGo: ({ reject }) => reject(new LedgerTimeout()),
  });
  const settlements = createLedgerQueue<Settlement, EntryTotals | null>({
    patienceMs: settlePatienceMs,
    forgets: false,
    letGo: ({ resolve }) => resolve(null),
  });
  const backlog = createLedgerBacklog(options.report);
  const reserved = createReserved();
  const write = createBatchWriter({ ...options, backlog, reserved });
  const waiting = () => requests.length() + settlements.length();
  let busy: Promise<void> | null = null;
  let isWatching = false;

  function wake(): void {
    busy ??= (inFlight() > 1 ? pendingEvents() : Promise.resolve()).then(work);
    if (!isWatching) void watch();
  }

  async function work(): Promise<void> {
    do {
      await gather(waiting, inFlight);
      await commit();
    } while (waiting() > 0 || (reserved.hasUnwritten() && !backlog.isFailing()));
    busy = null;
  }

  const commit = () => write(requests.take(), settlements.take());

  /** One timer for all, since nearly nobody waits for as long as it takes to set one. */
  async function watch(): Promise<void> {
    isWatching = true;
    while (busy !== null || backlog.isFailing()) {
      await clock.sleep(lookEveryMs, never);
      const nowMs = clock.monotonic();
      requests.letGo(nowMs);
      settlements.letGo(nowMs);
      if (busy === null && backlog.isDue(nowMs)) wake();
    }
    isWatching = false;
  }

  return {
    reserve(request) {
      const answered = requests.push(request, clock.monotonic());
      wake();
      return answered;
    },
    settle(row, reservation) {
      const written = settlements.push({ row, reservation }, clock.monotonic());
      wake();
      return written;
    },
    isFailing: () => backlog.isFailing(),
    async finish() {
      while (busy !== null) await busy;
      if (backlog.isFailing()) await commit();
      backlog.giveUp();
    },
  };
}

const never = new AbortController().signal;

/**
 * A batch costs little more for twenty requests than for one. It waits as long as each look at the sockets brings more
 * of them, unless half of all calls are in it: the others wait for OpenRouter.
 */
async function gather(waiting: () => number, inFlight: () => number): Promise<void> {
  for (let before = 0; ; ) {
    const now = waiting();
    if (now === before || now * 2 >= inFlight()) return;
    before = now;
    await pendingEvents();
  }
}

/** After what the sockets have brought in this round of the event loop. */
function pendingEvents(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
