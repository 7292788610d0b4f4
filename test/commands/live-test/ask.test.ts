import { describe, expect, it } from 'vitest';
import { renderRun } from '../../../src/commands/live-test/render.ts';
import { runTest } from '../../../src/commands/live-test/run.ts';
import { chatCount, optionsOf, resilient, smart, worldOnline, worldWith } from './worlds.ts';

describe('test --prompt', () => {
  it('explains how the channel leads to the model, and shows the answer', async () => {
    const { deps, sandbox } = await worldOnline(smart);
    const report = await asked(deps, { channel: 'telegram', prompt: '请分析这个问题' });
    expect(report).toMatchObject({
      ok: true,
      simulated: false,
      choice: {
        channel: 'telegram',
        entry: 'router-smart',
        why: 'channel',
        role: 'complex',
        model: 'anthropic/claude-sonnet-4',
        trigger: '分析',
      },
      request: {
        body: {
          model: 'anthropic/claude-sonnet-4',
          temperature: 0.7,
          messages: [{ role: 'user', content: '请分析这个问题' }],
        },
      },
      served: 'anthropic/claude-sonnet-4',
    });
    expect(report.answer).toContain('请分析这个问题');
    expect(chatCount(sandbox)).toBe(1);
  });

  it('asks the default model without a trigger', async () => {
    const { deps } = await worldOnline(smart);
    const { choice } = await asked(deps, { entries: ['router-smart'], prompt: 'Hello' });
    expect(choice).toMatchObject({ role: 'primary', trigger: null, why: 'asked' });
  });

  it('tries the next link when the chosen one fails, and shows each step', async () => {
    const { deps } = await worldOnline(resilient, 'anthropic/claude-sonnet-4:404');
    const report = await asked(deps, { prompt: 'Hello' });
    expect(report.walk.map(({ model, outcome }) => [model, outcome])).toEqual([
      ['anthropic/claude-sonnet-4', 'not_found'],
      ['openai/gpt-4o', 'ok'],
    ]);
  });

  it('reports why there is no answer and how to fix it', async () => {
    const { deps } = await worldOnline(resilient, '*:401');
    const report = await asked(deps, { prompt: 'Hello' });
    expect(report).toMatchObject({ ok: false, outcome: 'auth', answer: null });
    expect(report.fix).toContain('https://openrouter.ai/settings/keys');
  });

  it('needs no key in a rehearsal', async () => {
    const { deps } = worldWith(resilient);
    const report = await asked(deps, { prompt: 'Hello', simulate: 'primary:503' });
    expect(report).toMatchObject({ ok: true, simulated: true, served: 'openai/gpt-4o' });
  });

  it('shows the headers of the request, and only the name of a secret one', async () => {
    const headers = '"X-Title": "Assistant", "X-Api-Key": "hush"';
    const { deps } = worldWith(
      `{ models: { a: { provider: "openrouter", apiKey: "\${OPENROUTER_API_KEY}", defaultModel: "openai/gpt-4o", headers: { ${headers} } } } }`,
    );
    const { request } = await asked(deps, { prompt: 'Hello', simulate: 'primary:503' });
    expect(request.headers).toEqual({ 'X-Title': 'Assistant', 'X-Api-Key': '(hidden)' });
  });

  it('is readable on a terminal', async () => {
    const { deps } = await worldOnline(smart);
    const run = await runTest(deps, optionsOf({ channel: 'telegram', prompt: '分析' }));
    const shown = renderRun({ stdout: { ...deps.io.stdout, isTty: true } }, run);
    expect(shown).toContain('Channel   telegram');
    expect(shown).toContain('Trigger   "分析" is in the prompt');
    expect(shown).toContain('Model     anthropic/claude-sonnet-4 (complex)');
  });
});

async function asked(deps: Parameters<typeof runTest>[0], given: Parameters<typeof optionsOf>[0]) {
  const run = await runTest(deps, optionsOf(given));
  if (run.kind !== 'asked') throw new Error(`It ${run.kind}`);
  return run.report;
}
