import { OpenRouter } from '@openrouter/sdk';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { parseFaults } from '../../src/sandbox/faults.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { pricedModel, type TestGateway, testGateway } from './start.ts';

const messages = [{ role: 'user' as const, content: 'ping' }];

async function beforeSandbox(faults = ''): Promise<TestGateway> {
  const sandbox = await testSandbox({ faults: faults === '' ? [] : parseFaults(faults) });
  return testGateway({
    models: {
      main: {
        defaultModel: 'openai/gpt-4o-mini',
        fallbackModels: ['google/gemini-2.5-flash'],
        budget: { dailyLimit: 5 },
      },
      fast: { defaultModel: 'openai/gpt-4o-mini:nitro' },
    },
    channels: { whatsapp: { model: 'main' } },
    baseUrl: sandbox.url,
    key: sandbox.key,
  });
}

describe("OpenAI's official client, unchanged", () => {
  const clientOf = ({ url }: TestGateway) =>
    new OpenAI({ baseURL: url, apiKey: 'anything', maxRetries: 0 });

  it('gets an answer', async () => {
    const client = clientOf(await beforeSandbox());
    const answer = await client.chat.completions.create({ model: 'channel:whatsapp', messages });
    expect(answer.choices[0]?.message.content).toBe('pong');
    expect(answer.usage?.total_tokens).toBeGreaterThan(0);
  });

  it('gets a stream, and another link where the first is down', async () => {
    const client = clientOf(await beforeSandbox('openai/gpt-4o-mini:503'));
    const stream = await client.chat.completions.create({ model: 'main', messages, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('pong');
  });

  it('lists the entries and the models of OpenRouter', async () => {
    const client = clientOf(await beforeSandbox());
    const ids = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toEqual(expect.arrayContaining(['main', 'openai/gpt-4o']));
  });

  it('throws the error of the gateway', async () => {
    const client = clientOf(await beforeSandbox('*:402'));
    const asked = client.chat.completions.create({ model: 'main', messages });
    await expect(asked).rejects.toMatchObject({ status: 402 });
    const unknown = client.chat.completions.create({ model: 'nobody', messages });
    await expect(unknown).rejects.toMatchObject({ status: 404, type: 'model_not_found' });
  });
});

describe("OpenRouter's official client, unchanged", () => {
  const clientOf = ({ url }: TestGateway) =>
    new OpenRouter({ serverURL: url, apiKey: 'anything', retryConfig: { strategy: 'none' } });

  it('gets an answer', async () => {
    const client = clientOf(await beforeSandbox());
    const answer = await client.chat.send({
      chatRequest: { model: 'main', messages, stream: false },
    });
    if (!('choices' in answer)) throw new Error('A stream came');
    expect(answer.choices[0]?.message.content).toBe('pong');
  });

  it('gets a stream', async () => {
    const client = clientOf(await beforeSandbox());
    const stream = await client.chat.send({
      chatRequest: { model: 'main', messages, stream: true },
    });
    if ('choices' in stream) throw new Error('A plain answer came');
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? '';
    expect(text).toBe('pong');
  });

  it('lists the entries and the models of OpenRouter', async () => {
    const client = clientOf(await beforeSandbox());
    const ids: string[] = [];
    for await (const page of await client.models.list({ limit: 40 })) {
      ids.push(...page.result.data.map(({ id }) => id));
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(['main', 'fast', 'openai/gpt-4o']));
  });

  it('lists the cached models while OpenRouter cannot be reached', async () => {
    const gateway = await testGateway({
      models: { main: { defaultModel: 'a/b' } },
      baseUrl: 'http://127.0.0.1:9/api/v1',
      list: [pricedModel('a/b', '1', '1')],
    });
    const page = await clientOf(gateway).models.list({});
    expect(page.result.data.map(({ id }) => id)).toEqual(['main', 'a/b']);
  });

  it('understands the errors of the gateway', async () => {
    const client = clientOf(await beforeSandbox());
    const asked = client.chat.send({ chatRequest: { model: 'nobody', messages, stream: false } });
    await expect(asked).rejects.toMatchObject({ statusCode: 404 });
  });
});
