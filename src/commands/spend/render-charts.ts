import { alignAmounts } from '../../platform/money.ts';
import { plural } from '../../platform/plural.ts';
import { type DaySpend, type ModelSpan, modelSpan } from '../../spend/breakdown.ts';
import type { SpendReport } from '../../spend/report.ts';
import { bar } from '../../terminal/chart.ts';
import { type Column, renderTable, truncate } from '../../terminal/table.ts';
import type { Canvas } from './render-gauges.ts';

const widestBar = 32;

/** A bar for each day, the oldest first. */
export function renderDays({ byDay }: SpendReport, canvas: Canvas): string[] {
  if (byDay === null) return unknown('day', canvas);
  const greatest = greatestOf(byDay);
  const amounts = alignAmounts(byDay.map(({ usd }) => usd));
  const rows = byDay.map(({ day, usd, requests }, index) => [
    day,
    amounts[index] ?? '',
    requests === null ? '' : String(requests),
    barOf(usd, greatest, canvas),
  ]);
  const columns: Column[] = [
    { head: `Day (UTC)` },
    { head: 'USD', align: 'right' },
    { head: 'requests', align: 'right', drop: 2 },
    { head: daySpanText(byDay), drop: 1 },
  ];
  return table(columns, rows, canvas);
}

/** A bar for each model, the most expensive first. */
export function renderModels({ byModel, facts }: SpendReport, canvas: Canvas): string[] {
  const span = modelSpan(facts);
  if (byModel === null || span === null) return unknown('model', canvas);
  if (byModel.length === 0) return [`  No requests ${modelSpanText(span)}`];
  const greatest = greatestOf(byModel);
  const amounts = alignAmounts(byModel.map(({ usd }) => usd));
  const rows = byModel.map(({ model, usd, requests }, index) => [
    truncate(model, longestModel(canvas.columns), canvas.style.ellipsis),
    amounts[index] ?? '',
    String(requests),
    barOf(usd, greatest, canvas),
  ]);
  const columns: Column[] = [
    { head: 'Model', flexible: true },
    { head: 'USD', align: 'right' },
    { head: 'requests', align: 'right', drop: 2 },
    { head: modelSpanText(span), drop: 1 },
  ];
  return table(columns, rows, canvas);
}

function table(columns: readonly Column[], rows: readonly string[][], canvas: Canvas): string[] {
  const { style, columns: width } = canvas;
  return renderTable(columns, rows, { width, ellipsis: style.ellipsis, paintHead: style.dim });
}

function greatestOf(rows: readonly { readonly usd: string }[]): number {
  return Math.max(0, ...rows.map(({ usd }) => Number(usd)));
}

function barOf(usd: string, greatest: number, { style, columns, bars }: Canvas): string {
  const share = greatest === 0 ? 0 : Number(usd) / greatest;
  const width = Math.max(8, Math.min(widestBar, Math.floor(columns / 3)));
  return style.accent(bar(share, { width, unicode: bars }));
}

// One very long id would otherwise push the bars off the screen.
function longestModel(width: number): number {
  return Math.max(24, Math.floor(width / 2) - 8);
}

function unknown(what: string, { style }: Canvas): string[] {
  return [
    `  ${style.symbol('skip')} By ${what}: unknown without the account activity or the ledger`,
  ];
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
