import type { Io, Stream } from '../../platform/deps.ts';
import { formatDuration, formatSeconds } from '../../platform/durations.ts';
import { formatUsd } from '../../platform/money.ts';
import { plural } from '../../platform/wording.ts';
import type { EntryReport, LinkReport, TestReport, WalkedStep } from '../../probe/report.ts';
import { roleWords } from '../../probe/verdict.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import { type Column, pad, renderTable, wrap } from '../../terminal/table.ts';
import { type Cell, toTsv } from '../../text/csv.ts';
import type { AskReport } from './ask.ts';
import { markOf, stateOf } from './progress.ts';
import type { HostReport, RehearsedTurn } from './rehearse-host.ts';
import { renderAsk, renderRehearsed } from './render-walk.ts';
import type { TestRun } from './run.ts';

/** The report for stdout, for a terminal or a pipe. */
export function renderRun(io: Pick<Io, 'stdout'>, run: TestRun): string {
  if (!io.stdout.isTty) return renderPlain(run);
  if (run.kind === 'asked') return renderAsk(run.report, io.stdout);
  if (run.kind === 'in-host') return renderInHost(run.report, io.stdout);
  const render = run.kind === 'rehearsed' ? renderRehearsed : renderCertified;
  return render(run.report, io.stdout);
}

/** A table per entry with its verdict, then one summary line. */
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

/** The error and its fix, one per line; for an answer, the model that served it if it is a different one. */
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

// The served id may include a date (`openai/gpt-4o-2024-08-06`), the requested one a variant (`:nitro`).
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
  const max = estimatedCostUsd === undefined ? '' : ` of at most ${formatUsd(estimatedCostUsd)}`;
  return `  ${words}; spent ${formatUsd(costUsd)}${max}`;
}

/** OpenClaw on its own and through `serve`, fault by fault. */
function renderInHost({ version, rehearsals }: HostReport, stream: Stream): string {
  const style = createStyle(stream);
  const blocks = rehearsals.map(({ entry, faults, host, serve }) =>
    [
      `  ${style.strong(entry)}  ${style.dim(faults)}`,
      ...turnLines('OpenClaw', host, stream, style),
      ...turnLines('with serve', serve, stream, style),
    ].join('\n'),
  );
  const summary = `Rehearsed with OpenClaw ${version} in a temporary home against the sandbox; no money spent`;
  return `${[...blocks, `  ${wrap(summary, stream.columns, 2)}`].join('\n\n')}\n`;
}

const turnLabelWidth = 12;

function turnLines(label: string, turn: RehearsedTurn, stream: Stream, style: Style): string[] {
  const indent = turnLabelWidth + 4;
  const mark = style.symbol(turn.served === null ? 'fail' : 'ok');
  const line = `  ${mark} ${pad(label, turnLabelWidth)}${wrap(wordsOn(turn), stream.columns, indent)}`;
  if (turn.error === null) return [line];
  const said = wrap(`the chat shows: ${turn.error}`, stream.columns, indent);
  return [line, `${' '.repeat(indent)}${style.dim(said)}`];
}

function wordsOn({ requests, served, tookMs, error }: RehearsedTurn): string {
  const asked = requests.map(({ model, count }) => (count === 1 ? model : `${count} × ${model}`));
  const end =
    served !== null ? 'answered' : error === null ? 'gave up: it did not end' : 'no answer';
  return `${asked.join(', then ')}: ${end} after ${formatSeconds(tookMs)}`;
}

/** `entry faults host|serve requests served tookMs error` */
function hostLines({ rehearsals }: HostReport): Cell[][] {
  return rehearsals.flatMap(({ entry, faults, host, serve }) =>
    Object.entries({ host, serve }).map(([who, { requests, served, tookMs, error }]) => [
      ...[entry, faults, who],
      requests.map(({ model, count }) => `${count} ${model}`).join(', '),
      ...[served, tookMs, error],
    ]),
  );
}

/**
 * Tab-separated lines for pipes, `-` for no value:
 * `entry role model outcome attempts httpStatus ttftMs totalMs costUsd message` for a link,
 * `entry step model attempt outcome waitedMs` for a step of a rehearsal or a prompt, `entry verdict words` at the end.
 */
export function renderPlain(run: TestRun): string {
  return toTsv(linesOf(run), '-');
}

function linesOf(run: TestRun): Cell[][] {
  if (run.kind === 'asked') return askLines(run.report);
  return run.kind === 'in-host' ? hostLines(run.report) : run.report.entries.flatMap(entryLines);
}

function entryLines({ entry, links, walk, served, verdict }: EntryReport): Cell[][] {
  return [
    ...(walk === undefined ? links.map((link) => linkLine(entry, link)) : walkLines(entry, walk)),
    [entry, 'served', served],
    [entry, 'verdict', verdict.join('; ')],
  ];
}

function linkLine(entry: string, link: LinkReport): Cell[] {
  const { role, model, outcome, attempts, httpStatus, ttftMs, totalMs, costUsd } = link;
  const words = link.ok ? null : (link.message ?? link.headline);
  return [entry, role, model, outcome, attempts, httpStatus, ttftMs, totalMs, costUsd, words];
}

function walkLines(entry: string, walk: readonly WalkedStep[]): Cell[][] {
  return walk.map(({ model, attempt, outcome, waitedMs }) => [
    ...[entry, 'step', model],
    ...[attempt, outcome, waitedMs],
  ]);
}

function askLines({ choice, walk, served, answer, message }: AskReport): Cell[][] {
  const { entry, channel, role, model, trigger } = choice;
  return [
    [entry, 'choice', channel, role, model, trigger],
    ...walkLines(entry, walk),
    [entry, 'served', served],
    [entry, 'answer', answer ?? message],
  ];
}
