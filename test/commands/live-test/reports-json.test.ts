import { describe, expect, it } from 'vitest';
import { documentOf } from '../../../src/commands/live-test/reports.ts';
import { parseSetup } from '../../../src/setup-file/setup-file.ts';
import { linkOf } from '../../probe/worlds.ts';
import { resilient } from './worlds.ts';

const setup = parseSetup(resilient, '/home/x/openclaw.json5');
const entry = {
  entry: 'router',
  ok: true,
  verdict: ['answers now', 'survives losing a'],
  served: 'a/b',
  links: [linkOf('primary', 'a/b', { provider: 'P' })],
};

describe('test --json', () => {
  it('has the documented shape', () => {
    const report = { ok: true, costUsd: '0.0001', entries: [entry] };
    expect(documentOf({ kind: 'certified', ok: true, report, setup })).toEqual({
      ok: true,
      simulated: false,
      costUsd: '0.0001',
      entries: [
        {
          entry: 'router',
          ok: true,
          verdict: 'answers now; survives losing a',
          served: 'a/b',
          links: [
            {
              role: 'primary',
              model: 'a/b',
              outcome: 'ok',
              ok: true,
              attempts: 1,
              httpStatus: 200,
              servedModel: 'a/b',
              provider: 'P',
              ttftMs: 10,
              totalMs: 20,
              costUsd: '0.0001',
              message: null,
              fix: '',
            },
          ],
        },
      ],
    });
  });

  it('has the walk of a rehearsal', () => {
    const step = { model: 'a/b', attempt: 1, outcome: 'ok', waitedMs: 0 } as const;
    const walked = {
      ...entry,
      tookMs: 5,
      walk: [{ ...step, role: 'primary', onward: 'done', retryAfterMs: null } as const],
    };
    const report = { ok: true, costUsd: '0', entries: [walked] };
    expect(documentOf({ kind: 'rehearsed', ok: true, report, setup })).toMatchObject({
      simulated: true,
      entries: [{ walk: [step], tookMs: 5 }],
    });
  });
});
