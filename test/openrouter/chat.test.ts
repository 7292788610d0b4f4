import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type ChatRequest, sendChat } from '../../src/openrouter/chat.ts';
import { CancelError } from '../../src/platform/errors.ts';
import { clientFor, type Handler, json, madeUpKey } from './serve.ts';

const body = { model: 'acme/one', messages: [{ role: 'user', content: 'hi' }], stream: 'ignored' };

async function send(handler: Handler, request: Partial<ChatRequest> = {}) {
  const { client, seen } = await clientFor(handler);
  return { reply: await sendChat(client, { body, stream: false, ...request }), seen };
}

const answer = (choice: object, more: object = {}) => ({
  id: 'gen-1',
  model: 'acme/one-2026',
  provider: 'Acme',
  choices: [{ index: 0, finish_reason: 'stop', ...choice }],
  ...more,
});

describe('a plain answer', () => {
  it('is read with its provider and cost', async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 1, cost: 1.5e-7 };
    const { reply, seen } = await send((response) =>
      json(response, 200, answer({ message: { role: 'assistant', content: 'yes' } }, { usage })),
    );
    expect(reply).toMatchObject({
      status: 200,
      failure: null,
      id: 'gen-1',
      model: 'acme/one-2026',
      provider: 'Acme',
      content: 'yes',
      hasToolCalls: false,
      finishReason: 'stop',
      usage: {
        promptTokens: 3,
        completionTokens: 1,
        cachedTokens: null,
        cacheWriteTokens: null,
        costUsd: '0.00000015',
      },
      ttftMs: null,
    });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ ...body, stream: false });
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/api/v1/chat/completions' });
  });

  it.each([
    ['as it is', madeUpKey],
    ['broken into lines', `${madeUpKey.slice(0, 30)}\n${madeUpKey.slice(30)}`],
  ])('does not pass on a key that it echoes %s, whether a stream or not', async (_how, key) => {
    const echo = {
      model: `acme/one ${key}`,
      provider: `Acme ${key}`,
      openrouter_metadata: { attempts: [{ provider: `Acme ${key}`, status: 200 }] },
    };
    const part = { role: 'assistant', content: 'yes', refusal: `no ${key}` };
    const whole = await send((response) => json(response, 200, answer({ message: part }, echo)));
    const streamed = await send(
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(`data: ${JSON.stringify(answer({ delta: part }, echo))}\n\n`);
      },
      { stream: true },
    );
    for (const { reply } of [whole, streamed]) {
      expect(reply).toMatchObject({
        failure: null,
        model: 'acme/one sk-or-v1-ab12…',
        provider: 'Acme sk-or-v1-ab12…',
        providerAttempts: [{ provider: 'Acme sk-or-v1-ab12…', status: 200 }],
        refusal: 'no sk-or-v1-ab12…',
      });
    }
  });

  it.each([-1, '-0.1', 'free', null, 1e300, '1e6', 1e-60, {}, [1]])(
    'has no cost where OpenRouter says %j',
    async (cost) => {
      const { reply } = await send((response) =>
        json(response, 200, answer({}, { usage: { cost } })),
      );
      expect(reply.usage?.costUsd).toBeNull();
    },
  );

  it.each([
    ['on top of the fee', { cost: 0.05, is_byok: true }, '1.05'],
    ['alone', { is_byok: true }, '1'],
    ['not where OpenRouter paid it', { cost: 1, is_byok: false }, '1'],
  ])('counts what a provider charges by itself: %s', async (_, stated, costUsd) => {
    const usage = { ...stated, cost_details: { upstream_inference_cost: 1 } };
    const { reply } = await send((response) => json(response, 200, answer({}, { usage })));
    expect(reply.usage?.costUsd).toBe(costUsd);
  });

  it('has no token count where the number is not a count', async () => {
    const usage = { prompt_tokens: 3.5, completion_tokens: -1, cost: '0.01' };
    const { reply } = await send((response) => json(response, 200, answer({}, { usage })));
    expect(reply.usage).toMatchObject({
      promptTokens: null,
      completionTokens: null,
      costUsd: '0.01',
    });
  });

  it('may have tool calls, parts, a refusal or only reasoning', async () => {
    const messages = [
      { tool_calls: [{ function: { name: 'look', arguments: '{"a":1}' } }] },
      { content: [{ type: 'text', text: 'a' }, { type: 'image' }, { type: 'text', text: 'b' }] },
      { content: null, refusal: 'no' },
      { content: '', reasoning: 'hm' },
    ];
    const replies = [];
    for (const message of messages) {
      replies.push((await send((r) => json(r, 200, answer({ message })))).reply);
    }
    expect(replies[0]?.toolCalls).toEqual([{ name: 'look', arguments: '{"a":1}' }]);
    expect(replies[1]?.content).toBe('ab');
    expect(replies[2]?.refusal).toBe('no');
    expect(replies[3]).toMatchObject({ content: '', hasReasoning: true });
  });

  it('names the provider that the routing metadata names', async () => {
    const available = [
      { provider: 'First', selected: false },
      { provider: 'Second', selected: true },
    ];
    const more = { provider: null, openrouter_metadata: { endpoints: { available } } };
    const { reply } = await send((r) => json(r, 200, answer({ message: { content: 'x' } }, more)));
    expect(reply.provider).toBe('Second');
  });

  it.each([
    ['an error status', 429, { error: { code: 429, message: 'slow' } }, 'http', 429],
    ['an error under 200', 200, { error: { code: 402, message: 'pay' } }, 'http', 402],
    ['an error in the choice', 200, answer({ error: { code: 503, message: 'x' } }), 'http', 503],
    ['an error as the reason to stop', 200, answer({ finish_reason: 'error' }), 'http', 502],
    ['another shape', 200, { hello: 'world' }, 'garbled', null],
    ['no object', 200, [1], 'garbled', null],
  ])('that is %s is a failure', async (_, status, said, kind, failureStatus) => {
    const { reply } = await send((response) => json(response, status, said));
    expect(reply).toMatchObject({
      status,
      failure: { kind, status: failureStatus },
      afterFirstToken: false,
    });
  });

  it('without any choice is empty, not a failure', async () => {
    const { reply } = await send((response) => json(response, 200, { choices: [] }));
    expect(reply).toMatchObject({ failure: null, content: '' });
  });

  it('that never comes is a timeout', async () => {
    const { reply } = await send(() => undefined, { timeoutMs: 40 });
    expect(reply).toMatchObject({ status: null, failure: { kind: 'timeout' } });
  });

  it('throws only when it is cancelled', async () => {
    const abort = new AbortController();
    await expect(send(() => abort.abort(), { signal: abort.signal })).rejects.toThrow(CancelError);
  });
});

const chunk = (delta: object, finish: string | null = null, more: object = {}) =>
  `data: ${JSON.stringify({ id: 'gen-1', model: 'acme/one', choices: [{ index: 0, delta, finish_reason: finish }], ...more })}\n\n`;

function stream(response: ServerResponse, ...parts: string[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  for (const part of parts) response.write(part);
}

async function streamed(parts: readonly string[], request: Partial<ChatRequest> = {}) {
  const { reply } = await send(
    (response) => {
      stream(response, ...parts);
      response.end();
    },
    { stream: true, ...request },
  );
  return reply;
}

const error = (code: number) =>
  `data: ${JSON.stringify({ id: 'gen-1', error: { code, message: 'broke' }, choices: [{ delta: { content: '' }, finish_reason: 'error' }] })}\n\n`;

describe('a streamed answer', () => {
  it('is assembled, with the cost of the last chunk', async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2, cost: 0.00006 };
    const reply = await streamed([
      ': OPENROUTER PROCESSING\n\n',
      chunk({ role: 'assistant', content: '' }),
      chunk({ content: '模' }, null, { provider: 'Acme' }),
      chunk({ content: '型' }, 'stop'),
      `data: ${JSON.stringify({ id: 'gen-1', choices: [], usage })}\n\n`,
      'data: [DONE]\n\n',
    ]);
    expect(reply).toMatchObject({
      failure: null,
      content: '模型',
      provider: 'Acme',
      finishReason: 'stop',
      usage: { costUsd: '0.00006' },
    });
    expect(reply.ttftMs).toBeGreaterThan(0);
    expect(reply.totalMs).toBeGreaterThanOrEqual(reply.ttftMs ?? 0);
  });

  it('assembles tool calls from their pieces', async () => {
    const call = (index: number, name: string | undefined, text: string) =>
      chunk({ tool_calls: [{ index, function: { name, arguments: text } }] });
    const reply = await streamed([
      call(0, 'look', ''),
      call(0, undefined, '{"a"'),
      call(1, 'find', '{}'),
      call(0, undefined, ':1}'),
      chunk({}, 'tool_calls'),
      'data: [DONE]\n\n',
    ]);
    expect(reply.toolCalls).toEqual([
      { name: 'look', arguments: '{"a":1}' },
      { name: 'find', arguments: '{}' },
    ]);
  });

  it('ends with [DONE], though the server holds the connection open', async () => {
    const { reply } = await send(
      (response) => stream(response, chunk({ content: 'x' }, 'stop'), 'data: [DONE]\n\n'),
      { stream: true },
    );
    expect(reply).toMatchObject({ failure: null, content: 'x' });
  });

  it('may end without [DONE] after a finish reason', async () => {
    expect(await streamed([chunk({ content: 'x' }, 'stop')])).toMatchObject({ failure: null });
  });

  it.each([
    ['an empty finish reason', [chunk({ content: 'x' }, '')]],
    ['an empty finish reason and [DONE]', [chunk({ content: 'x' }, ''), 'data: [DONE]\n\n']],
    ['[DONE] and no finish reason', [chunk({ content: 'x' }), 'data: [DONE]\n\n']],
  ])('that ends with %s broke off', async (_, parts) => {
    expect(await streamed(parts)).toMatchObject({
      failure: { kind: 'garbled' },
      afterFirstToken: true,
      content: 'x',
    });
  });

  it('may be an error in plain JSON', async () => {
    const { reply } = await send(
      (response) => json(response, 503, { error: { code: 503, message: 'x' } }),
      { stream: true },
    );
    expect(reply).toMatchObject({ status: 503, failure: { kind: 'http', status: 503 } });
  });

  it('with an error before the first token is an ordinary failure', async () => {
    expect(await streamed([': wait\n\n', error(429)])).toMatchObject({
      status: 200,
      failure: { kind: 'stream', status: 429, message: 'broke' },
      afterFirstToken: false,
    });
  });

  it.each([
    ['text', { content: 'x' }],
    ['thought', { reasoning: 'hm' }],
    ['a tool call', { tool_calls: [{ index: 0, function: { name: 'f' } }] }],
  ])('with an error after %s broke off', async (_, delta) => {
    expect(await streamed([chunk(delta), error(502)])).toMatchObject({
      failure: { kind: 'stream', status: 502 },
      afterFirstToken: true,
    });
  });

  it.each([
    ['ends early', '', 'garbled'],
    ['ends in the middle of a chunk', 'data: {"choices":[{"del', 'garbled'],
    ['holds what is no JSON', 'data: {oops}\n\n', 'garbled'],
    ['holds what is no object', 'data: 7\n\n', 'garbled'],
  ])('that %s is garbled, before the first token and after it', async (_, rest, kind) => {
    expect(await streamed([rest])).toMatchObject({ failure: { kind }, afterFirstToken: false });
    expect(await streamed([chunk({ content: 'x' }), rest])).toMatchObject({
      failure: { kind },
      afterFirstToken: true,
      content: 'x',
    });
  });

  it('whose connection breaks keeps what was received', async () => {
    const { reply } = await send(
      (response) => {
        stream(response);
        response.write(chunk({ content: 'x' }), () => setTimeout(() => response.destroy(), 20));
      },
      { stream: true },
    );
    expect(reply).toMatchObject({ failure: { kind: 'garbled' }, afterFirstToken: true });
  });

  // Long enough for what comes before the silence to come on a busy machine.
  const patienceMs = 4_000;

  it('whose first token is late ends there, whatever else comes', async () => {
    const late: Handler = (response) => {
      stream(response);
      const trickle = setInterval(() => response.write(': OPENROUTER PROCESSING\n\n'), 5);
      response.on('close', () => clearInterval(trickle));
    };
    const { reply } = await send(late, { stream: true, firstTokenTimeoutMs: patienceMs });
    expect(reply).toMatchObject({ failure: { kind: 'timeout' }, afterFirstToken: false });
    expect(reply.failure?.message).toContain('sent no token within 4 s');
  });

  it('whose head is late ends by the deadline of the first token', async () => {
    const { reply } = await send(() => undefined, { stream: true, firstTokenTimeoutMs: 40 });
    expect(reply).toMatchObject({ status: null, failure: { kind: 'timeout' } });
  });

  it('that stalls ends at the idle timeout', async () => {
    const { reply } = await send((response) => stream(response, chunk({ content: 'x' })), {
      stream: true,
      idleTimeoutMs: patienceMs,
      firstTokenTimeoutMs: 20_000,
    });
    expect(reply).toMatchObject({ failure: { kind: 'timeout' }, afterFirstToken: true });
    expect(reply.failure?.message).toContain('sent nothing for');
  });

  it('that trickles tokens forever ends at the deadline', async () => {
    const { reply } = await send(
      (response) => {
        stream(response);
        const trickle = setInterval(() => response.write(chunk({ content: '.' })), 5);
        response.on('close', () => clearInterval(trickle));
      },
      { stream: true, timeoutMs: patienceMs, idleTimeoutMs: 20_000 },
    );
    expect(reply).toMatchObject({ failure: { kind: 'timeout' }, afterFirstToken: true });
    expect(reply.failure?.message).toContain('did not finish its answer within 4 s');
  });
});
