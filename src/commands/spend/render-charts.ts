import { alignAmounts } from '../../platform/money.ts';
import { modelSpan } from '../../spend/breakdown.ts';
import type { SpendReport } from '../../spend/report.ts';
import { daySpanText, modelSpanText } from '../../spend/report-text.ts';
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
