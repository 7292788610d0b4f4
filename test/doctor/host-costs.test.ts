import { beforeAll, describe, expect, it } from 'vitest';
import type { CatalogModel } from '../../src/catalog/model.ts';
import { findings, marked, sandboxModels } from './doctor-world.ts';

let models: readonly CatalogModel[];
beforeAll(async () => {
  models = await sandboxModels();
});

const text = `{ models: { main: { provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}', defaultModel: 'openai/gpt-4o' } } }`;

async function costs(config: string) {
  const found = await findings({ text, models, files: { '.openclaw/openclaw.json': config } });
  return found.filter(({ checkId }) => /^host\/(heartbeat|model-slots)$/.test(checkId));
}

const defaults = (members: string) => `{ agents: { defaults: { ${members} } } }`;
const opus = 'openrouter/anthropic/claude-opus-4.7';

describe('the cost of a heartbeat', () => {
  it('is told for a day, with what it assumes, beside a frugal model', async () => {
    const {
      text: config,
      line,
      column,
    } = marked(defaults(`heartbeat: { every: '30m', model: ▸'${opus}' }`));
    const [finding] = await costs(config);
    // 48 runs of 100,000 tokens at $5 and 100 at $25 a million.
    expect(finding).toMatchObject({
      severity: 'warning',
      message:
        'The heartbeat runs anthropic/claude-opus-4.7 every 30 minutes: about $24.12 a day, for 100,000 tokens each time without caching; with google/gemini-2.5-flash-lite: $0.482',
      place: { line, column },
      fixHint: expect.stringContaining('isolatedSession: true'),
    });
  });

  it.each([
    ["every: '1h'", '$12.06', 'hour'],
    ["every: '90m'", '$8.04', '90 minutes'],
    ['every: 60', '$12.06', 'hour'],
    ["every: '30m', isolatedSession: true", '$1.32', '30 minutes'],
    ["every: '30m', isolatedSession: true, lightContext: true", '$0.60', '30 minutes'],
    ["activeHours: { start: '09:00', end: '21:00' }", '$12.06', '30 minutes'],
    ["activeHours: { start: '21:00', end: '09:00' }", '$12.06', '30 minutes'],
  ])('follows %s', async (members, usd, every) => {
    const [finding] = await costs(defaults(`heartbeat: { model: '${opus}', ${members} }`));
    expect(finding?.message).toContain(`every ${every}: about ${usd} a day`);
  });

  it.each([
    ['it is off', `heartbeat: { every: '0m', model: '${opus}' }`],
    [
      'its hours are none',
      `heartbeat: { model: '${opus}', activeHours: { start: '8:00', end: '8:00' } }`,
    ],
    ['another provider answers', "heartbeat: { model: 'ollama/llama3.2:1b' }"],
    ['the model is free', "heartbeat: { model: 'openrouter/openai/gpt-oss-20b:free' }"],
    ['there is no model', "heartbeat: { every: '5m' }"],
    ['automations are off', `model: '${opus}' } }, cron: { enabled: false }, x: { y: {`],
  ])('is none where %s', async (_, members) => {
    expect(await costs(defaults(members))).toEqual([]);
  });

  it('is that of the default model where it has none, as information where nobody asked for it', async () => {
    const [finding, ...others] = await costs(defaults(`model: { primary: '${opus}' }`));
    expect(finding).toMatchObject({ severity: 'info', path: ['agents', 'defaults', 'model'] });
    expect(others).toEqual([]);
  });

  it('of an alias is that of the newest model of its family', async () => {
    const alias = 'openrouter/~anthropic/claude-opus-latest';
    const [finding] = await costs(defaults(`heartbeat: { every: '30m', model: '${alias}' }`));
    expect(finding?.message).toMatch(/claude-opus-(4\.7|latest) every 30 minutes: about \$24\.12/);
  });

  it('of an agent in the older list is mended there, whatever the case of its model', async () => {
    const model = 'OpenRouter/Anthropic/Claude-Opus-4.7';
    const [finding] = await costs(
      `{ agents: { list: [{ id: 'ops', model: '${model}', heartbeat: { every: '1h' } }] } }`,
    );
    expect(finding?.message).toContain('The heartbeat of ops runs anthropic/claude-opus-4.7');
    expect(finding?.fixHint).toContain('agents.list[0].heartbeat: { isolatedSession: true');
  });

  it('takes aliases, and agents with a block of their own in place of the others', async () => {
    const config = `{ agents: {
      defaults: { heartbeat: { every: '30m' }, models: { '${opus}': { alias: 'big' } } },
      entries: { main: { model: '${opus}' }, ops: { model: 'big', heartbeat: { every: '2h' } } },
    } }`;
    const found = (await costs(config)).filter(({ checkId }) => checkId === 'host/heartbeat');
    expect(found.map(({ message }) => message.split(':')[0])).toEqual([
      'The heartbeat of ops runs anthropic/claude-opus-4.7 every 2 hours',
    ]);
  });
});

describe('the other models of the host', () => {
  it('are listed with the cost of one use', async () => {
    const config = `{ agents: {
      defaults: {
        model: 'ollama/llama3.2:1b',
        compaction: { model: '${opus}' },
        utilityModel: 'openrouter/openai/gpt-5.4-mini',
        imageModel: { primary: 'openrouter/google/gemini-2.5-flash' },
        pdfModel: 'openrouter/google/gemini-2.5-pro',
      },
      entries: { ops: { model: 'openrouter-gateway/main' } },
    } }`;
    const messages = (await costs(config))
      .filter(({ checkId }) => checkId === 'host/model-slots')
      .map(({ message }) => message);
    expect(messages).toEqual([
      "OpenClaw's compaction.model is anthropic/claude-opus-4.7: about $0.60 for a compaction (100,000 tokens in, 4,000 out)",
      expect.stringContaining('utilityModel is openai/gpt-5.4-mini: about $0.0012 for a title'),
      expect.stringContaining('imageModel is google/gemini-2.5-flash'),
      expect.stringContaining('pdfModel is google/gemini-2.5-pro'),
      expect.stringContaining('model of ops is openai/gpt-4o: about $0.03 for a message'),
    ]);
  });

  it('are also those of subagents, channels and hooks', async () => {
    const config = `{
      agents: { defaults: { subagents: { model: '${opus}' }, compaction: { memoryFlush: { model: '${opus}' } } } },
      hooks: { gmail: { model: '${opus}' } },
      channels: { modelByChannel: { telegram: { '42': '${opus}' } } },
    }`;
    const messages = (await costs(config)).map(({ message }) => message.split(' is ')[0]);
    expect(messages).toEqual([
      "OpenClaw's compaction.memoryFlush.model",
      "OpenClaw's subagents.model",
      "OpenClaw's hooks.gmail.model",
      'OpenClaw\'s channels.modelByChannel.telegram["42"]',
    ]);
  });

  it.each([
    "heartbeat: { model: ▸'openrouter/openai/gpt-5-nan' }",
    `imageModel: { primary: '${opus}', fallbacks: [▸'openrouter/openai/gpt-5-nan'] }`,
    "subagents: { model: ▸'OpenRouter/OpenAI/GPT-5-nan' }",
  ])('that do not exist are found in %s', async (members) => {
    const { text: config, line, column } = marked(defaults(members));
    const found = (await costs(config)).filter(({ severity }) => severity === 'warning');
    expect(found).toMatchObject([
      { place: { line, column }, fixHint: 'write "openrouter/openai/gpt-5-nano"' },
    ]);
  });

  it('that do not exist are found at their place', async () => {
    const {
      text: config,
      line,
      column,
    } = marked(defaults("imageModel: ▸'openrouter/google/gemini-2.5-flahs'"));
    expect(await costs(config)).toMatchObject([
      {
        checkId: 'host/model-slots',
        severity: 'warning',
        place: { line, column },
        fixHint: 'write "openrouter/google/gemini-2.5-flash"',
      },
    ]);
  });
});
