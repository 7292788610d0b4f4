import Big from 'big.js';
import type { EntryReport, LinkReport, TestReport } from '../../probe/report.ts';
import { escapeXml, xmlAttributes } from '../../text/escape.ts';

/**
 * A JUnit document: a suite an entry, a test case a link, the outcome as the type of a failure, what was said and the
 * fix in its text. Valid against both schemas in use: Jenkins' junit-10.xsd, which wants a property where there are
 * properties, and Ant's JUnit.xsd, which wants every element and attribute that is here, and no others on the root.
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

/** A link that fails in a rehearsal does as it was told: it is a failure only where then nobody answered. */
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
