import { describe, expect, it } from 'vitest';
import { githubAnnotations, githubSummary } from '../../../src/commands/live-test/reports.ts';
import type { TestReport } from '../../../src/probe/report.ts';
import { parseSetup } from '../../../src/setup-file/setup-file.ts';
import { linkOf } from '../../probe/worlds.ts';
import { resilient } from './worlds.ts';

const setup = parseSetup(resilient, '/home/x/openclaw.json5');
const gpt = linkOf('fallback1', 'openai/gpt-4o', {
  outcome: 'not_found',
  headline: '400 no such model',
  message: '100% gone,\nfor: ever',
  fix: 'Name another',
});
const report: TestReport = {
  ok: false,
  costUsd: '0.001',
  entries: [
    {
      entry: 'router-resilient',
      ok: false,
      verdict: ['answers now', 'a | b'],
      served: 'anthropic/claude-sonnet-4',
      links: [
        linkOf('primary', 'anthropic/claude-sonnet-4'),
        gpt,
        linkOf('fallback2', 'x/y:free', { outcome: 'rate_limit', headline: '429 rate limit' }),
        linkOf('complex', 'c/d', { outcome: null, ok: false }),
      ],
    },
  ],
};

describe('annotations for GitHub', () => {
  const annotations = githubAnnotations(report, setup, (file) => file.slice(1));

  it('are at the line of the link that fails', () => {
    expect(annotations[0]).toEqual({
      level: 'error',
      file: 'home/x/openclaw.json5',
      line: 8,
      column: 9,
      title: 'router-resilient: fallback 1 openai/gpt-4o',
      message: '400 no such model: 100% gone,\nfor: ever\nName another',
    });
  });

  it('are warnings where waiting helps', () => {
    expect(annotations[1]).toMatchObject({ level: 'warning', line: 9 });
  });

  it('are not made for links that answer or were not tried', () => {
    expect(annotations).toHaveLength(2);
  });
});

describe('annotations of a rehearsal', () => {
  const [entry] = report.entries;
  const walked = (ok: boolean): TestReport =>
    entry === undefined ? report : { ...report, ok, entries: [{ ...entry, ok, walk: [] }] };
  const count = (ok: boolean) =>
    githubAnnotations(walked(ok), setup, (file) => file).filter(({ level }) => level === 'error')
      .length;

  it('are printed only for links that did not answer', () => {
    expect(count(true)).toBe(0);
    expect(count(false)).toBe(1);
  });
});

describe('the job summary', () => {
  it('is a table with a row per link, below the verdict', () => {
    const summary = githubSummary(report);
    expect(summary).toContain('**router-resilient**: answers now; a &#124; b');
    expect(summary).toContain('| fallback 1 | openai/gpt-4o | ✗ 400 no such model |');
    expect(summary).toContain('Cost: $0.001');
  });
});
