import type { Stream } from '../../platform/deps.ts';
import { keyLimits, type LimitUse } from '../../spend/limits.ts';
import type { SpendReport } from '../../spend/report.ts';
import { createStyle } from '../../terminal/style.ts';
import { type Cell, toTsv } from '../../text/csv.ts';
import { renderDays, renderGauges, renderModels } from './render-charts.ts';
import { renderNotes } from './render-notes.ts';
import type { SpendResult } from './run.ts';

/** Gauges, forecast and charts for a terminal, tab-separated rows for a pipe. */
export function renderSpend(stream: Stream, result: SpendResult): string {
  if (!stream.isTty) return renderPlain(result);
  const style = createStyle(stream);
  const canvas = { style, columns: stream.columns, bars: stream.unicode && stream.color };
  const blocks = [
    renderGauges(result.report, canvas),
    renderNotes(result, canvas),
    result.by === 'day' ? renderDays(result.report, canvas) : [],
    result.by === 'model' ? renderModels(result.report, canvas) : [],
  ];
  const shown = blocks.filter((lines) => lines.length > 0);
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Tab-separated rows with a header: exact amounts in USD, `-` for unknown. With `--by`, only the breakdown. */
function renderPlain({ report, by }: SpendResult): string {
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
