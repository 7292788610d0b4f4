import { formatAmount } from '../../platform/money.ts';
import { modelSpan } from '../../spend/breakdown.ts';
import type { SpendReport } from '../../spend/report.ts';
import { bar } from '../../terminal/chart.ts';
import { type Column, renderTable, truncate } from '../../terminal/table.ts';
import type { Look } from './render-gauges.ts';
import { daysWords, modelsWords } from './words.ts';

const widestBar = 32;

/** A bar a day, the oldest first. */
export function renderDays({ byDay }: SpendReport, look: Look): string[] {
  if (byDay === null) return unknown('day', look);
  const greatest = greatestOf(byDay);
  const rows = byDay.map(({ day, usd, requests }) => [
    day,
    formatAmount(usd),
    requests === null ? '' : String(requests),
    barOf(usd, greatest, look),
  ]);
  const columns: Column[] = [
    { head: `Day (UTC)` },
    { head: 'USD', align: 'right' },
    { head: 'requests', align: 'right', drop: 2 },
    { head: daysWords(byDay), drop: 1 },
  ];
  return table(columns, rows, look);
}

/** A bar a model, the dearest first. */
export function renderModels({ byModel, facts }: SpendReport, look: Look): string[] {
  const span = modelSpan(facts);
  if (byModel === null || span === null) return unknown('model', look);
  if (byModel.length === 0) return [`  No requests ${modelsWords(span)}`];
  const greatest = greatestOf(byModel);
  const rows = byModel.map(({ model, usd, requests }) => [
    truncate(model, longestModel(look.columns), look.style.ellipsis),
    formatAmount(usd),
    String(requests),
    barOf(usd, greatest, look),
  ]);
  const columns: Column[] = [
    { head: 'Model', flexible: true },
    { head: 'USD', align: 'right' },
    { head: 'requests', align: 'right', drop: 2 },
    { head: modelsWords(span), drop: 1 },
  ];
  return table(columns, rows, look);
}

function table(columns: readonly Column[], rows: readonly string[][], look: Look): string[] {
  const { style, columns: width } = look;
  return renderTable(columns, rows, { width, ellipsis: style.ellipsis, paintHead: style.dim });
}

function greatestOf(rows: readonly { readonly usd: string }[]): number {
  return Math.max(0, ...rows.map(({ usd }) => Number(usd)));
}

function barOf(usd: string, greatest: number, { style, columns, bars }: Look): string {
  const share = greatest === 0 ? 0 : Number(usd) / greatest;
  const width = Math.max(8, Math.min(widestBar, Math.floor(columns / 3)));
  return style.accent(bar(share, { width, unicode: bars }));
}

// One very long id would otherwise push the bars off the screen.
function longestModel(width: number): number {
  return Math.max(24, Math.floor(width / 2) - 8);
}

function unknown(what: string, { style }: Look): string[] {
  return [
    `  ${style.symbol('skip')} By ${what}: not known, since neither activity nor ledger says so`,
  ];
}
