import Big from 'big.js';
import type { EntryReport, LinkReport, TestReport } from '../../probe/report.ts';

/**
 * A JUnit document: a suite an entry, a test case a link, the outcome as the type of a failure with its fix in the
 * text. Valid against the common schema (Jenkins' junit-10.xsd, and the stricter Ant one's order of attributes free).
 */
export function junitReport({ entries }: TestReport, now: Date): string {
  const all = entries.flatMap(({ links }) => links);
  const root = { name: 'openclaw-openrouter test', ...totals(all) };
  const suites = entries.map((entry, index) => suite(entry, index, now));
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites${attributes(root)}>`];
  return `${[...lines, ...suites.flat(), '</testsuites>'].join('\n')}\n`;
}

function suite({ entry, links, verdict }: EntryReport, id: number, now: Date): string[] {
  const timestamp = now.toISOString().slice(0, 19);
  const head = {
    name: entry,
    id,
    timestamp,
    hostname: 'localhost',
    ...totals(links),
    skipped: skipped(links),
  };
  return [
    `  <testsuite${attributes(head)}>`,
    ...links.flatMap((link) => testCase(entry, link)),
    `    <system-out>${escapeXml(verdict.join('; '))}</system-out>`,
    '  </testsuite>',
  ];
}

function testCase(entry: string, link: LinkReport): string[] {
  const { role, model, outcome, ok } = link;
  const head = attributes({ name: `${role} ${model}`, classname: entry, time: seconds([link]) });
  if (ok) return [`    <testcase${head}/>`];
  if (outcome === null) return [`    <testcase${head}>`, '      <skipped/>', '    </testcase>'];
  const { headline, message, fix } = link;
  const failure = attributes({ message: headline ?? outcome, type: outcome });
  const text = [message, fix].filter((part) => part !== null).join('\n');
  return [
    `    <testcase${head}>`,
    `      <failure${failure}>${escapeXml(text)}</failure>`,
    '    </testcase>',
  ];
}

function totals(links: readonly LinkReport[]) {
  const failures = links.filter(({ ok, outcome }) => !ok && outcome !== null).length;
  return { tests: links.length, failures, errors: 0, time: seconds(links) };
}

function skipped(links: readonly LinkReport[]): number {
  return links.filter(({ outcome }) => outcome === null).length;
}

function seconds(links: readonly LinkReport[]): string {
  return links
    .reduce((sum, { totalMs }) => sum.plus(totalMs ?? 0), new Big(0))
    .div(1000)
    .toFixed(3);
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replaceAll('\n', '&#10;')}"`)
    .join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** XML 1.0 has no place for most control characters and for lone surrogates, not even escaped. */
function escapeXml(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
