import { formatUsd } from '../platform/money.ts';
import type { DayPart } from '../spend/breakdown.ts';
import { escapeHtml } from '../text/escape.ts';

// The drawings stretch with the screen. Text would stretch too, so it is placed beside them.

interface GaugeParts {
  readonly title: string;
  readonly usd: string;
  /** At the end of the window, at the current rate. */
  readonly forecastUsd: string | null;
  readonly limit: string;
  readonly text: string;
  readonly status: string;
}

/** One bar with the amount spent, the forecast in a lighter color, and the limit. */
export function gauge({ title, usd, forecastUsd, limit, text, status }: GaugeParts): string {
  const [spent, coming, max] = [Number(usd), Number(forecastUsd ?? usd), Number(limit)];
  const whole = Math.max(spent, coming, max);
  const at = (amount: number) => (whole === 0 ? 0 : round((amount / whole) * 1000));
  return `<div class="gauge ${status}" role="meter" aria-label="${escapeHtml(title)}" aria-valuemin="0" aria-valuemax="${max}" aria-valuenow="${Math.min(spent, max)}" aria-valuetext="${escapeHtml(text)}">
<svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
<rect class="track" width="1000" height="20"/>
<rect class="coming" width="${at(coming)}" height="20"/>
<rect class="spent" width="${at(spent)}" height="20"/>
<line class="limit" x1="${Math.min(at(max), 998)}" x2="${Math.min(at(max), 998)}" y1="0" y2="20"/>
</svg></div>`;
}

/** A bar for one of several amounts. `label` is its text alternative. */
export function bar(usd: string, greatest: number, label: string): string {
  const width = greatest === 0 ? 0 : round((Number(usd) / greatest) * 1000);
  return `<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(label)}"><rect class="spent" width="${width}" height="10"/></svg>`;
}

interface ColumnsParts {
  readonly days: readonly {
    readonly day: string;
    readonly usd: string;
    readonly parts: readonly DayPart[];
  }[];
  /** The forecast for the whole last day, in USD. */
  readonly forecastUsd: string | null;
  readonly dailyLimit: string | null;
  readonly label: string;
}

const columnWidth = 10;
const chartHeight = 100;
/** More colors would be hard to tell apart. */
const maxSeries = 5;

/**
 * A stacked column for each day, split by the most expensive models, with an axis, the forecast on top of the last day,
 * and the daily limit as a line.
 */
export function columns(chart: ColumnsParts): string {
  const { days, forecastUsd, dailyLimit, label } = chart;
  const series = seriesOf(days);
  const amounts = [...days.map(({ usd }) => usd), forecastUsd ?? '0', dailyLimit ?? '0'];
  const { top, ticks } = scaleOf(Math.max(...amounts.map(Number)));
  const height = (usd: number) => round((usd / top) * chartHeight);
  const width = days.length * columnWidth;
  const grid = ticks.map((tick) => horizontal('grid', chartHeight - height(tick), width));
  const coming = forecastUsd === null ? 0 : height(Number(forecastUsd));
  const drawn = [
    ...grid,
    rect('coming', days.length - 1, 0, coming),
    ...days.map((day, index) => stack(day, index, series, height)),
    ...(dailyLimit === null
      ? []
      : [horizontal('limit', chartHeight - height(Number(dailyLimit)), width)]),
  ];
  return `${legend(series, days, chart)}
<div class="plot"><div class="amounts" aria-hidden="true">${ticks.map((tick) => `<span>${tick === 0 ? '$0' : formatUsd(String(tick))}</span>`).join('')}</div>
<svg class="columns" viewBox="0 0 ${width} ${chartHeight}" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(label)}">
${drawn.join('\n')}
</svg>
<div class="dates" aria-hidden="true">${datesOf(days)}</div></div>`;
}

/** The models with a color of their own, most expensive first. */
function seriesOf(days: ColumnsParts['days']): string[] {
  const totals = new Map<string, number>();
  for (const { name, usd } of days.flatMap(({ parts }) => parts)) {
    totals.set(name, (totals.get(name) ?? 0) + Number(usd));
  }
  const names = [...totals].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  return names.slice(0, maxSeries);
}

/** Round amounts from the top of the axis down to 0. `top` is never less than `greatest`. */
function scaleOf(greatest: number): { readonly top: number; readonly ticks: readonly number[] } {
  const max = greatest || 1;
  const power = 10 ** Math.floor(Math.log10(max / 4));
  const step = power * ([1, 2, 2.5, 5].find((factor) => factor * power * 4 >= max) ?? 10);
  const count = Math.ceil(max / step - 1e-9);
  // Avoids ticks like 0.30000000000000004.
  const ticks = Array.from({ length: count + 1 }, (_, i) => Number((step * i).toPrecision(6)));
  return { top: step * count, ticks: ticks.reverse() };
}

function stack(
  { day, usd, parts }: ColumnsParts['days'][number],
  index: number,
  series: readonly string[],
  height: (usd: number) => number,
): string {
  const amounts = series.map((name) => parts.find((part) => part.name === name)?.usd ?? '0');
  const others = parts.filter(({ name }) => !series.includes(name));
  const sizes = [...amounts.map(Number), others.reduce((sum, part) => sum + Number(part.usd), 0)];
  let below = 0;
  const rects = sizes.map((size, part) => {
    const from = below;
    below += size;
    return size === 0 ? '' : rect(`part${part}`, index, height(from), height(size));
  });
  const named = parts.map((part) => `${part.name} ${formatUsd(part.usd)}`);
  const title = [`${day}: ${formatUsd(usd)}`, ...named].join('\n');
  return `<g><title>${escapeHtml(title)}</title>${rects.join('')}</g>`;
}

function rect(kind: string, index: number, from: number, height: number): string {
  if (height === 0) return '';
  const [x, y] = [index * columnWidth + 1, round(chartHeight - from - height)];
  return `<rect class="${kind}" x="${x}" y="${y}" width="${columnWidth - 2}" height="${height}"/>`;
}

function horizontal(kind: string, y: number, width: number): string {
  return `<line class="${kind}" x1="0" x2="${width}" y1="${round(y)}" y2="${round(y)}"/>`;
}

function legend(
  series: readonly string[],
  days: ColumnsParts['days'],
  { dailyLimit, forecastUsd }: ColumnsParts,
): string {
  const hasOthers = days.some(({ parts }) => parts.some(({ name }) => !series.includes(name)));
  const entries = [
    ...series.map((name, part) => [`part${part}`, name]),
    ...(hasOthers ? [[`part${maxSeries}`, 'other models']] : []),
    ...(forecastUsd === null ? [] : [['coming', "today's forecast"]]),
    ...(dailyLimit === null ? [] : [['line', `daily limit, ${formatUsd(dailyLimit)}`]]),
  ];
  const items = entries.map(
    ([kind, name = '']) => `<li><span class="key ${kind}"></span>${escapeHtml(name)}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

function datesOf(days: ColumnsParts['days']): string {
  const [first, last] = [days[0]?.day ?? '', days.at(-1)?.day ?? ''];
  const middle = days.length > 6 ? (days[Math.floor((days.length - 1) / 2)]?.day ?? '') : '';
  const shown = days.length === 1 ? [last] : [first, middle, last];
  return shown.map((day) => `<span>${day.slice(5)}</span>`).join('');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
