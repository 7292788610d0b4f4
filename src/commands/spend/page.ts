import { resolve } from 'node:path';
import { readText } from '../../config/snapshot.ts';
import { writeAtomic } from '../../config/write.ts';
import { bar } from '../../html/charts.ts';
import {
  dayHeads,
  dayRows,
  daysFigure,
  row,
  section,
  table,
  tiles,
  unknownPart,
} from '../../html/spend-parts.ts';
import { style } from '../../html/style.ts';
import type { Deps } from '../../platform/deps.ts';
import { formatUsd } from '../../platform/money.ts';
import { tildePath } from '../../platform/paths.ts';
import { thousands } from '../../platform/wording.ts';
import { modelSpan } from '../../spend/breakdown.ts';
import type { SpendReport } from '../../spend/report.ts';
import { cacheLines, modelSpanText } from '../../spend/report.ts';
import { escapeHtml } from '../../text/escape.ts';
import { sourcesDocument } from './document.ts';
import { forecastLines, sourceNotes } from './render-notes.ts';
import type { SpendResult } from './run.ts';

/** Writes the page atomically, replacing any earlier one. Throws UserError if the file cannot be written. */
export async function writePage(world: Deps, file: string, result: SpendResult): Promise<void> {
  const path = resolve(world.place.cwd, file);
  const before = await readText(world.files, path);
  const html = world.io.mask(spendPage(result));
  await writeAtomic(world, before, html, { mode: 0o644 });
  world.io.err(`  Page written to ${tildePath(path, world.place)}\n`);
}

/** A self-contained page: no scripts, no external requests, dark and light themes, alt text for every chart. */
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
<style>${style}</style>
</head>
<body>
<header><h1>OpenRouter spend</h1><p class="dim"><time datetime="${report.facts.now.toISOString()}">${at}</time> UTC; days, weeks from Monday and months are UTC</p></header>
<main>
<ul class="tiles">${tiles(report)}</ul>
${section('forecast', 'Forecast', ...paragraphs(forecastLines(result), 'No forecast in the first hour'))}
${section('days', 'By day', daysPart(report))}
${section('models', 'By model', modelsPart(report))}
${section('caching', 'Prompt caching', ...paragraphs(cacheLines(report), 'No prompt came from a cache this month'))}
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

function daysPart(report: SpendReport): string {
  const figure = daysFigure(report);
  if (figure === null) return unknownPart;
  return `${figure}
<details><summary>Show as a table</summary>${table('Spend by day', dayHeads, dayRows(report))}</details>`;
}

function modelsPart({ byModel, facts }: SpendReport): string {
  const span = modelSpan(facts);
  if (byModel === null || span === null) return unknownPart;
  if (byModel.length === 0) return `<p>No requests ${modelSpanText(span)}.</p>`;
  const greatest = Math.max(...byModel.map(({ usd }) => Number(usd)));
  const rows = byModel.map(({ model, usd, requests, promptTokens, completionTokens }) => {
    const drawing = bar(usd, greatest, `${model}: ${formatUsd(usd)}`);
    const counts = [requests, promptTokens, completionTokens].map((count) => thousands(count));
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
