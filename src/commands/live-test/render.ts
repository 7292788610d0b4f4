import type { Io, Stream } from '../../platform/deps.ts';
import { formatUsd } from '../../platform/money.ts';
import { plural } from '../../platform/wording.ts';
import type { EntryReport, LinkReport, TestReport } from '../../probe/report.ts';
import { roleWords } from '../../probe/verdict.ts';
import { formatDuration } from '../../terminal/duration.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import { type Column, pad, renderTable, wrap } from '../../terminal/table.ts';
import { markOf, stateOf } from './progress.ts';
import { renderInHost } from './render-host.ts';
import { renderPlain } from './render-plain.ts';
import { renderAsk, renderRehearsed } from './render-walk.ts';
import type { TestRun } from './run.ts';

/** The report for whoever reads stdout: a person at a terminal, or the next program of a pipe. */
export function renderRun(io: Pick<Io, 'stdout'>, run: TestRun): string {
  if (!io.stdout.isTty) return renderPlain(run);
  if (run.kind === 'asked') return renderAsk(run.report, io.stdout);
  if (run.kind === 'in-host') return renderInHost(run.report, io.stdout);
  const render = run.kind === 'rehearsed' ? renderRehearsed : renderCertified;
  return render(run.report, io.stdout);
}

/** The table of every entry with its verdict, and one summary line. */
export function renderCertified(report: TestReport, stream: Stream): string {
  const { entries } = report;
  const style = createStyle(stream);
  const blocks = entries.map((entry) => renderEntry(entry, stream, style));
  return `${[...blocks, summary(report)].join('\n\n')}\n`;
}

const labelWidth = 13;

function renderEntry(report: EntryReport, stream: Stream, style: Style): string {
  const { entry, links, verdict } = report;
  const columns: Column[] = [
    { head: entry, flexible: true },
    { head: 'provider', drop: 2 },
    { head: 'first token', align: 'right' },
    { head: 'total', align: 'right', drop: 1 },
    { head: 'cost', align: 'right' },
  ];
  const rows = links.map((link) => cellsOf(link, style));
  const width = stream.columns;
  const [head = '', ...lines] = renderTable(columns, rows, { width, ellipsis: style.ellipsis });
  const withReasons = lines.flatMap((line, index) => [
    line,
    ...reasonsOf(links[index], width, style),
  ]);
  const label = `  ${pad('Verdict', labelWidth)}`;
  const words = wrap(verdict.join('; '), width, label.length);
  return [style.strong(head), ...withReasons, `${label}${words}`].join('\n');
}

function cellsOf(link: LinkReport, style: Style): string[] {
  const { role, model, provider, ttftMs, totalMs, costUsd } = link;
  const none = style.dim('–');
  return [
    `${markOf(link, style)} ${pad(roleWords(role), labelWidth - 2)}${model}`,
    style.dim(provider ?? ''),
    ttftMs === null ? none : formatDuration(ttftMs),
    totalMs === null ? none : formatDuration(totalMs),
    costUsd === null ? none : formatUsd(costUsd),
  ];
}

/** The error and its fix, each on its own line; for an answer, the model that served it where it is another one. */
function reasonsOf(link: LinkReport | undefined, width: number, style: Style): string[] {
  if (link === undefined) return [];
  const indent = labelWidth + 2;
  const line = (text: string) => `${' '.repeat(indent)}${wrap(text, width, indent + 2)}`;
  if (link.ok) {
    const { servedModel, model } = link;
    return servedModel === null || sameModel(servedModel, model)
      ? []
      : [line(style.dim(`served by ${servedModel}`))];
  }
  const asked = link.attempts > 1 ? `, asked ${link.attempts} times` : '';
  const said = link.message === null ? '' : `: ${link.message}`;
  return [
    line(`${style.paint(stateOf(link), link.headline ?? '')}${asked}${said}`),
    ...(link.fix === null ? [] : [line(`${style.arrow} ${link.fix}`)]),
  ];
}

// The served id may name a day (`openai/gpt-4o-2024-08-06`), the asked one a variant (`:nitro`).
function sameModel(served: string, asked: string): boolean {
  const plain = (id: string) => id.replace(/:[a-z]+$/, '').replace(/-\d{4}-?\d{2}-?\d{2}$/, '');
  return plain(served) === plain(asked);
}

function summary({ entries, costUsd, estimatedCostUsd }: TestReport): string {
  const links = entries.flatMap((entry) => entry.links);
  const answered = links.filter(({ ok }) => ok).length;
  const words =
    answered === links.length
      ? `${plural(answered, 'model')} answered`
      : `${answered} of ${plural(links.length, 'model')} answered`;
  const most = estimatedCostUsd === undefined ? '' : ` of at most ${formatUsd(estimatedCostUsd)}`;
  return `  ${words}; spent ${formatUsd(costUsd)}${most}`;
}
