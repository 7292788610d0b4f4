import { formatUsd } from '../../../platform/money.ts';
import type { LimitUse } from '../../../spend/limits.ts';
import type { SpendReport } from '../../../spend/report.ts';
import { escapeHtml } from '../../../text/escape.ts';
import { keyLimits } from '../key-limit.ts';
import { percent } from '../words.ts';
import { gaugeSvg } from './charts.ts';

interface Tile {
  readonly title: string;
  readonly usd: string | null;
  readonly use: Pick<LimitUse, 'limit' | 'ratio' | 'status'> | null;
  readonly forecastUsd: string | null;
}

/** Today, week, month, then each entry's limits and those of the keys. */
export function tiles({ usage, overall, entries, forecast, facts }: SpendReport): string {
  const several = entries.length > 1 ? entries : [];
  const all: Tile[] = [
    tile('Today', usage.day.usd, overall?.day, forecast.dayEndUsd),
    tile('This week', usage.week.usd),
    tile('This month', usage.month.usd, overall?.month, forecast.monthEndUsd),
    ...several.flatMap(({ entry, day, month }) =>
      [
        tile(`${entry}, today`, day.usd, day),
        tile(`${entry}, this month`, month.usd, month),
      ].filter(({ use }) => use !== null && use.limit !== null),
    ),
    ...keyLimits(facts).map(({ prefix, used, window, ...use }) =>
      tile(`Limit of ${prefix} (${window})`, used, use),
    ),
  ];
  return `<ul class="tiles">${all.map(tileMarkup).join('\n')}</ul>`;
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
  const amount = usd === null ? 'unknown' : `${formatUsd(usd)}`;
  const limit = use?.limit ?? null;
  if (use === null || limit === null) {
    return `<li><p>${escapeHtml(title)}</p><p class="amount">${amount}</p></li>`;
  }
  const share = use.ratio === null ? '' : `${percent(use.ratio)}, `;
  const coming = forecastUsd === null ? '' : `; at this rate ${formatUsd(forecastUsd)} in the end`;
  const label = `${title}: ${amount} of ${formatUsd(limit)}, ${use.status}${coming}`;
  return `<li class="${use.status}"><p>${escapeHtml(title)}</p>
<p class="amount">${amount} <small>of ${formatUsd(limit)}</small></p>
${gaugeSvg({ usd: usd ?? '0', forecastUsd, limit, label, status: use.status })}
<p>${share}<span class="state">${use.status}</span></p></li>`;
}
