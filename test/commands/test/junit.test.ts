import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { junitReport } from '../../../src/commands/test/junit.ts';
import type { LinkReport, TestReport } from '../../../src/probe/report.ts';
import { linkOf } from '../../probe/worlds.ts';

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
  it('has a suite an entry and a test case a link', () => {
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

  it('has the outcome, what was said and the fix in the failure', () => {
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

  it('does not count what failed as rehearsed while another link answered', () => {
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

  it('is well-formed whatever the API says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (message) => {
        const xml = junitReport(reportOf([{ ...failed, message, headline: message }]), now);
        expect(XMLValidator.validate(xml)).toBe(true);
        expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
        expect(xml.isWellFormed?.() ?? true).toBe(true);
      }),
    );
  });
});

function reportOf(links: readonly LinkReport[]): TestReport {
  const entry = { entry: 'router', ok: false, verdict: ['answers now'], served: 'a/b', links };
  return { ok: false, costUsd: '0', entries: [entry] };
}
