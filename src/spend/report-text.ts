import { formatUsd } from '../platform/money.ts';
import { plural, thousands } from '../platform/wording.ts';
import type { DaySpend, ModelSpan } from './breakdown.ts';
import type { SpendReport } from './report.ts';

// What the terminal and the pages say in the same words.

/** What prompt caching saved through `serve`; nothing where no cache was used. */
export function cacheLines({ cache }: SpendReport): string[] {
  if (cache === null || cache.cachedTokens + cache.writtenTokens === 0) return [];
  const share = Math.round((cache.cachedTokens / Math.max(1, cache.promptTokens)) * 100);
  const read = `Prompt caching this month: ${thousands(cache.cachedTokens)} of ${thousands(cache.promptTokens)} prompt tokens (${share} %) came from a cache`;
  return cache.savedUsd.startsWith('-')
    ? [`${read}; writing it has cost ${formatUsd(cache.savedUsd.slice(1))} more than that saved`]
    : [`${read}, which saved ${formatUsd(cache.savedUsd)}`];
}

/** `of the account, 31 days`: the source of the days shown and their number, including today. */
export function daySpanText(byDay: readonly DaySpend[]): string {
  return `${sourceText(byDay[0]?.source === 'ledger')}, ${daysText(byDay.length)}`;
}

/** `of the account, 6 completed days`: the same for models, for which the account has no data of today. */
export function modelSpanText({ source, days }: ModelSpan): string {
  const completed = plural(days.length, 'completed day');
  return `${sourceText(source === 'ledger')}, ${source === 'ledger' ? daysText(days.length) : completed}`;
}

function sourceText(isLedger: boolean): string {
  return isLedger ? 'recorded by this tool' : 'of the account';
}

function daysText(days: number): string {
  return days === 1 ? 'today' : `${days} days`;
}
