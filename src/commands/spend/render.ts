import type { Stream } from '../../platform/deps.ts';
import { keyLimits, type LimitUse } from '../../spend/limits.ts';
import type { SpendReport } from '../../spend/report.ts';
import { createStyle } from '../../terminal/style.ts';
import { type Cell, toTsv } from '../../text/csv.ts';
import { renderDays, renderModels } from './render-charts.ts';
import { renderGauges } from './render-gauges.ts';
import { renderNotes } from './render-notes.ts';
import type { SpendResult } from './run.ts';

/** What `spend` prints: gauges, forecast and charts on a terminal, tab-separated rows in a pipe. */
export function renderSpend(stream: Stream, result: SpendResult): string {
  if (!stream.isTty) return renderPlain(result);
  const style = createStyle(stream);
  const look = { style, columns: stream.columns, bars: stream.unicode && stream.color };
  const blocks = [
    renderGauges(result.report, look),
    renderNotes(result, look),
    result.by === 'day' ? renderDays(result.report, look) : [],
    result.by === 'model' ? renderModels(result.report, look) : [],
  ];
  const shown = blocks.filter((lines) => lines.length > 0);
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

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
