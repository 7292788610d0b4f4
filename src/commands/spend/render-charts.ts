import stringWidth from 'fast-string-width';
import { alignAmounts, formatUsd, percent } from '../../platform/money.ts';
import type { BudgetStatus } from '../../routing/budget.ts';
import { modelSpan } from '../../spend/breakdown.ts';
import { type KeyLimit, keyLimits, type LimitUse } from '../../spend/limits.ts';
import {
  daySpanText,
  modelSpanText,
  recordedSpanText,
  type SpendReport,
} from '../../spend/report.ts';
import type { State, Style } from '../../terminal/style.ts';
import { type Column, renderTable, truncate } from '../../terminal/table.ts';
import { cleanText } from '../../text/terminal.ts';

export interface Canvas {
  readonly style: Style;
  readonly columns: number;
  /** Draw bars with block characters instead of ASCII. */
  readonly bars: boolean;
}

const widestBar = 32;

/** A bar per day, oldest first. */
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

/** A bar per model, most expensive first. */
export function renderModels({ byModel, facts }: SpendReport, canvas: Canvas): string[] {
  const span = modelSpan(facts);
  if (byModel === null || span === null) return unknown('model', canvas);
  const parts = byModel.map((row) => ({ ...row, name: row.model }));
  return renderParts('Model', parts, modelSpanText(span), canvas);
}

/** A bar per channel, most expensive first. */
export function renderChannels({ byChannel, facts }: SpendReport, canvas: Canvas): string[] {
  if (byChannel === null) return unrecorded('channel', canvas);
  const parts = byChannel.map((row) => ({ ...row, name: row.channel ?? '(no channel)' }));
  return renderParts('Channel', parts, recordedSpanText(facts.days), canvas);
}

/** A bar per entry, most expensive first. */
export function renderEntries({ byEntry, facts }: SpendReport, canvas: Canvas): string[] {
  if (byEntry === null) return unrecorded('entry', canvas);
  const parts = byEntry.map((row) => ({ ...row, name: row.entry }));
  return renderParts('Entry', parts, recordedSpanText(facts.days), canvas);
}

interface Part {
  readonly name: string;
  readonly usd: string;
  readonly requests: number;
}

function renderParts(head: string, parts: readonly Part[], span: string, canvas: Canvas): string[] {
  if (parts.length === 0) return [`  No requests ${span}`];
  const greatest = greatestOf(parts);
  const amounts = alignAmounts(parts.map(({ usd }) => usd));
  const rows = parts.map(({ name, usd, requests }, index) => [
    truncate(cleanText(name), maxNameWidth(canvas.columns), canvas.style.ellipsis),
    amounts[index] ?? '',
    String(requests),
    barOf(usd, greatest, canvas),
  ]);
  const columns: Column[] = [
    { head, flexible: true },
    { head: 'USD', align: 'right' },
    { head: 'requests', align: 'right', drop: 2 },
    { head: span, drop: 1 },
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

// Otherwise one very long name would push the bars off the screen.
function maxNameWidth(width: number): number {
  return Math.max(24, Math.floor(width / 2) - 8);
}

function unknown(what: string, { style }: Canvas): string[] {
  return [
    `  ${style.symbol('skip')} By ${what}: unknown without the account activity or the ledger`,
  ];
}

function unrecorded(what: string, { style }: Canvas): string[] {
  return [`  ${style.symbol('skip')} By ${what}: unknown without the ledger`];
}

interface GaugeRow {
  readonly label: string;
  readonly amount: string;
  /** Null if there is no limit to draw. */
  readonly use: Pick<LimitUse, 'ratio' | 'status'> | null;
  readonly alertThreshold: string;
}

const widestEntry = 22;
const widestGauge = 24;
const narrowestGauge = 8;
const margin = 2;
const gap = 2;

const gaugeColumns: readonly Column[] = [
  { head: '', flexible: true },
  { head: '' },
  { head: '', drop: 2 },
  { head: '', align: 'right', drop: 1 },
  { head: '' },
];

/** One line per window and limit: label, amount, bar, percent, state. */
export function renderGauges(report: SpendReport, canvas: Canvas): string[] {
  const rows = [...overallRows(report), ...entryRows(report, canvas.style), ...keyRows(report)];
  const words = rows.map((row) => textOf(row, canvas.style));
  const width = gaugeWidth(words, canvas.columns);
  const cells = words.map(([label, amount, share, state], index) => {
    const drawn = width === 0 ? '' : gaugeOf(rows[index]?.use ?? null, canvas, width);
    return [label, amount, drawn, share, state];
  });
  const [, ...lines] = renderTable(gaugeColumns, cells, {
    width: canvas.columns,
    margin,
    ellipsis: canvas.style.ellipsis,
  });
  return lines;
}

type RowText = readonly [label: string, amount: string, share: string, state: string];

function textOf({ label, amount, use, alertThreshold }: GaugeRow, style: Style): RowText {
  return [
    label,
    style.strong(amount),
    use === null || use.ratio === null ? '' : percent(use.ratio),
    use === null ? '' : stateOf(use.status, alertThreshold, style),
  ];
}

/** The space left by the text; 0 if it is too small for a bar. */
function gaugeWidth(words: readonly RowText[], screen: number): number {
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...words.map((cells) => stringWidth(cells[column] ?? '') + gap)),
  );
  const room = screen - margin - widths.reduce((sum, width) => sum + width, 0);
  return room < narrowestGauge ? 0 : Math.min(widestGauge, room);
}

function overallRows({ usage, overall }: SpendReport): GaugeRow[] {
  const alertThreshold = overall?.alertThreshold ?? '1';
  const row = (label: string, usd: string | null, use: LimitUse | undefined): GaugeRow => ({
    label,
    amount: amountOf(usd, use?.limit ?? null),
    use: use === undefined || use.limit === null ? null : use,
    alertThreshold,
  });
  return [
    row('Today', usage.day.usd, overall?.day),
    row('This week', usage.week.usd, undefined),
    row('This month', usage.month.usd, overall?.month),
  ];
}

/** The limits of each entry, unless the lines above already show them. */
function entryRows({ entries, overall }: SpendReport, { ellipsis }: Style): GaugeRow[] {
  const [only, ...others] = entries;
  if (others.length === 0 && only?.day.usd === overall?.day.usd) {
    if (only?.month.usd === overall?.month.usd) return [];
  }
  return entries.flatMap(({ entry, alertThreshold, day, month }) =>
    [['today', day] as const, ['month', month] as const]
      .filter(([, use]) => use.limit !== null)
      .map(([name, use]) => ({
        label: `${truncate(cleanText(entry), widestEntry, ellipsis)} ${name}`,
        amount: amountOf(use.usd, use.limit),
        use,
        alertThreshold,
      })),
  );
}

function keyRows({ facts }: SpendReport): GaugeRow[] {
  return keyLimits(facts).map(({ prefix, window, used, limit, ratio, status }: KeyLimit) => ({
    label: `${facts.keys.length > 1 ? prefix : 'Key'}, ${window}`,
    amount: amountOf(used, limit),
    use: { ratio, status },
    alertThreshold: '1',
  }));
}

function amountOf(usd: string | null, limit: string | null): string {
  const spent = usd === null ? 'unknown' : `${formatUsd(usd)}`;
  return limit === null ? spent : `${spent} of ${formatUsd(limit)}`;
}

function gaugeOf(use: GaugeRow['use'], canvas: Canvas, width: number): string {
  if (use === null) return '';
  const share = use.ratio === null ? 1 : Number(use.ratio);
  const { filled, rest } = gauge(share, { width, unicode: canvas.bars });
  return canvas.style.paint(states[use.status], filled) + canvas.style.dim(rest);
}

/** Symbol and word, or only one of them if both are the same, as for `ok` in ASCII. */
function stateOf(status: LimitUse['status'], alertThreshold: string, style: Style): string {
  const state = states[status];
  const word = status === 'alert' ? `alert at ${percent(alertThreshold)}` : status;
  const symbol = style.symbol(state);
  return symbol === style.paint(state, word) ? symbol : `${symbol} ${style.paint(state, word)}`;
}

const states: Readonly<Record<BudgetStatus, State>> = {
  unlimited: 'skip',
  ok: 'ok',
  alert: 'warn',
  exceeded: 'fail',
};

/** The part of a bar narrower than one cell, in eighths: index 1 is one eighth. */
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

export interface BarOptions {
  /** The full width, in cells. */
  readonly width: number;
  /** Draw eighths of a block; otherwise `#`. */
  readonly unicode: boolean;
}

/**
 * A bar of `share` (0 to 1, clamped) of `width` cells, without trailing spaces. Any share above 0 has at least the
 * smallest mark, and only a full share fills the width.
 */
export function bar(share: number, { width, unicode }: BarOptions): string {
  const steps = unicode ? eighths.length : 1;
  const whole = width * steps;
  const filled = share >= 1 ? whole : Math.min(whole - 1, Math.floor(share * whole));
  const count = share > 0 ? Math.max(1, filled) : 0;
  const rest = eighths[count % steps] ?? '';
  return (unicode ? '█' : '#').repeat(Math.floor(count / steps)) + rest;
}

/** A bar with its unfilled rest, always `width` cells wide. */
export function gauge(share: number, options: BarOptions): { filled: string; rest: string } {
  const filled = bar(share, options);
  return {
    filled,
    rest: (options.unicode ? '░' : '.').repeat(options.width - filled.length),
  };
}
