import type { LimitUse } from '../../spend/limits.ts';
import type { SpendReport } from '../../spend/report.ts';
import { type Cell, toTsv } from '../../text/csv.ts';
import { keyLimits } from './key-limit.ts';
import type { SpendResult } from './run.ts';

/**
 * Tab-separated rows under a line of heads, exact amounts in USD, `-` for what is not known. `--by` gives its own
 * rows and nothing else.
 */
export function renderPlain({ report, by }: SpendResult): string {
  const rows = by === undefined ? summary(report) : by === 'day' ? days(report) : models(report);
  return toTsv(rows, '-');
}

function summary(report: SpendReport): Cell[][] {
  const { usage, overall, forecast } = report;
  return [
    ['what', 'window', 'usd', 'limit', 'ratio', 'status'],
    ['all', 'today', usage.day.usd, ...limitCells(overall?.day)],
    ['all', 'week', usage.week.usd, null, null, null],
    ['all', 'month', usage.month.usd, ...limitCells(overall?.month)],
    ...report.entries.flatMap(({ entry, day, month }) => [
      [`entry ${entry}`, 'today', day.usd, ...limitCells(day)],
      [`entry ${entry}`, 'month', month.usd, ...limitCells(month)],
    ]),
    ...keyLimits(report.facts).map((key) => [
      `key ${key.prefix}`,
      key.window,
      key.used,
      ...limitCells(key),
    ]),
    ['credits', 'left', report.creditsLeft, null, null, null],
    ['forecast', 'month', forecast.monthEndUsd, overall?.month.limit, null, null],
  ];
}

function limitCells(use: Pick<LimitUse, 'limit' | 'ratio' | 'status'> | undefined): Cell[] {
  return [use?.limit, use?.ratio, use?.status];
}

function days({ byDay }: SpendReport): Cell[][] {
  const rows = (byDay ?? []).map(({ day, usd, requests, source }) => [day, usd, requests, source]);
  return [['day', 'usd', 'requests', 'source'], ...rows];
}

function models({ byModel }: SpendReport): Cell[][] {
  const rows = (byModel ?? []).map((row) => [
    row.model,
    row.usd,
    row.requests,
    row.promptTokens,
    row.completionTokens,
    row.source,
  ]);
  const head = ['model', 'usd', 'requests', 'prompt_tokens', 'completion_tokens', 'source'];
  return [head, ...rows];
}
