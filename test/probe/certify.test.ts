import { describe, expect, it } from 'vitest';
import { CancelError } from '../../src/platform/errors.ts';
import { type CertifyWorld, certify } from '../../src/probe/certify.ts';
import { planProbes } from '../../src/probe/plan.ts';
import { createVirtualClock } from '../../src/probe/rehearsal.ts';
import type { LinkReport } from '../../src/probe/report.ts';
import { answer, entryOf, failing } from './worlds.ts';

const key = `sk-or-v1-${'ab'.repeat(32)}`;
const plain = { tools: false, stream: false };

describe('the certificate', () => {
  it('has every link of every entry, and the cost of each question once', async () => {
    const keyed = ['one', 'two'].map((name) => ({ entry: entryOf({ name }), key }));
    const report = await certify(planProbes(keyed, plain, []), worldOf());
    expect(report.entries.map(({ entry, ok, links }) => [entry, ok, links.length])).toEqual([
      ['one', true, 1],
      ['two', true, 1],
    ]);
    expect(report.costUsd).toBe('0.0001');
    expect(report.ok).toBe(true);
  });

  it('fails when one link fails, though another answers', async () => {
    const entry = entryOf({ fallbackModels: ['a/gone'] });
    const world = worldOf({
      send: async ({ model }) => (model === 'a/gone' ? failing(404) : answer()),
    });
    const report = await certify(planProbes([{ entry, key }], plain, []), world);
    expect(report.ok).toBe(false);
    expect(report.entries[0]).toMatchObject({ ok: false, served: 'anthropic/claude-sonnet-4' });
    expect(report.entries[0]?.links[1]).toMatchObject({ outcome: 'not_found', ok: false });
  });

  it('fails when an answer lacks what was asked for', async () => {
    const plan = planProbes([{ entry: entryOf(), key }], { tools: true, stream: false }, []);
    const report = await certify(plan, worldOf());
    expect(report.entries[0]?.links[0]).toMatchObject({
      outcome: 'ok',
      ok: false,
      headline: 'It answered without calling the tool',
    });
    expect(report.ok).toBe(false);
  });

  it('fails for an entry without a model', async () => {
    const plan = planProbes([{ entry: entryOf({ defaultModel: '' }), key }], plain, []);
    const report = await certify(plan, worldOf());
    expect(report.entries[0]).toMatchObject({
      ok: false,
      served: null,
      verdict: ['nothing answers: primary fails (no model) and there is no fallback'],
      links: [{ role: 'primary', model: '', outcome: 'bad_request', attempts: 0 }],
    });
  });

  it('names the variable that holds no key, and sends nothing for it', async () => {
    const keyed = [{ entry: entryOf({ name: 'work' }), key: null, variable: 'MY_KEY' }];
    const send = async () => {
      throw new Error('something was sent');
    };
    const report = await certify(planProbes(keyed, plain, []), worldOf({ send }));
    expect(report.entries[0]?.links[0]).toMatchObject({
      outcome: 'auth',
      attempts: 0,
      message: 'MY_KEY is not set',
      fix: 'Set MY_KEY, or store a key: printf %s "$KEY" | openclaw-openrouter init --yes --name work --key-stdin',
    });
  });

  it('keeps as many requests in flight as allowed, and no more', async () => {
    const { shared } = createVirtualClock(new Date(0));
    let now = 0;
    let most = 0;
    const world = worldOf({
      clock: shared,
      concurrency: 3,
      async send() {
        now += 1;
        most = Math.max(most, now);
        await shared.sleep(10);
        now -= 1;
        return answer();
      },
    });
    const entry = entryOf({ fallbackModels: Array.from({ length: 8 }, (_, i) => `a/m${i}`) });
    await certify(planProbes([{ entry, key }], plain, []), world);
    expect(most).toBe(3);
  });

  it('reports each answer as it comes, in the order of the plan', async () => {
    const told: (string | null)[][] = [];
    const onProof = (links: readonly (LinkReport | null)[]) =>
      void told.push(links.map((link) => link?.outcome ?? null));
    const entry = entryOf({ fallbackModels: ['a/b'] });
    await certify(planProbes([{ entry, key }], plain, []), worldOf({ onProof, concurrency: 1 }));
    expect(told).toEqual([
      ['ok', null],
      ['ok', 'ok'],
    ]);
  });

  it('ends with CancelError on Ctrl-C', async () => {
    const plan = planProbes([{ entry: entryOf(), key }], plain, []);
    const stopped = certify(plan, worldOf({ signal: AbortSignal.abort() }));
    await expect(stopped).rejects.toBeInstanceOf(CancelError);
  });
});

function worldOf(given: Partial<CertifyWorld> = {}): CertifyWorld {
  return {
    clock: createVirtualClock(new Date(0)).alone,
    random: () => 0.5,
    signal: new AbortController().signal,
    place: { program: 'openclaw-openrouter', given: { config: null, sandbox: false } },
    timeoutMs: 1000,
    concurrency: 8,
    send: async () => answer(),
    ...given,
  };
}
