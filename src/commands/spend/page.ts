import { resolve } from 'node:path';
import { readText } from '../../config/snapshot.ts';
import { writeAtomic } from '../../config/write.ts';
import type { Deps } from '../../platform/deps.ts';
import { formatUsd } from '../../platform/money.ts';
import { tildePath } from '../../platform/paths.ts';
import { type DaySpend, modelSpan } from '../../spend/breakdown.ts';
import { keyLimits, type LimitUse } from '../../spend/limits.ts';
import type { SpendReport } from '../../spend/report.ts';
import { escapeHtml } from '../../text/escape.ts';
import { sourcesDocument } from './document.ts';
import { barSvg, columnsSvg, gaugeSvg } from './page-charts.ts';
import { pageStyle } from './page-style.ts';
import { daySpanText, modelSpanText } from './render-charts.ts';
import { percent } from './render-gauges.ts';
import { cacheLines, forecastLines, sourceNotes } from './render-notes.ts';
import type { SpendResult } from './run.ts';

/** Writes the page atomically, replacing an earlier one. Throws UserError when the file cannot be written. */
export async function writePage(world: Deps, file: string, result: SpendResult): Promise<void> {
  const path = resolve(world.place.cwd, file);
  const before = await readText(world.files, path);
  const html = world.io.mask(spendPage(result));
  await writeAtomic(world, before, html, { mode: 0o644 });
  world.io.err(`  Page written to ${tildePath(path, world.place)}\n`);
}

/** A self-contained page: no script, no outside requests, dark and light, every drawing with a text alternative. */
export function spendPage(result: SpendResult): string {
  const { report } = result;
  const at = report.facts.now.toISOString().slice(0, 16).replace('T', ' ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>OpenRouter spend, ${at} UTC</title>
<style>${pageStyle}</style>
</head>
<body>
<header><h1>OpenRouter spend</h1><p class="dim"><time datetime="${report.facts.now.toISOString()}">${at}</time> UTC; days, weeks from Monday and months are UTC</p></header>
<main>
${tiles(report)}
${section('forecast', 'Forecast', ...paragraphs(forecastLines(result), 'No forecast in the first hour'))}
${section('days', 'By day', daysPart(report))}
${section('models', 'By model', modelsPart(report))}
${section('caching', 'Prompt caching', ...paragraphs(cacheLines(result), 'No prompt came from a cache this month'))}
${section('sources', 'Sources', ...paragraphs(sourceNotes(result)), sourcesPart(report))}
</main>
</body>
</html>
`;
}

function paragraphs(lines: readonly string[], otherwise = ''): string[] {
  const shown = lines.length === 0 && otherwise !== '' ? [otherwise] : lines;
  return shown.map((line) => `<p>${escapeHtml(line)}</p>`);
}

const unknownPart =
  '<p class="dim">Unknown: neither the account activity nor the ledger could be read.</p>';

function daysPart({ byDay, overall, usage, forecast }: SpendReport): string {
  const [first, last] = [byDay?.[0], byDay?.at(-1)];
  if (byDay === null || first === undefined || last === undefined) return unknownPart;
  const limit = overall?.day.limit ?? null;
  const mostExpensive = byDay.reduce((a, b) => (Number(b.usd) > Number(a.usd) ? b : a));
  const label = `Spend ${daySpanText(byDay)}; the most expensive was ${mostExpensive.day} with ${formatUsd(mostExpensive.usd)}`;
  const drawing = columnsSvg({
    days: byDay,
    todayForecastUsd: forecast.dayEndUsd,
    dailyLimit: limit,
    label,
  });
  const rows = byDay.map(({ day, usd, requests, source }) =>
    row([day, `${formatUsd(usd)}`, requests === null ? '–' : String(requests), source]),
  );
  const heads = ['Day (UTC)', 'USD', 'Requests', 'Source'];
  return `<figure>${drawing}<div class="axis" aria-hidden="true"><span>${first.day}</span><span>${last.day}</span></div>
<figcaption>${[`${label}.`, ...legend(last, limit, usage, forecast)].join(' ')}</figcaption></figure>
<details><summary>Show as a table</summary>${table('Spend by day', heads, rows)}</details>`;
}

function legend(
  today: DaySpend,
  limit: string | null,
  { day }: SpendReport['usage'],
  { dayEndUsd }: SpendReport['forecast'],
): string[] {
  // The ledger may have recorded less of today than the forecast is based on.
  const isPartial = today.source === 'ledger' && day.keysUsd !== null;
  return [
    ...(limit === null ? [] : [`The dashed line is the daily limit, ${formatUsd(limit)}.`]),
    ...(dayEndUsd === null
      ? []
      : [
          `The lighter part is today's forecast${isPartial ? ', for everything that the keys are charged' : ''}.`,
        ]),
  ];
}

function modelsPart({ byModel, facts }: SpendReport): string {
  const span = modelSpan(facts);
  if (byModel === null || span === null) return unknownPart;
  if (byModel.length === 0) return `<p>No requests ${modelSpanText(span)}.</p>`;
  const greatest = Math.max(...byModel.map(({ usd }) => Number(usd)));
  const rows = byModel.map(({ model, usd, requests, promptTokens, completionTokens }) => {
    const drawing = barSvg(usd, greatest, `${model}: ${formatUsd(usd)}`);
    const counts = [requests, promptTokens, completionTokens].map((count) =>
      count.toLocaleString('en'),
    );
    return row([escapeHtml(model), drawing, `${formatUsd(usd)}`, ...counts]);
  });
  const heads = ['Model', 'Share', 'USD', 'Requests', 'Tokens in', 'Tokens out'];
  return table(`Spend by model, ${modelSpanText(span)}`, heads, rows);
}

function sourcesPart({ facts }: SpendReport): string {
  const items = Object.entries(sourcesDocument(facts)).map(
    ([name, { covers, read, reason }]) =>
      `<dt>${name}</dt><dd>${escapeHtml(covers)} <span class="dim">(${escapeHtml(read ? 'read' : `not read: ${reason}`)})</span></dd>`,
  );
  return `<p>The same request can appear in several sources, so they are never added together.</p>
<dl>${items.join('\n')}</dl>`;
}

interface Tile {
  readonly title: string;
  readonly usd: string | null;
  readonly use: Pick<LimitUse, 'limit' | 'ratio' | 'status'> | null;
  readonly forecastUsd: string | null;
}

/** Today, week, month, then the limits of each entry and key. */
function tiles({ usage, overall, entries, forecast, facts }: SpendReport): string {
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
  const forecast =
    forecastUsd === null ? '' : `; at this rate ${formatUsd(forecastUsd)} at the end`;
  const label = `${title}: ${amount} of ${formatUsd(limit)}, ${use.status}${forecast}`;
  return `<li class="${use.status}"><p>${escapeHtml(title)}</p>
<p class="amount">${amount} <small>of ${formatUsd(limit)}</small></p>
${gaugeSvg({ usd: usd ?? '0', forecastUsd, limit, label, status: use.status })}
<p>${share}<span class="state">${use.status}</span></p></li>`;
}

/** A table row; the first cell is its head. Cells are markup. */
function row([head = '', ...cells]: readonly string[]): string {
  return `<tr><th scope="row">${head}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** A table that scrolls on narrow screens. `caption`, heads and rows are markup. */
function table(caption: string, heads: readonly string[], rows: readonly string[]): string {
  return `<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}

function section(id: string, title: string, ...parts: readonly string[]): string {
  return `<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${parts.join('\n')}
</section>`;
}
