import Anthropic from '@anthropic-ai/sdk';
import { ChatOpenAI } from '@langchain/openai';
import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { OpenRouter } from '@openrouter/sdk';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { parseFaults } from '../../src/sandbox/faults.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { requestsOf, type TestGateway, testGateway } from './start.ts';

const models = {
  main: {
    defaultModel: 'anthropic/claude-sonnet-4',
    fallbackModels: ['openai/gpt-4o-mini'],
    complexModel: 'anthropic/claude-opus-4.6',
    complexTriggers: ['prove that'],
    parameters: { max_tokens: 200 },
    budget: { dailyLimit: 5 },
  },
  Poor: { defaultModel: 'anthropic/claude-sonnet-4', budget: { dailyLimit: '0.000001' } },
};

async function beforeSandbox(faults = ''): Promise<TestGateway> {
  const sandbox = await testSandbox({ faults: faults === '' ? [] : parseFaults(faults) });
  return testGateway({
    models,
    channels: { whatsapp: { model: 'main' } },
    baseUrl: sandbox.url,
    key: sandbox.key,
  });
}

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

describe("Anthropic's official client, unchanged", () => {
  const clientOf = ({ url }: TestGateway) =>
    new Anthropic({ baseURL: url.replace('/v1', ''), apiKey: 'anything', maxRetries: 0 });
  const asked = {
    model: 'main',
    max_tokens: 100,
    messages: [{ role: 'user' as const, content: 'ping' }],
  };

  it('gets an answer, and the request is in the ledger', async () => {
    const gateway = await beforeSandbox();
    const answer = await clientOf(gateway).messages.create(asked);
    expect(answer.content).toMatchObject([{ type: 'text', text: 'pong' }]);
    expect(answer.stop_reason).toBe('end_turn');
    expect(requestsOf(gateway)).toMatchObject([
      { entry: 'main', role: 'primary', outcome: 'ok', completionTokens: 1 },
    ]);
    expect((await gateway.ledger.totals('main', new Date())).day).not.toBe('0');
  });

  it('gets a stream of the next link where the first is down', async () => {
    const gateway = await beforeSandbox('anthropic/claude-sonnet-4:503');
    const stream = clientOf(gateway).messages.stream(asked);
    const message = await stream.finalMessage();
    expect(message).toMatchObject({ model: 'openai/gpt-4o-mini', content: [{ text: 'pong' }] });
    expect(requestsOf(gateway)).toMatchObject([{ role: 'fallback1', stream: true }]);
  });

  it('calls a tool and goes on with what it gave back', async () => {
    const client = clientOf(await beforeSandbox());
    const tools = [{ name: 'weather', input_schema: { ...parameters, type: 'object' as const } }];
    const question = { role: 'user' as const, content: 'call weather' };
    const called = await client.messages
      .stream({ ...asked, tools, messages: [question] })
      .finalMessage();
    const [use] = called.content;
    if (use?.type !== 'tool_use') throw new Error('No tool was called');
    expect([called.stop_reason, use.name, use.input]).toEqual([
      'tool_use',
      'weather',
      { city: 'sandbox' },
    ]);
    const result = { type: 'tool_result' as const, tool_use_id: use.id, content: 'sunny' };
    const told = await client.messages.create({
      ...asked,
      tools,
      messages: [
        question,
        { role: 'assistant', content: called.content },
        { role: 'user', content: [result] },
      ],
    });
    expect(told.content[0]).toMatchObject({ type: 'text' });
  });

  it('asks the complex model for a trigger in the words of a person', async () => {
    const gateway = await beforeSandbox();
    const reminder = {
      type: 'text' as const,
      text: '<system-reminder>prove that</system-reminder>',
    };
    const ask = (text: string) =>
      clientOf(gateway).messages.create({
        ...asked,
        messages: [{ role: 'user', content: [reminder, { type: 'text', text }] }],
      });
    await ask('hello');
    await ask('Prove that there is no end of primes');
    expect(requestsOf(gateway).map(({ role }) => role)).toEqual(['primary', 'complex']);
  });

  it('throws the errors of OpenRouter and of the gateway as its own', async () => {
    const client = clientOf(await beforeSandbox('*:529'));
    await expect(client.messages.create(asked)).rejects.toMatchObject({
      status: 529,
      error: { type: 'error', error: { type: 'overloaded_error' } },
    });
    await expect(client.messages.create({ ...asked, model: 'nobody' })).rejects.toBeInstanceOf(
      Anthropic.NotFoundError,
    );
    await expect(client.messages.create({ ...asked, model: 'poor' })).rejects.toMatchObject({
      status: 402,
      error: { error: { type: 'billing_error', error_type: 'budget_exceeded' } },
    });
  });
});

describe("OpenAI's official client at /responses, unchanged", () => {
  const clientOf = ({ url }: TestGateway) =>
    new OpenAI({ baseURL: url, apiKey: 'anything', maxRetries: 0 });

  it('gets an answer, of an entry whatever its capitals', async () => {
    const gateway = await beforeSandbox();
    const answer = await clientOf(gateway).responses.create({ model: 'MAIN', input: 'ping' });
    expect(answer.output_text).toBe('pong');
    expect(requestsOf(gateway)).toMatchObject([
      { entry: 'main', outcome: 'ok', completionTokens: 1 },
    ]);
  });

  it('gets a stream of the next link where the first is down', async () => {
    const gateway = await beforeSandbox('anthropic/claude-sonnet-4:503');
    const stream = await clientOf(gateway).responses.create({
      model: 'channel:whatsapp',
      input: [{ role: 'user', content: 'ping' }],
      stream: true,
    });
    let text = '';
    let last: string | null = null;
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      last = event.type;
    }
    expect([text, last]).toEqual(['pong', 'response.completed']);
    expect(requestsOf(gateway)).toMatchObject([{ role: 'fallback1', channel: 'whatsapp' }]);
  });

  it('calls a tool', async () => {
    const gateway = await beforeSandbox();
    const answer = await clientOf(gateway).responses.create({
      model: 'main',
      input: 'call weather',
      tools: [{ type: 'function', name: 'weather', parameters, strict: false }],
    });
    expect(answer.output).toMatchObject([
      { type: 'function_call', arguments: '{"city":"sandbox"}' },
    ]);
    expect(requestsOf(gateway)).toMatchObject([{ outcome: 'ok' }]);
  });

  it('throws the errors of the gateway', async () => {
    const client = clientOf(await beforeSandbox());
    await expect(client.responses.create({ model: 'poor', input: 'ping' })).rejects.toMatchObject({
      status: 402,
      type: 'budget_exceeded',
    });
    const background = client.responses.create({ model: 'main', input: 'ping', background: true });
    await expect(background).rejects.toMatchObject({ status: 400 });
  });
});

describe('other official clients, unchanged', () => {
  it("OpenRouter's gets an answer of responses", async () => {
    const gateway = await beforeSandbox();
    const client = new OpenRouter({ serverURL: gateway.url, apiKey: 'anything' });
    const response = await client.beta.responses.send({
      responsesRequest: { model: 'main', input: 'ping' },
    });
    expect('output' in response && response.output).toMatchObject([{ type: 'message' }]);
    expect(requestsOf(gateway)).toMatchObject([{ outcome: 'ok' }]);
  });

  it("OpenRouter's provider of the AI SDK gets an answer and a stream", async () => {
    const gateway = await beforeSandbox();
    const model = createOpenRouter({ baseURL: gateway.url, apiKey: 'anything' })('main');
    const { text, usage } = await generateText({ model, prompt: 'ping' });
    expect([text, usage.outputTokens]).toEqual(['pong', 1]);
    expect(await streamText({ model, prompt: 'ping' }).text).toBe('pong');
  });

  it("LangChain's gets an answer of chat completions and of responses", async () => {
    const gateway = await beforeSandbox();
    for (const useResponsesApi of [false, true]) {
      const model = new ChatOpenAI({
        model: 'main',
        apiKey: 'anything',
        useResponsesApi,
        configuration: { baseURL: gateway.url },
      });
      expect((await model.invoke('ping')).text).toBe('pong');
    }
  });
});
