import { formatUsd, percent } from '../platform/money.ts';
import type { Window } from '../routing/budget.ts';
import { partsByDay } from '../spend/breakdown.ts';
import { keyLimits, type LimitUse, rateOf, usdAtEnd } from '../spend/limits.ts';
import { daySpanText, type SpendReport } from '../spend/report.ts';
import { escapeHtml } from '../text/escape.ts';
import { columns, gauge } from './charts.ts';

export const unknownPart =
  '<p class="dim">Unknown: neither the account activity nor the ledger could be read.</p>';

interface Tile {
  readonly title: string;
  readonly usd: string | null;
  readonly use: Pick<LimitUse, 'limit' | 'ratio' | 'status'> | null;
  readonly forecastUsd: string | null;
}

/** List items for today, this week and this month, followed by the limits of each entry and key. */
export function tiles({ usage, overall, entries, forecast, facts }: SpendReport): string {
  const several = entries.length > 1 ? entries : [];
  const ofEntry = (title: string, use: LimitUse, window: Window) =>
    tile(title, use.usd, use, atEnd(use.usd, window, facts.now));
  const all: Tile[] = [
    tile('Today', usage.day.usd, overall?.day, forecast.dayEndUsd),
    tile('This week', usage.week.usd),
    tile('This month', usage.month.usd, overall?.month, forecast.monthEndUsd),
    ...several.flatMap(({ entry, day, month }) =>
      [
        ofEntry(`${entry}, today`, day, usage.day.window),
        ofEntry(`${entry}, this month`, month, usage.month.window),
      ].filter(({ use }) => use !== null && use.limit !== null),
    ),
    ...keyLimits(facts).map(({ prefix, used, window, ...use }) =>
      tile(`Limit of ${prefix} (${window})`, used, use),
    ),
  ];
  return all.map(tileMarkup).join('\n');
}

function atEnd(usd: string, window: Window, now: Date): string | null {
  const rate = rateOf({ usd, window }, now);
  return rate === null ? null : usdAtEnd({ usd, window }, rate, now);
}

function tile(
  title: string,
  usd: string | null,
  use: Tile['use'] | undefined = null,
  forecastUsd: string | null = null,
): Tile {
  return { title, usd, use: use ?? null, forecastUsd };
}

function tileMarkup({ title, usd, use, forecastUsd }: Tile): string {
  const amount = usd === null ? 'unknown' : formatUsd(usd);
  const limit = use?.limit ?? null;
  const expected = forecastUsd === null ? '' : `${formatUsd(forecastUsd)} at this rate`;
  if (use === null || limit === null) {
    const below = expected === '' ? '' : `\n<p class="dim">${expected}</p>`;
    return `<li><p>${escapeHtml(title)}</p><p class="amount">${amount}</p>${below}</li>`;
  }
  const share = use.ratio === null ? '' : `${percent(use.ratio)}, `;
  const forecast = expected === '' ? '' : `; ${expected} at the end`;
  const text = `${amount} of ${formatUsd(limit)}, ${use.status}${forecast}`;
  return `<li class="${use.status}"><p>${escapeHtml(title)}</p>
<p class="amount">${amount} <small>of ${formatUsd(limit)}</small></p>
${gauge({ title, usd: usd ?? '0', forecastUsd, limit, text, status: use.status })}
<p>${share}<span class="state">${use.status}</span>${expected === '' ? '' : `<span class="dim"> · ${expected}</span>`}</p></li>`;
}

/** The spend per day and model, and the daily limit; null if unknown. */
export function daysFigure(report: SpendReport): string | null {
  const { byDay, facts, overall, forecast } = report;
  if (byDay === null || byDay.length === 0) return null;
  const mostExpensive = byDay.reduce((a, b) => (Number(b.usd) > Number(a.usd) ? b : a));
  const label = `Spend ${daySpanText(byDay)}; the most expensive was ${mostExpensive.day} with ${formatUsd(mostExpensive.usd)}`;
  const drawing = columns({
    days: partsByDay(facts),
    forecastUsd: forecast.dayEndUsd,
    dailyLimit: overall?.day.limit ?? null,
    label,
  });
  return `<figure>${drawing}
<figcaption>${[`${label}.`, ...forecastNote(report)].join(' ')}</figcaption></figure>`;
}

/** The ledger may have recorded less of today's spend than the forecast is based on. */
function forecastNote({ byDay, usage, forecast }: SpendReport): string[] {
  const isPartial = byDay?.at(-1)?.source === 'ledger' && usage.day.keysUsd !== null;
  return isPartial && forecast.dayEndUsd !== null
    ? ['The forecast is for everything that the keys are charged.']
    : [];
}

export const dayHeads = ['Day (UTC)', 'USD', 'Requests', 'Source'];

export function dayRows({ byDay }: SpendReport): string[] {
  return (byDay ?? []).map(({ day, usd, requests, source }) =>
    row([day, formatUsd(usd), requests === null ? '–' : String(requests), source]),
  );
}

/** A table row whose first cell is a header. Cells are HTML. */
export function row([head = '', ...cells]: readonly string[]): string {
  return `<tr><th scope="row">${head}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** A table that scrolls on narrow screens. `caption`, heads and rows are HTML. */
export function table(caption: string, heads: readonly string[], rows: readonly string[]): string {
  return `<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}

export function section(id: string, title: string, ...parts: readonly string[]): string {
  return `<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${parts.join('\n')}
</section>`;
}
