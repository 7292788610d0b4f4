import { formatUsd } from '../../platform/money.ts';
import type { DaySpend } from '../../spend/breakdown.ts';
import { escapeHtml } from '../../text/escape.ts';

// The drawings stretch with the screen, so they contain no text, which would stretch too.

export interface GaugeParts {
  readonly usd: string;
  /** At the end of the window, at the current rate. */
  readonly forecastUsd: string | null;
  readonly limit: string;
  readonly label: string;
  readonly status: string;
}

/** What was spent, the forecast in a lighter color, and the limit, in one bar. */
export function gaugeSvg({ usd, forecastUsd, limit, label, status }: GaugeParts): string {
  const [spent, coming, most] = [Number(usd), Number(forecastUsd ?? usd), Number(limit)];
  const whole = Math.max(spent, coming, most);
  const at = (amount: number) => (whole === 0 ? 0 : round((amount / whole) * 1000));
  return `<svg class="gauge ${status}" viewBox="0 0 1000 20" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(label)}">
<rect class="track" width="1000" height="20"/>
<rect class="coming" width="${at(coming)}" height="20"/>
<rect class="spent" width="${at(spent)}" height="20"/>
<line class="limit" x1="${Math.min(at(most), 998)}" x2="${Math.min(at(most), 998)}" y1="0" y2="20"/>
</svg>`;
}

/** A bar for one of several amounts; `label` is its text alternative. */
export function barSvg(usd: string, greatest: number, label: string): string {
  const width = greatest === 0 ? 0 : round((Number(usd) / greatest) * 1000);
  return `<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(label)}"><rect class="spent" width="${width}" height="10"/></svg>`;
}

const columnWidth = 10;
const chartHeight = 100;

export interface ColumnsParts {
  readonly days: readonly DaySpend[];
  /** The forecast for all of today; USD. */
  readonly todayForecastUsd: string | null;
  readonly dailyLimit: string | null;
  readonly label: string;
}

/** A column for each day, today's forecast on top, and the daily limit as a line. */
export function columnsSvg({ days, todayForecastUsd, dailyLimit, label }: ColumnsParts): string {
  const amounts = [...days.map(({ usd }) => usd), todayForecastUsd ?? '0', dailyLimit ?? '0'];
  const greatest = Math.max(...amounts.map(Number)) || 1;
  const height = (usd: string) => round((Number(usd) / greatest) * chartHeight);
  const width = days.length * columnWidth;
  const today = days.length - 1;
  return `<svg class="columns" viewBox="0 0 ${width} ${chartHeight}" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(label)}">
${todayForecastUsd === null ? '' : column(today, height(todayForecastUsd), 'coming', `Today until midnight UTC at this rate: ${formatUsd(todayForecastUsd)}`)}
${days.map(({ day, usd }, index) => column(index, height(usd), 'spent', `${day}: ${formatUsd(usd)}`)).join('\n')}
${dailyLimit === null ? '' : limitLine(chartHeight - height(dailyLimit), width)}
</svg>`;
}

function column(index: number, height: number, kind: string, title: string): string {
  const [x, y] = [index * columnWidth + 1, round(chartHeight - height)];
  return `<rect class="${kind}" x="${x}" y="${y}" width="${columnWidth - 2}" height="${height}"><title>${escapeHtml(title)}</title></rect>`;
}

function limitLine(y: number, width: number): string {
  return `<line class="limit" x1="0" x2="${width}" y1="${y}" y2="${y}"/>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
