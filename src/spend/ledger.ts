import type { CacheUse } from '../openrouter/chat-reply.ts';
import { type Hint, UserError } from '../platform/errors.ts';
import { sumUsd } from '../platform/money.ts';
import { dayName } from './time.ts';

/** One request that this tool sent and its outcome, without content or key. */
export interface LedgerRow {
  /** When the answer was complete. */
  readonly at: Date;
  readonly entry: string;
  /** `primary`, `fallback1` …, `complex`. */
  readonly role: string;
  /** The id that was requested. */
  readonly model: string;
  /** The id in the answer; null if no model answered. */
  readonly servedModel: string | null;
  readonly provider: string | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  /** USD, as in `usage.cost`; null if it is unknown, which counts as 0. */
  readonly costUsd: string | null;
  /** Whether `costUsd` is the most that the request can have cost, because OpenRouter never stated its cost. */
  readonly estimated: boolean;
  /** Omitted if no cache was used. */
  readonly cache?: CacheUse | null;
  /**
   * A name from the table of outcomes; `abandoned` for the reservations of a gateway that died; `corrected` for an amount
   * that an earlier row lacks or, if it is negative, has too much. A correction is not a request.
   */
  readonly outcome: string;
}

/** The sum of one UTC day, entry and model (the one that served, else the one requested). */
export interface DailyRow {
  /** `2026-11-22`, UTC. */
  readonly day: string;
  readonly entry: string;
  readonly model: string;
  readonly requests: number;
  /** How many of them have the outcome `ok`. */
  readonly answered: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** The exact sum, a decimal string. */
  readonly usd: string;
  /** The part of `usd` that is estimated. */
  readonly estimatedUsd: string;
  /** The sums over all requests; omitted if no cache was used. */
  readonly cache?: CacheUse;
}

/** UTC days by name, both inclusive. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/**
 * Our own record of requests and their costs. A database engine stores rows and sums by day, entry and model; all other
 * totals are derived from those sums. All methods throw LedgerError.
 */
export interface Ledger extends LedgerReader {
  record(row: LedgerRow): Promise<void>;
  /** Records all of them or none. */
  recordAll(rows: readonly LedgerRow[]): Promise<void>;
}

/** Read-only access to a ledger. */
export interface LedgerReader {
  /** Ordered by day, entry and model. */
  daily(range: DayRange): Promise<DailyRow[]>;
  /** Reservations of gateways that died before `now`, not yet settled by another gateway. */
  abandoned(now: Date): Promise<LedgerRow[]>;
  close(): Promise<void>;
}

/** The ledger cannot be read or written. `spend` continues without it if possible. */
export class LedgerError extends UserError {
  override readonly name = 'LedgerError';
  /** The message without place and details, which clients of the gateway must not see. */
  readonly reason: string;

  /** `place` is a path, or a URL without its password. */
  constructor(reason: string, place: string, more: LedgerErrorDetails) {
    const words = more.detail === undefined ? reason : `${reason}: ${more.detail}`;
    super(`The ledger ${place} cannot be used: ${words}`, { hint: more.hint, cause: more.cause });
    this.reason = reason;
  }
}

export interface LedgerErrorDetails {
  readonly hint: Hint;
  /** The message of the database engine. */
  readonly detail?: string;
  readonly cause?: unknown;
}

/** The columns of the table `request`, the same in every ledger. */
export const requestColumns =
  'at, entry, role, model, served_model, provider, prompt_tokens, completion_tokens, cost_usd, outcome';

/** In the order of `requestColumns`; the time as ISO 8601 in UTC. */
export function requestValues(row: LedgerRow): (string | number | null)[] {
  return [
    row.at.toISOString(),
    row.entry,
    row.role,
    row.model,
    row.servedModel,
    row.provider,
    row.promptTokens,
    row.completionTokens,
    row.costUsd,
    row.outcome,
  ];
}

/** In the order of the columns of `daily`. */
export function dailyValues(row: DailyRow): (string | number)[] {
  return [
    row.day,
    row.entry,
    row.model,
    row.requests,
    row.answered,
    row.promptTokens,
    row.completionTokens,
    row.usd,
  ];
}

/** The sums of requests by UTC day, entry and model. */
export function dailyRowsOf(rows: readonly LedgerRow[]): DailyRow[] {
  const groups = new Map<string, LedgerRow[]>();
  for (const row of rows) {
    const name = `${dayName(row.at)}\0${row.entry}\0${row.servedModel ?? row.model}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return [...groups.values()].map(dailyRowOf);
}

function dailyRowOf(rows: readonly LedgerRow[]): DailyRow {
  const [first] = rows;
  if (first === undefined) throw new Error('A group has a row');
  const sum = (numberOf: (row: LedgerRow) => number | null) =>
    rows.reduce((total, row) => total + (numberOf(row) ?? 0), 0);
  return {
    day: dayName(first.at),
    entry: first.entry,
    model: first.servedModel ?? first.model,
    requests: sum(({ outcome }) => (outcome === 'corrected' ? 0 : 1)),
    answered: sum(({ outcome }) => (outcome === 'ok' ? 1 : 0)),
    promptTokens: sum(({ promptTokens }) => promptTokens),
    completionTokens: sum(({ completionTokens }) => completionTokens),
    usd: sumOf(rows),
    estimatedUsd: sumOf(rows.filter(({ estimated }) => estimated)),
    ...cacheOf(rows),
  };
}

function cacheOf(rows: readonly LedgerRow[]): Pick<DailyRow, 'cache'> {
  const uses = rows.flatMap(({ cache }) => cache ?? []);
  return uses.length === 0 ? {} : { cache: sumOfCaches(uses) };
}

export function sumOfCaches(uses: readonly CacheUse[]): CacheUse {
  return {
    cachedTokens: uses.reduce((sum, { cachedTokens }) => sum + cachedTokens, 0),
    writtenTokens: uses.reduce((sum, { writtenTokens }) => sum + writtenTokens, 0),
    savedUsd: sumUsd(uses.map(({ savedUsd }) => savedUsd)),
  };
}

/** In the order of the columns of `cached`. */
export function cachedValues({ day, entry, model }: DailyRow, cache: CacheUse) {
  return [day, entry, model, cache.cachedTokens, cache.writtenTokens, cache.savedUsd];
}

function sumOf(rows: readonly LedgerRow[]): string {
  return sumUsd(rows.flatMap(({ costUsd }) => costUsd ?? []));
}
