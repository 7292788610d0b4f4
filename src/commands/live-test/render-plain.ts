import type { EntryReport, LinkReport, WalkedStep } from '../../probe/report.ts';
import { type Cell, toTsv } from '../../text/csv.ts';
import type { AskReport } from './ask.ts';
import { hostLines } from './render-host.ts';
import type { TestRun } from './run.ts';

/**
 * Tab-separated lines for pipes, `-` where there is nothing:
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
