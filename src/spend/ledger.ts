import type { CacheUse } from '../openrouter/chat-reply.ts';
import { type Hint, UserError } from '../platform/errors.ts';
import { sumUsd } from '../platform/money.ts';
import { dayName } from './time.ts';

/** One request that this tool sent and its outcome, without content or key. */
export interface LedgerRow {
  /** When the answer was complete. */
  readonly at: Date;
  readonly entry: string;
  /** As named in the setup file; omitted if the request came from none. */
  readonly channel?: string | null;
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

/** The sum of one UTC day, entry and channel. It is also part of a `DailyRow`. */
export interface ChannelRow
  extends Pick<
    DailyRow,
    'day' | 'entry' | 'requests' | 'promptTokens' | 'completionTokens' | 'usd'
  > {
  readonly channel: string;
}

/** UTC days by name, both inclusive. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/**
 * Our own record of requests and their costs. A database engine stores rows and sums by day, entry and model, and by
 * day, entry and channel; all other totals are derived from those sums. All methods throw LedgerError.
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
  /** Ordered by day, entry and channel. Requests without a channel, and those of older versions, are in none of them. */
  channels(range: DayRange): Promise<ChannelRow[]>;
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
  return groupsOf(rows, ({ servedModel, model }) => servedModel ?? model).map(([model, group]) => ({
    ...totalOf(group),
    model,
    answered: group.filter(({ outcome }) => outcome === 'ok').length,
    estimatedUsd: sumOf(group.filter(({ estimated }) => estimated)),
    ...cacheOf(group),
  }));
}

/** The sums of requests by UTC day, entry and channel, of those that have one. */
export function channelRowsOf(rows: readonly LedgerRow[]): ChannelRow[] {
  return groupsOf(rows, ({ channel }) => channel ?? null).map(([channel, group]) => ({
    ...totalOf(group),
    channel,
  }));
}

/** The rows of each UTC day, entry and name, except those without a name. */
function groupsOf(
  rows: readonly LedgerRow[],
  nameOf: (row: LedgerRow) => string | null,
): [string, Group][] {
  const groups = new Map<string, [string, [LedgerRow, ...LedgerRow[]]]>();
  for (const row of rows) {
    const name = nameOf(row);
    if (name === null) continue;
    const id = `${dayName(row.at)}\0${row.entry}\0${name}`;
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [name, [row]]);
    else group[1].push(row);
  }
  return [...groups.values()];
}

/** Rows of the same UTC day and entry. */
type Group = readonly [LedgerRow, ...LedgerRow[]];

function totalOf(group: Group): Omit<ChannelRow, 'channel'> {
  const sum = (numberOf: (row: LedgerRow) => number | null) =>
    group.reduce((total, row) => total + (numberOf(row) ?? 0), 0);
  return {
    day: dayName(group[0].at),
    entry: group[0].entry,
    requests: sum(({ outcome }) => (outcome === 'corrected' ? 0 : 1)),
    promptTokens: sum(({ promptTokens }) => promptTokens),
    completionTokens: sum(({ completionTokens }) => completionTokens),
    usd: sumOf(group),
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

/** In the order of the columns of `daily_channel`. */
export function channelValues(row: ChannelRow): (string | number)[] {
  return [
    row.day,
    row.entry,
    row.channel,
    row.requests,
    row.promptTokens,
    row.completionTokens,
    row.usd,
  ];
}

/** In the order of the columns of `cached`. */
export function cachedValues({ day, entry, model }: DailyRow, cache: CacheUse) {
  return [day, entry, model, cache.cachedTokens, cache.writtenTokens, cache.savedUsd];
}

function sumOf(rows: readonly LedgerRow[]): string {
  return sumUsd(rows.flatMap(({ costUsd }) => costUsd ?? []));
}
