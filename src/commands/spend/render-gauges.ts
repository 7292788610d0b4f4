import stringWidth from 'fast-string-width';
import { formatUsd } from '../../platform/money.ts';
import { type KeyLimit, keyLimits, type LimitUse } from '../../spend/limits.ts';
import type { SpendReport } from '../../spend/report.ts';
import { gauge } from '../../terminal/chart.ts';
import type { Style } from '../../terminal/style.ts';
import { type Column, renderTable, truncate } from '../../terminal/table.ts';
import { cleanText } from '../../text/terminal.ts';
import { percent, states } from './words.ts';

export interface Look {
  readonly style: Style;
  readonly columns: number;
  /** Bars of block characters rather than ASCII. */
  readonly bars: boolean;
}

interface GaugeRow {
  readonly label: string;
  readonly amount: string;
  /** Null where there is no limit to draw. */
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

/** One line for each window and limit: what, amount, bar, percent, state. */
export function renderGauges(report: SpendReport, look: Look): string[] {
  const rows = [...overallRows(report), ...entryRows(report, look.style), ...keyRows(report)];
  const words = rows.map((row) => wordsOf(row, look.style));
  const width = barWidth(words, look.columns);
  const cells = words.map(([label, amount, share, state], index) => {
    const drawn = width === 0 ? '' : barOf(rows[index]?.use ?? null, look, width);
    return [label, amount, drawn, share, state];
  });
  const [, ...lines] = renderTable(columns, cells, {
    width: look.columns,
    margin,
    ellipsis: look.style.ellipsis,
  });
  return lines;
}

type Words = readonly [label: string, amount: string, share: string, state: string];

function wordsOf({ label, amount, use, alertThreshold }: GaugeRow, style: Style): Words {
  return [
    label,
    style.strong(amount),
    use === null || use.ratio === null ? '' : percent(use.ratio),
    use === null ? '' : stateOf(use.status, alertThreshold, style),
  ];
}

/** What the words leave; 0 where that is too little to show anything. */
function barWidth(words: readonly Words[], screen: number): number {
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

/** The limits of each entry, where the lines above do not show them already. */
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

function barOf(use: GaugeRow['use'], look: Look, width: number): string {
  if (use === null) return '';
  const share = use.ratio === null ? 1 : Number(use.ratio);
  const { filled, rest } = gauge(share, { width, unicode: look.bars });
  return look.style.paint(states[use.status], filled) + look.style.dim(rest);
}

/** Symbol and word; in ASCII the symbol of `ok` is the word. */
function stateOf(status: LimitUse['status'], alertThreshold: string, style: Style): string {
  const state = states[status];
  const word = status === 'alert' ? `alert at ${percent(alertThreshold)}` : status;
  const symbol = style.symbol(state);
  return symbol === style.paint(state, word) ? symbol : `${symbol} ${style.paint(state, word)}`;
}
