import type { ChatReply } from '../openrouter/chat-reply.ts';
import { isRecord } from '../platform/record.ts';
import type { Reservation } from '../spend/budget-ledger.ts';
import type { LedgerRow } from '../spend/ledger.ts';
import { isPlausible } from './attempt-cost.ts';
import type { LedgerBatcher } from './ledger-batcher.ts';

/**
 * Jobs that OpenRouter has accepted and charges when they are done, such as videos. Each counts at its reservation from
 * the start, so that neither a client that never polls nor the end of the gateway loses it; the poll that states its
 * cost corrects that.
 */
export interface Jobs {
  /** Settles `row`, whose cost is the estimate. `path` is the one to poll, without `/v1`. */
  submit(path: string, row: LedgerRow, reservation: Reservation | null): void;
  /**
   * Takes the answer to a poll, whose JSON is `body`. Returns the cost in USD the first time that it states one; null
   * otherwise, and for jobs of other programs or of an earlier gateway.
   */
  poll(path: string, reply: ChatReply, body: unknown): string | null;
}

interface Job {
  readonly row: LedgerRow;
  readonly reservation: Reservation | null;
}

/** `onSettled` is called for each job once its cost is final, since counters cannot take an estimate back. */
export function createJobs(
  batcher: Pick<LedgerBatcher, 'settle'> | null,
  onSettled: (row: LedgerRow) => void,
): Jobs {
  const jobs = new Map<string, Job>();
  return {
    submit(path, row, reservation) {
      jobs.set(nameOf(path), { row, reservation });
      batcher?.settle(row, reservation);
    },
    poll(path, reply, body) {
      const job = jobs.get(nameOf(path));
      const usd = job === undefined ? null : finalCost(job, reply, body);
      if (job === undefined || usd === null) return null;
      jobs.delete(nameOf(path));
      for (const row of corrections(job, usd)) batcher?.settle(row, emptyReservation(job));
      onSettled({ ...job.row, costUsd: usd, estimated: false });
      return usd;
    },
  };
}

function nameOf(path: string): string {
  return path.toLowerCase().replace(/\/$/, '');
}

/** Null while it is not known. Source for the states: OpenRouter's API description, `VideoGenerationResponse`. */
function finalCost({ reservation }: Job, { usage }: ChatReply, body: unknown): string | null {
  const status = isRecord(body) ? body.status : null;
  if (status === 'pending' || status === 'in_progress') return null;
  const stated = usage?.costUsd ?? null;
  if (stated !== null && isPlausible(stated, reservation)) return stated;
  return stated === null && status === 'failed' ? '0' : null;
}

/** On the day of the job, whose budget its reservation has used. */
function corrections({ row }: Job, usd: string): LedgerRow[] {
  // The row itself has the tokens already.
  const correction = { ...row, promptTokens: null, completionTokens: null, outcome: 'corrected' };
  const actual = { ...correction, costUsd: usd, estimated: false };
  return row.costUsd === null ? [actual] : [{ ...correction, costUsd: `-${row.costUsd}` }, actual];
}

/** An empty one has the entry's totals read again. */
function emptyReservation({ reservation }: Job): Reservation | null {
  return reservation === null ? null : { ...reservation, usd: '0' };
}
