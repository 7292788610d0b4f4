import type { CacheUse } from '../openrouter/chat-reply.ts';
import { sumUsd } from '../platform/money.ts';
import type { DailyRow, LedgerRow } from './ledger.ts';
import { dayName } from './periods.ts';

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
    requests: rows.length,
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
