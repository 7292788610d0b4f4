import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderRun } from '../../../src/commands/live-test/render.ts';
import { documentOf } from '../../../src/commands/live-test/reports.ts';
import { runTest } from '../../../src/commands/live-test/run.ts';
import type { Exec, ExecResult } from '../../../src/platform/deps.ts';
import { hasHost, hostHome } from '../../helpers/host.ts';
import { optionsOf, resilient, smart, worldWith } from './worlds.ts';

const [claude, gpt] = ['anthropic/claude-sonnet-4', 'openai/gpt-4o'];

describe('test --host', () => {
  it('shows what OpenClaw does next to what serve does', async () => {
    const { run } = await rehearsed();
    const serve = { served: gpt, error: null };
    expect(run.report).toMatchObject({
      ok: true,
      version: '2026.9.6',
      rehearsals: [
        { faults: 'primary:503', serve: { ...serve, requests: [{ model: claude, count: 3 }, {}] } },
        { faults: 'primary:402', serve: { served: 'meta-llama/llama-3.3-70b-instruct:free' } },
        { faults: 'primary:429', serve },
      ],
    });
    const host = {
      requests: [
        { model: claude, count: 2 },
        { model: gpt, count: 1 },
      ],
    };
    for (const rehearsal of rehearsals(run)) {
      expect(rehearsal).toMatchObject({ host: { ...host, served: gpt, error: null } });
    }
  });

  it('shows what the person in the chat reads, and fails, where nobody answers', async () => {
    const { run, io } = await rehearsed({ simulate: '*:402' }, 'no luck');
    expect(run.ok).toBe(false);
    expect(rehearsals(run)).toMatchObject([
      {
        host: { served: null, error: 'no luck' },
        serve: { served: null, error: expect.stringContaining('out of credit') },
      },
    ]);
    const shown = renderRun({ stdout: { ...io.stdout, isTty: true, columns: 200 } }, run);
    expect(shown).toContain('the chat shows: no luck');
    expect(shown).toContain(`2 × ${claude}, then ${gpt}: no answer after`);
    expect(renderRun(io, run)).toContain(`router-resilient\t*:402\thost\t2 ${claude}, 1 ${gpt}\t-`);
    expect(documentOf(run)).toMatchObject({ ok: false, rehearsals: [{ faults: '*:402' }] });
  });

  it('gives OpenClaw a home of its own, and takes it away again', async () => {
    const { seen } = await rehearsed({ simulate: 'primary:503' });
    expect(seen).toHaveLength(1);
    const [{ env, mode, model } = { env: {}, mode: 0, model: null }] = seen;
    expect(Object.keys(env).sort()).toEqual(['HOME', 'LANG', 'PATH']);
    expect(existsSync(String(env.HOME))).toBe(false);
    expect(mode & 0o777).toBe(0o600);
    expect(model).toMatchObject({ primary: `openrouter/${claude}` });
  });

  it('ends a turn that takes too long', async () => {
    const { run } = await rehearsed({ simulate: 'primary:503', timeout: 1000 }, null);
    expect(run.ok).toBe(false);
    expect(rehearsals(run)).toMatchObject([{ host: { served: null, error: null } }]);
  });

  it.each([
    [{ notFound: true }, 'OpenClaw is not on PATH'],
    [{ timedOut: true }, 'openclaw did not start within 30 s'],
    [{ exitCode: 1, stderr: 'openclaw: Node.js v24.16 or newer is required' }, 'does not start'],
  ])('needs an OpenClaw that starts: %j', async (answer, words) => {
    const { deps } = worldWith(resilient, { exec: async () => ({ ...fine, ...answer }) });
    await expect(runTest(deps, optionsOf({ host: true }))).rejects.toThrow(words);
  });

  it('rehearses the default entry, or those that are named', async () => {
    const entriesOf = async (entries: readonly string[]) =>
      rehearsals((await rehearsed({ entries, simulate: '*:402' }, '', smart)).run).map(
        ({ entry }) => entry,
      );
    expect(await entriesOf([])).toEqual(['router-smart']);
    expect(await entriesOf(['router-budget'])).toEqual(['router-budget']);
  });
});

// A turn takes it half a minute, and 503 more than two: only the fault that it does not repeat.
describe.skipIf(!hasHost)('test --host with the real OpenClaw', { timeout: 600_000 }, () => {
  it('rehearses its own fallback', async () => {
    const host = hostHome();
    host.writeSetup(resilient);
    const tested = await host.bin('test', '--host', '--simulate', 'primary:402', '--json');
    expect(JSON.parse(tested.stdout)).toMatchObject({
      ok: true,
      version: expect.stringMatching(/^\d{4}\./),
      rehearsals: [
        {
          host: {
            requests: [
              { model: claude, count: 1 },
              { model: gpt, count: 1 },
            ],
            served: gpt,
          },
        },
      ],
    });
    expect(existsSync(join(host.home, '.openclaw'))).toBe(false);
  });
});

const fine: ExecResult = {
  exitCode: 0,
  stdout: 'OpenClaw 2026.9.6 (abc)',
  stderr: '',
  notFound: false,
  timedOut: false,
};

/** An OpenClaw that asks the primary twice and its fallback once. `text`: what it says; null: nothing in time. */
async function rehearsed(
  options: Parameters<typeof optionsOf>[0] = {},
  text: string | null = 'OK',
  setup = resilient,
) {
  const seen: { env: object & { HOME?: string | undefined }; mode: number; model: unknown }[] = [];
  const exec: Exec = async (_file, args, { env = {} } = {}) => {
    if (args[0] === '--version') return fine;
    const path = join(String(env.HOME), '.openclaw', 'openclaw.json');
    const { agents, models } = JSON.parse(readFileSync(path, 'utf8'));
    seen.push({ env, mode: statSync(path).mode, model: agents.defaults.model });
    const { baseUrl, apiKey } = models.providers.openrouter;
    const { primary, fallbacks = [] } = agents.defaults.model;
    const chain = [primary, primary, ...fallbacks.slice(0, 1)];
    for (const model of chain) {
      const body = {
        model: model.replace('openrouter/', ''),
        messages: [{ role: 'user', content: 'hi' }],
      };
      const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
      const url = `${baseUrl}/chat/completions`;
      await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    }
    const stdout = JSON.stringify({ payloads: [{ text }] });
    return { ...fine, stdout, timedOut: text === null };
  };
  const { deps } = worldWith(setup, { exec });
  const run = await runTest(deps, optionsOf({ host: true, ...options }));
  return { run, seen, io: deps.io };
}

function rehearsals(run: Awaited<ReturnType<typeof runTest>>) {
  if (run.kind !== 'in-host') throw new Error('It was not rehearsed in OpenClaw');
  return run.report.rehearsals;
}
