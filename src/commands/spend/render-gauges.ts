import stringWidth from 'fast-string-width';
import type { LimitUse } from '../../spend/limits.ts';
import type { SpendReport } from '../../spend/report.ts';
import { shownUsd } from '../../spend/usd.ts';
import { gauge } from '../../terminal/chart.ts';
import type { Style } from '../../terminal/style.ts';
import { pad, truncate } from '../../terminal/table.ts';
import { type KeyLimit, keyLimits } from './key-limit.ts';
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

const widestLabel = 28;
const widestBar = 24;
const narrowestBar = 8;

/** One line for each window and limit: amount, bar, percent, state. */
export function renderGauges(report: SpendReport, look: Look): string[] {
  const rows = [...overallRows(report), ...entryRows(report), ...keyRows(report)];
  const labels = rows.map(({ label }) => truncate(label, widestLabel, look.style.ellipsis));
  const labelWidth = Math.max(...labels.map((label) => stringWidth(label)));
  const amountWidth = Math.max(...rows.map(({ amount }) => amount.length));
  return rows.map((row, index) => {
    const label = pad(labels[index] ?? '', labelWidth);
    const taken = 2 + labelWidth + 2 + amountWidth + 2;
    const amount = pad(look.style.strong(row.amount), amountWidth);
    return `  ${label}  ${amount}  ${limitCells(row, look, look.columns - taken)}`.trimEnd();
  });
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
function entryRows({ entries, overall }: SpendReport): GaugeRow[] {
  const [only, ...others] = entries;
  if (others.length === 0 && only?.day.usd === overall?.day.usd) {
    if (only?.month.usd === overall?.month.usd) return [];
  }
  return entries.flatMap(({ entry, alertThreshold, day, month }) =>
    [['today', day] as const, ['month', month] as const]
      .filter(([, use]) => use.limit !== null)
      .map(([name, use]) => ({
        label: `${entry} ${name}`,
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
  const spent = usd === null ? 'unknown' : `$${shownUsd(usd)}`;
  return limit === null ? spent : `${spent} of $${shownUsd(limit)}`;
}

function limitCells({ use, alertThreshold }: GaugeRow, look: Look, room: number): string {
  if (use === null) return '';
  const share = use.ratio === null ? '' : percent(use.ratio);
  const width = Math.min(widestBar, room - stateRoom);
  const drawn = width < narrowestBar ? '' : `${painted(use, look, width)}  `;
  return `${drawn}${share.padStart(5)}  ${stateOf(use.status, alertThreshold, look.style)}`;
}

/** Percent, symbol and the longest word with their gaps. */
const stateRoom = 2 + 5 + 2 + 2 + 'alert at 99.5 %'.length;

function painted({ ratio, status }: Pick<LimitUse, 'ratio' | 'status'>, look: Look, width: number) {
  const share = ratio === null ? 1 : Number(ratio);
  const { filled, rest } = gauge(share, { width, unicode: look.bars });
  return look.style.paint(states[status], filled) + look.style.dim(rest);
}

/** Symbol and word; in ASCII the symbol of `ok` is the word. */
function stateOf(status: LimitUse['status'], alertThreshold: string, style: Style): string {
  const state = states[status];
  const word = status === 'alert' ? `alert at ${percent(alertThreshold)}` : status;
  const symbol = style.symbol(state);
  return symbol === style.paint(state, word) ? symbol : `${symbol} ${style.paint(state, word)}`;
}
