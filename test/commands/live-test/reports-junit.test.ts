import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { junitReport } from '../../../src/commands/live-test/reports.ts';
import type { LinkReport, TestReport } from '../../../src/probe/report.ts';
import { codePoint } from '../../helpers/code-point.ts';
import { linkOf } from '../../probe/worlds.ts';
import { junitFaults } from './junit-schema.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', isArray: isList });

function isList(name: string): boolean {
  return ['testsuite', 'testcase'].includes(name);
}

const failed = linkOf('fallback1', 'openai/gpt-4o', {
  outcome: 'unavailable',
  headline: '503 temporarily <unavailable> & "more"',
  message: 'Provider said: no',
  fix: 'Wait',
  totalMs: 1500,
});
const untried = linkOf('fallback2', 'c/d', { outcome: null, ok: false, totalMs: null });
const report = reportOf([linkOf('primary', 'a/b'), failed, untried]);

describe('the JUnit report', () => {
  it('has a suite per entry and a test case per link', () => {
    const { testsuites } = parser.parse(junitReport(report, now));
    expect(testsuites.testsuite).toHaveLength(1);
    expect(testsuites.testsuite[0]).toMatchObject({
      name: 'router',
      tests: '3',
      failures: '1',
      errors: '0',
      skipped: '1',
      time: '1.520',
      timestamp: '2026-11-22T12:00:00',
    });
    const names = testsuites.testsuite[0].testcase.map((each: { name: string }) => each.name);
    expect(names).toEqual(['primary a/b', 'fallback1 openai/gpt-4o', 'fallback2 c/d']);
  });

  it('has outcome, message and fix in the failure', () => {
    const { testsuites } = parser.parse(junitReport(report, now));
    const [passed, failure, skipped] = testsuites.testsuite[0].testcase;
    expect(passed).not.toHaveProperty('failure');
    expect(failure.failure).toEqual({
      type: 'unavailable',
      message: '503 temporarily <unavailable> & "more"',
      '#text': 'Provider said: no\nWait',
    });
    expect(skipped).toHaveProperty('skipped');
  });

  it('does not count a rehearsed fault as a failure while another link answers', () => {
    const [entry] = report.entries;
    if (entry === undefined) throw new Error('an entry is needed');
    const calm = { ...report, ok: true, entries: [{ ...entry, ok: true, walk: [] }] };
    const { testsuites } = parser.parse(junitReport(calm, now));
    expect(testsuites.testsuite[0]).toMatchObject({ failures: '0', skipped: '2' });
    const dead = { ...report, entries: [{ ...entry, walk: [] }] };
    expect(parser.parse(junitReport(dead, now)).testsuites.testsuite[0]).toMatchObject({
      failures: '1',
    });
  });

  it.each([
    ['nothing at all', { ...report, entries: [] }],
    ['an entry without links', reportOf([])],
    ['a link that passed, one that failed and one that nobody came to', report],
  ])('is valid with %s', (_what, given) => {
    expect(junitFaults(junitReport(given, now))).toEqual([]);
  });

  it('is valid for any text of the API or the setup file', () => {
    const text = fc.string({ unit: codePoint });
    fc.assert(
      fc.property(text, text, (message, words) => {
        const links = [{ ...failed, message, headline: words, model: message }];
        const [entry] = reportOf(links).entries.map((each) => ({ ...each, entry: `a${words}` }));
        const given = { ...report, entries: entry === undefined ? [] : [entry] };
        const xml = junitReport(given, now);
        expect(junitFaults(xml)).toEqual([]);
        expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
        expect(xml.isWellFormed?.() ?? true).toBe(true);
      }),
    );
  });
});

describe('the JUnit schema of these tests', () => {
  const valid = junitReport(report, now);

  it.each([
    ['a root of another name', 'testsuites', 'testsuite2'],
    ['an attribute that is missing', ' hostname="localhost"', ''],
    ['an attribute that is unknown', '<testcase ', '<testcase file="x" '],
    ['a time with a zone', 'T12:00:00"', 'T12:00:00Z"'],
    [
      'an element out of its place',
      '    <system-out/>\n    <system-err/>',
      '<system-err/><system-out/>',
    ],
    ['an element that is unknown', '<system-out/>', '<system-out/><rerun/>'],
    ['properties without a property', /<property [^>]*>/, ''],
    ['a count that is wrong', ' failures="1"', ' failures="0"'],
    ['text where none belongs', '<testsuites>', '<testsuites>text'],
    ['markup that is broken', '</testsuite>', ''],
  ])('rejects %s', (_what, from, to) => {
    const spoiled = valid.replaceAll(from instanceof RegExp ? new RegExp(from, 'g') : from, to);
    expect(spoiled).not.toBe(valid);
    expect(junitFaults(spoiled)).not.toEqual([]);
  });
});

function reportOf(links: readonly LinkReport[]): TestReport {
  const entry = { entry: 'router', ok: false, verdict: ['answers now'], served: 'a/b', links };
  return { ok: false, costUsd: '0', entries: [entry] };
}
