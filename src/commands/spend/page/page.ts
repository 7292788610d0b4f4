import { formatUsd } from '../../../platform/money.ts';
import { type DaySpend, modelSpan } from '../../../spend/breakdown.ts';
import type { SpendReport } from '../../../spend/report.ts';
import { escapeHtml } from '../../../text/escape.ts';
import { sourcesDocument } from '../document.ts';
import { asidesOf, forecastLines } from '../render-notes.ts';
import type { SpendResult } from '../run.ts';
import { daysWords, modelsWords } from '../words.ts';
import { barSvg, columnsSvg } from './charts.ts';
import { row, section, table } from './markup.ts';
import { pageStyle } from './style.ts';
import { tiles } from './tiles.ts';

/** One page that needs nothing else: no script, no outside request, dark and light, every drawing also in words. */
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
${section('sources', 'What this is taken from', ...paragraphs(asidesOf(result)), sourcesPart(report))}
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
  '<p class="dim">Not known: neither the activity of the account nor the ledger says so.</p>';

function daysPart({ byDay, overall, usage, forecast }: SpendReport): string {
  const [first, last] = [byDay?.[0], byDay?.at(-1)];
  if (byDay === null || first === undefined || last === undefined) return unknownPart;
  const limit = overall?.day.limit ?? null;
  const dearest = byDay.reduce((a, b) => (Number(b.usd) > Number(a.usd) ? b : a));
  const label = `Spend ${daysWords(byDay)}; the dearest was ${dearest.day} with ${formatUsd(dearest.usd)}`;
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
<details><summary>The same as a table</summary>${table('Spend by day', heads, rows)}</details>`;
}

function legend(
  today: DaySpend,
  limit: string | null,
  { day }: SpendReport['usage'],
  { dayEndUsd }: SpendReport['forecast'],
): string[] {
  // The ledger may have seen less of today than the forecast is taken from.
  const whole = today.source === 'ledger' && day.keysUsd !== null;
  return [
    ...(limit === null ? [] : [`The dashed line is the daily limit, ${formatUsd(limit)}.`]),
    ...(dayEndUsd === null
      ? []
      : [
          `The lighter part is today's forecast${whole ? ', of all that the keys are charged' : ''}.`,
        ]),
  ];
}

function modelsPart({ byModel, facts }: SpendReport): string {
  const span = modelSpan(facts);
  if (byModel === null || span === null) return unknownPart;
  if (byModel.length === 0) return `<p>No requests ${modelsWords(span)}.</p>`;
  const greatest = Math.max(...byModel.map(({ usd }) => Number(usd)));
  const rows = byModel.map(({ model, usd, requests, promptTokens, completionTokens }) => {
    const drawing = barSvg(usd, greatest, `${model}: ${formatUsd(usd)}`);
    const counts = [requests, promptTokens, completionTokens].map((count) =>
      count.toLocaleString('en'),
    );
    return row([escapeHtml(model), drawing, `${formatUsd(usd)}`, ...counts]);
  });
  const heads = ['Model', 'Share', 'USD', 'Requests', 'Tokens in', 'Tokens out'];
  return table(`Spend by model, ${modelsWords(span)}`, heads, rows);
}

function sourcesPart({ facts }: SpendReport): string {
  const items = Object.entries(sourcesDocument(facts)).map(
    ([name, { covers, read, reason }]) =>
      `<dt>${name}</dt><dd>${escapeHtml(covers)} <span class="dim">(${escapeHtml(read ? 'read' : `not read: ${reason}`)})</span></dd>`,
  );
  return `<p>The same request stands in several of these; they are never added up.</p>
<dl>${items.join('\n')}</dl>`;
}
