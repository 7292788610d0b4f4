import { describe, expect, it } from 'vitest';
import { chat, messages as messagesFormat, responses } from '../../src/gateway/formats.ts';
import { createServedProviders, withCacheMarkers } from '../../src/gateway/prompt-cache.ts';
import { conversationCost } from '../bench/conversation.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { json, serve } from '../openrouter/serve.ts';
import { requestsOf, testGateway } from './start.ts';

const long = 'word '.repeat(4_000);
const marker = { type: 'ephemeral' };
const on = { promptCaching: 'auto' } as const;
const model = 'anthropic/claude-sonnet-4';
const user = (content: unknown) => ({ role: 'user', content });
const marked = (text: string) => ({ type: 'text', text, cache_control: marker });
const tool = { type: 'function', function: { name: 'f', parameters: {} } };

describe('cache markers', () => {
  it('are set on the last tool, the system prompt and the last message of a person', () => {
    const body = {
      model,
      tools: [tool, tool],
      messages: [
        { role: 'system', content: long },
        user('one'),
        { role: 'assistant', content: 'two' },
        user('three'),
        user('<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>\nx\n<<<END_OPENCLAW_INTERNAL_CONTEXT>>>'),
      ],
    };
    expect(withCacheMarkers(on, chat, body)).toEqual({
      ...body,
      tools: [tool, { ...tool, cache_control: marker }],
      messages: [
        { role: 'system', content: [marked(long)] },
        user('one'),
        body.messages[2],
        user([marked('three')]),
        body.messages[4],
      ],
    });
  });

  it('are set before the part of a system prompt that changes', () => {
    const changing = '<!-- openclaw:attempt:DYNAMIC -->\nIt is 12:00';
    const body = {
      model,
      messages: [{ role: 'system', content: `${long}${changing}` }, user('x')],
    };
    const made = withCacheMarkers(on, chat, body);
    expect(made.messages).toMatchObject([
      { content: [marked(long), { type: 'text', text: changing }] },
      {},
    ]);
  });

  it('are set on the last tool that takes one, and on no blank message', () => {
    const cached = { type: 'object', properties: { cache_control: { type: 'string' } } };
    const plain = { name: 'f', input_schema: cached };
    const others = [{ ...plain, defer_loading: true }, { type: 'web_search_20250305' }];
    const body = { model, system: long, tools: [plain, ...others], messages: [user(' ')] };
    expect(withCacheMarkers(on, messagesFormat, body)).toEqual({
      ...body,
      system: [marked(long)],
      tools: [{ ...plain, cache_control: marker }, ...others],
    });
  });

  it("are set on the result of a tool, at Anthropic's endpoint too", () => {
    const result = { type: 'tool_result', tool_use_id: 'a', content: 'sunny' };
    const body = { model, system: long, messages: [user('one'), user([result])] };
    expect(withCacheMarkers(on, messagesFormat, body)).toEqual({
      ...body,
      system: [marked(long)],
      messages: [user([marked('one')]), user([{ ...result, cache_control: marker }])],
    });
  });

  it('are one for the whole prompt of responses', () => {
    const body = { model, input: long };
    expect(withCacheMarkers(on, responses, body)).toEqual({ ...body, cache_control: marker });
  });

  it.each([
    ['the client has set one', on, { model, system: [marked(long)], messages: [user(long)] }],
    ['the client has one in a message', on, { model, messages: [user([marked(long)])] }],
    [
      'the client has one in a document',
      on,
      { model, messages: [user([{ type: 'document', source: { content: [marked(long)] } }])] },
    ],
    [
      'the client has one in what a tool gave back',
      on,
      { model, messages: [user(long)], input: [{ output: [marked(long)] }] },
    ],
    ['the model needs none', on, { model: 'openai/gpt-4o', messages: [user(long)] }],
    ['the prompt is too short to be cached', on, { model, messages: [user('short')] }],
    [
      'it is too short for this model',
      on,
      { model: 'anthropic/claude-haiku-4.5', messages: [user('word '.repeat(2_000))] },
    ],
    [
      'the entry turns it off',
      { promptCaching: 'off' } as const,
      { model, messages: [user(long)] },
    ],
  ])('are left out where %s', (_name, entry, body) => {
    expect(withCacheMarkers(entry, chat, body)).toBe(body);
  });
});

describe('a conversation', () => {
  const prefer = { exclude: [], prefer: ['anthropic', 'google-vertex'] };

  async function gatewayFor(models: Readonly<Record<string, Readonly<Record<string, unknown>>>>) {
    const sent: Record<string, unknown>[] = [];
    const { baseUrl } = await serve((response, { body }) => {
      sent.push(JSON.parse(body));
      const choices = [{ message: { content: 'pong' } }];
      json(response, 200, { model, provider: 'Google', choices });
    });
    return { sent, gateway: await testGateway({ models, baseUrl, list: [] }) };
  }

  it('keeps its session, which others do not share', async () => {
    const { sent, gateway } = await gatewayFor({
      main: { defaultModel: model },
      other: { defaultModel: model },
    });
    await gateway.chat({ model: 'main', messages: [user('one')] });
    await gateway.chat({ model: 'main', messages: [user('one'), user('two')] });
    await gateway.chat({ model: 'main', messages: [user('three')] });
    await gateway.chat({ model: 'other', messages: [user('one')] });
    await gateway.chat({ model: 'main', messages: [user('one')], session_id: 'own' });
    const ids = sent.map(({ session_id: id }) => id);
    expect(ids[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(4);
    expect(ids[4]).toBe('own');
  });

  it('has none where the entry turns caching off', async () => {
    const { sent, gateway } = await gatewayFor({
      main: { defaultModel: model, promptCaching: 'off' },
    });
    await gateway.chat({ model: 'main' });
    expect(sent[0]).not.toHaveProperty('session_id');
  });

  it('stays at the provider that served last, and the others remain as fallbacks', async () => {
    const { sent, gateway } = await gatewayFor({
      main: { defaultModel: model, providerPreferences: prefer },
    });
    await gateway.chat({ model: 'main' });
    await gateway.chat({ model: 'main' });
    expect(sent.map(({ provider }) => provider)).toEqual([
      { order: ['anthropic', 'google-vertex'] },
      { order: ['google-vertex', 'anthropic'] },
    ]);
  });

  it('leaves a provider that failed, and one that served minutes ago', () => {
    let nowMs = 0;
    const providers = createServedProviders(() => nowMs);
    const own = { id: 'a', isOwn: true };
    const body = { provider: { order: ['x', 'y'] } };
    providers.served(own, 'Y');
    expect(providers.prefer(own, body)).toEqual({ provider: { order: ['y', 'x'] } });
    nowMs = 400_000;
    expect(providers.prefer(own, body)).toBe(body);
    providers.served(own, 'Y');
    providers.served(own, null);
    expect(providers.prefer(own, body)).toBe(body);
  });
});

describe('what caching saves', () => {
  it('is in the header, in the log and in the bill', async () => {
    const sandbox = await testSandbox({});
    const gateway = await testGateway({
      models: { main: { defaultModel: model } },
      baseUrl: sandbox.url,
      key: sandbox.key,
    });
    const ask = () =>
      gateway.chat({ model: 'main', messages: [{ role: 'system', content: long }, user('ping')] });
    const [first, second] = [await ask(), await ask()].map(
      ({ headers }) => headers.get('x-openclaw-cache') ?? '',
    );
    expect(first).toMatch(/^cached=0; written=4\d{3}; saved=-0\.00\d+$/);
    expect(second).toMatch(/^cached=4\d{3}; written=0; saved=0\.01\d+$/);
    expect(requestsOf(gateway)[1]?.cache?.cachedTokens).toBeGreaterThan(4_000);
  });

  it('makes 20 turns cost what they cost a host that marks them itself, and a quarter of uncached ones', async () => {
    const newGateway = async () => {
      const { url, key } = await testSandbox({});
      return {
        key,
        url,
        gateway: await testGateway({
          models: { main: { defaultModel: model } },
          baseUrl: url,
          key,
        }),
      };
    };
    const [a, b, c] = [await newGateway(), await newGateway(), await newGateway()];
    const direct = await conversationCost({ ...a, model, marks: true });
    const through = await conversationCost({
      ...b,
      url: b.gateway.url,
      model: 'main',
      marks: false,
    });
    const uncached = await conversationCost({ ...c, model, marks: false });
    expect(through / direct).toBeLessThanOrEqual(1.02);
    expect(through / uncached).toBeLessThanOrEqual(0.25);
  });
});
