import { relative, resolve } from 'node:path';
import Big from 'big.js';
import { type FileSnapshot, readText } from '../../config/snapshot.ts';
import { writeAtomic } from '../../config/write.ts';
import type { Deps } from '../../platform/deps.ts';
import { formatUsd } from '../../platform/money.ts';
import type { EntryReport, LinkReport, TestReport, WalkedStep } from '../../probe/report.ts';
import { roleWords } from '../../probe/verdict.ts';
import type { Setup } from '../../setup-file/setup-file.ts';
import { escapeMarkdown, escapeXml, xmlAttributes } from '../../text/escape.ts';
import type { Annotation } from '../../text/github.ts';
import type { AskReport } from './ask.ts';
import type { TestOptions } from './inputs.ts';
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

/** Writes the requested reports besides the main one. */
export type WriteReports = (run: TestRun) => Promise<void>;

/**
 * Checks the files to be written before any request is sent and paid for. Both this and the function it returns throw
 * UserError for a file that cannot be read or written.
 */
export async function openReports(
  world: Deps,
  options: Pick<TestOptions, 'junit' | 'github' | 'json'>,
): Promise<WriteReports> {
  const { env, files, place } = world;
  const open = async (path: string | undefined) =>
    path === undefined || path === '' ? null : readText(files, resolve(place.cwd, path));
  const junit = await open(options.junit);
  const summary = options.github === true ? await open(env.GITHUB_STEP_SUMMARY) : null;
  return async (run) => {
    if (run.kind === 'asked' || run.kind === 'in-host') return;
    if (junit !== null) await write(world, junit, junitReport(run.report, world.clock.now()));
    if (options.github !== true) return;
    // GitHub expects paths relative to the repository. The runner reads annotations from both streams.
    const root = env.GITHUB_WORKSPACE || place.cwd;
    const shown = (file: string) => relative(root, file);
    for (const annotation of githubAnnotations(run.report, run.setup, shown)) {
      // With --json, stdout is reserved for the document.
      world.io.annotate(annotation, options.json === true ? 'stderr' : 'stdout');
    }
    if (summary !== null) await write(world, summary, summary.text + githubSummary(run.report));
  };
}

async function write(world: Deps, file: FileSnapshot, text: string): Promise<void> {
  await writeAtomic(world, file, world.io.mask(text), { mode: 0o644 });
}

/**
 * One annotation per failed link, at its line in the setup file; none for links that failed as rehearsed if another one
 * answered. `shown` makes a path relative to the repository.
 */
export function githubAnnotations(
  { entries }: TestReport,
  setup: Setup,
  shown: (file: string) => string,
): Annotation[] {
  const wanting = entries.filter(({ walk, ok }) => walk === undefined || !ok);
  return wanting.flatMap((entry) =>
    entry.links
      .filter(({ ok, outcome }) => !ok && outcome !== null)
      .map((link) => annotationOf(entry, link, setup, shown)),
  );
}

function annotationOf(
  { entry }: EntryReport,
  link: LinkReport,
  setup: Setup,
  shown: (file: string) => string,
): Annotation {
  const place = setup.at(['models', entry, ...memberOf(link.role)]);
  const said = `${link.headline ?? ''}${link.message === null ? '' : `: ${link.message}`}`;
  return {
    level: link.level === 'warn' ? 'warning' : 'error',
    title: `${entry}: ${roleWords(link.role)} ${link.model}`,
    message: [said, link.fix].filter((part) => part !== null).join('\n'),
    ...(place === undefined
      ? {}
      : { file: shown(place.file), line: place.line, column: place.column }),
  };
}

function memberOf(role: LinkReport['role']): readonly (string | number)[] {
  if (role === 'primary') return ['defaultModel'];
  if (role === 'complex') return ['complexModel'];
  return ['fallbackModels', Number(role.slice('fallback'.length)) - 1];
}

/** The job summary in GitHub's Markdown. */
export function githubSummary({ entries, costUsd, ok }: TestReport): string {
  const title = `### ${ok ? '✓' : '✗'} openclaw-openrouter test`;
  const tables = entries.map(entryTable);
  return `${[title, ...tables, `Cost: ${formatUsd(costUsd)}`].join('\n\n')}\n`;
}

function entryTable({ entry, links, verdict }: EntryReport): string {
  const rows = links.map((link) => {
    const state = link.ok
      ? '✓ answered'
      : `${link.outcome === null ? '–' : '✗'} ${link.headline ?? 'not tried'}`;
    const ttft = link.ttftMs === null ? '' : `${link.ttftMs} ms`;
    const cost = link.costUsd === null ? '' : formatUsd(link.costUsd);
    return [roleWords(link.role), link.model, state, ttft, cost].map(escapeMarkdown);
  });
  return [
    `**${escapeMarkdown(entry)}**: ${escapeMarkdown(verdict.join('; '))}`,
    '',
    '| link | model | result | first token | cost |',
    '|---|---|---|--:|--:|',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

/**
 * A JUnit document: a suite per entry, a test case per link, the outcome as the failure type, the message and the fix
 * as the failure text. Valid against both common schemas: Jenkins' junit-10.xsd, which requires a property inside
 * `properties`, and Ant's JUnit.xsd, which requires every element and attribute used here and allows no others on the
 * root.
 */
export function junitReport({ entries }: TestReport, now: Date): string {
  const suites = entries.flatMap((entry, index) => suite(entry, index, now));
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...suites];
  return `${[...lines, '</testsuites>'].join('\n')}\n`;
}

function suite(report: EntryReport, id: number, now: Date): string[] {
  const { entry, links, verdict } = report;
  const head = xmlAttributes({
    package: 'openclaw-openrouter',
    id,
    name: entry,
    timestamp: now.toISOString().slice(0, 19),
    hostname: 'localhost',
    ...totals(report),
  });
  return [
    `  <testsuite${head}>`,
    `    <properties><property${xmlAttributes({ name: 'verdict', value: verdict.join('; ') })}/></properties>`,
    ...links.flatMap((link) => testCase(report, link)),
    '    <system-out/>',
    '    <system-err/>',
    '  </testsuite>',
  ];
}

function testCase(report: EntryReport, link: LinkReport): string[] {
  const { role, model, outcome } = link;
  const head = xmlAttributes({
    name: `${role} ${model}`,
    classname: report.entry,
    time: seconds([link]),
  });
  const result = resultOf(report, link);
  if (result === 'passed') return [`    <testcase${head}/>`];
  if (result === 'skipped') return [`    <testcase${head}>`, '      <skipped/>', '    </testcase>'];
  const { headline, message, fix } = link;
  const failure = xmlAttributes({ message: headline ?? '', type: outcome ?? '' });
  const text = [message, fix].filter((part) => part !== null).join('\n');
  return [
    `    <testcase${head}>`,
    `      <failure${failure}>${escapeXml(text)}</failure>`,
    '    </testcase>',
  ];
}

/** A link that fails in a rehearsal does what it was told: that is a failure only if no other link answered. */
function resultOf({ walk, ok }: EntryReport, link: LinkReport): 'passed' | 'failed' | 'skipped' {
  if (link.ok) return 'passed';
  return link.outcome === null || (walk !== undefined && ok) ? 'skipped' : 'failed';
}

function totals(report: EntryReport) {
  const { links } = report;
  const results = links.map((link) => resultOf(report, link));
  const failures = results.filter((result) => result === 'failed').length;
  const skipped = results.filter((result) => result === 'skipped').length;
  return { tests: links.length, failures, errors: 0, skipped, time: seconds(links) };
}

function seconds(links: readonly LinkReport[]): string {
  return links
    .reduce((sum, { totalMs }) => sum.plus(totalMs ?? 0), new Big(0))
    .div(1000)
    .toFixed(3);
}
