import type { Stream } from '../../platform/deps.ts';
import type { ModelSpend } from '../../spend/breakdown.ts';
import { keyLimits, type LimitUse } from '../../spend/limits.ts';
import type { SpendReport } from '../../spend/report.ts';
import { createStyle } from '../../terminal/style.ts';
import { type Cell, toTsv } from '../../text/csv.ts';
import { cleanText } from '../../text/terminal.ts';
import {
  type Canvas,
  renderChannels,
  renderDays,
  renderEntries,
  renderGauges,
  renderModels,
} from './render-charts.ts';
import { renderNotes, unreadKeyLines } from './render-notes.ts';
import type { Breakdown, SpendResult } from './run.ts';

/** Gauges, forecast and charts for a terminal, tab-separated rows for a pipe. */
export function renderSpend(stream: Stream, result: SpendResult): string {
  if (!stream.isTty) return renderPlain(result);
  const style = createStyle(stream);
  const canvas = { style, columns: stream.columns, bars: stream.unicode && stream.color };
  const blocks = [
    renderGauges(result.report, canvas),
    renderNotes(result, canvas),
    result.by === undefined ? [] : charts[result.by](result.report, canvas),
  ];
  const shown = blocks.filter((lines) => lines.length > 0);
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const charts: Readonly<Record<Breakdown, (report: SpendReport, canvas: Canvas) => string[]>> = {
  day: renderDays,
  model: renderModels,
  channel: renderChannels,
  entry: renderEntries,
};

/** A line for each key that was not read, since its rows are missing in a pipe; empty if there is none. */
export function renderUnreadKeys(stream: Stream, { report }: SpendResult): string {
  const warning = createStyle(stream).symbol('warn');
  return unreadKeyLines(report)
    .map((line) => `  ${warning} ${cleanText(line)}\n`)
    .join('');
}

/** Tab-separated rows with a header: exact amounts in USD, `-` for unknown. With `--by`, only the breakdown. */
function renderPlain({ report, by }: SpendResult): string {
  return toTsv(by === undefined ? summary(report) : rowsBy[by](report), '-');
}

const rowsBy: Readonly<Record<Breakdown, (report: SpendReport) => Cell[][]>> = {
  day: days,
  model: ({ byModel }) => parts('model', byModel, ({ model }) => model),
  channel: ({ byChannel }) => parts('channel', byChannel, ({ channel }) => channel),
  entry: ({ byEntry }) => parts('entry', byEntry, ({ entry }) => entry),
};

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
    ['byok', 'month', report.byok?.usd, null, null, null],
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

type Part = Omit<ModelSpend, 'model'>;

function parts<Row extends Part>(
  what: Breakdown,
  all: readonly Row[] | null,
  nameOf: (row: Row) => string | null,
): Cell[][] {
  const rows = (all ?? []).map((row) => [
    nameOf(row),
    row.usd,
    row.requests,
    row.promptTokens,
    row.completionTokens,
    row.source,
  ]);
  return [[what, 'usd', 'requests', 'prompt_tokens', 'completion_tokens', 'source'], ...rows];
}
