import stringWidth from 'fast-string-width';
import { formatUsd, percent } from '../../platform/money.ts';
import type { BudgetStatus } from '../../routing/budget.ts';
import { type KeyLimit, keyLimits, type LimitUse } from '../../spend/limits.ts';
import type { SpendReport } from '../../spend/report.ts';
import { gauge } from '../../terminal/chart.ts';
import type { State, Style } from '../../terminal/style.ts';
import { type Column, renderTable, truncate } from '../../terminal/table.ts';
import { cleanText } from '../../text/terminal.ts';

export interface Canvas {
  readonly style: Style;
  readonly columns: number;
  /** Draw bars with block characters instead of ASCII. */
  readonly bars: boolean;
}

interface GaugeRow {
  readonly label: string;
  readonly amount: string;
  /** Null if there is no limit to draw. */
  readonly use: Pick<LimitUse, 'ratio' | 'status'> | null;
  readonly alertThreshold: string;
}

const widestEntry = 22;
const widestBar = 24;
const narrowestBar = 8;
const margin = 2;
const gap = 2;

const columns: readonly Column[] = [
  { head: '', flexible: true },
  { head: '' },
  { head: '', drop: 2 },
  { head: '', align: 'right', drop: 1 },
  { head: '' },
];

/** One line for each window and limit: label, amount, bar, percent, state. */
export function renderGauges(report: SpendReport, canvas: Canvas): string[] {
  const rows = [...overallRows(report), ...entryRows(report, canvas.style), ...keyRows(report)];
  const words = rows.map((row) => textOf(row, canvas.style));
  const width = barWidth(words, canvas.columns);
  const cells = words.map(([label, amount, share, state], index) => {
    const drawn = width === 0 ? '' : barOf(rows[index]?.use ?? null, canvas, width);
    return [label, amount, drawn, share, state];
  });
  const [, ...lines] = renderTable(columns, cells, {
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

/** The room that the text leaves; 0 if it is too little for a bar. */
function barWidth(words: readonly RowText[], screen: number): number {
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...words.map((cells) => stringWidth(cells[column] ?? '') + gap)),
  );
  const room = screen - margin - widths.reduce((sum, width) => sum + width, 0);
  return room < narrowestBar ? 0 : Math.min(widestBar, room);
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

/** The limits of each entry, unless the lines above show the same. */
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

function barOf(use: GaugeRow['use'], canvas: Canvas, width: number): string {
  if (use === null) return '';
  const share = use.ratio === null ? 1 : Number(use.ratio);
  const { filled, rest } = gauge(share, { width, unicode: canvas.bars });
  return canvas.style.paint(states[use.status], filled) + canvas.style.dim(rest);
}

/** Symbol and word, once where they are the same, as for `ok` in ASCII. */
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
