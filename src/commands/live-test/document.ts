import type { EntryReport, LinkReport, WalkedStep } from '../../probe/report.ts';
import type { AskReport } from './ask.ts';
import type { TestRun } from './run.ts';

/** The JSON of `test --json`, without `schemaVersion`. Amounts are decimal strings in USD. */
export function documentOf(run: TestRun): Readonly<Record<string, unknown>> {
  if (run.kind === 'asked') return askDocument(run.report);
  if (run.kind === 'in-host') return { ...run.report };
  const { ok, costUsd, estimatedCostUsd, entries } = run.report;
  return {
    ok,
    simulated: run.kind === 'rehearsed',
    costUsd,
    ...(estimatedCostUsd === undefined ? {} : { estimatedCostUsd }),
    entries: entries.map(entryDocument),
  };
}

function entryDocument({ entry, ok, verdict, served, links, walk, tookMs }: EntryReport) {
  return {
    entry,
    ok,
    verdict: verdict.join('; '),
    served,
    links: links.map(linkDocument),
    ...(walk === undefined ? {} : { walk: walk.map(stepDocument), tookMs }),
  };
}

function linkDocument(link: LinkReport) {
  return {
    role: link.role,
    model: link.model,
    outcome: link.outcome,
    ok: link.ok,
    attempts: link.attempts,
    httpStatus: link.httpStatus,
    servedModel: link.servedModel,
    provider: link.provider,
    ttftMs: link.ttftMs,
    totalMs: link.totalMs,
    costUsd: link.costUsd,
    message: link.message ?? (link.ok ? null : link.headline),
    fix: link.fix,
  };
}

function stepDocument({ model, attempt, outcome, waitedMs }: WalkedStep) {
  return { model, attempt, outcome, waitedMs };
}

function askDocument(report: AskReport): Readonly<Record<string, unknown>> {
  return { ...report, walk: report.walk.map(stepDocument) };
}
