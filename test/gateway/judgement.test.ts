import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Handler, json, realClock, serve } from '../openrouter/serve.ts';
import { asStream, chunk, end } from './answers.ts';
import { requestsOf, routeOf, type Setting, type TestGateway, testGateway } from './start.ts';

const models = {
  main: { defaultModel: 'a/one', fallbackModels: ['b/two'], retryOnFailure: false },
};

async function gatewayBefore(handler: Handler, more: Partial<Setting> = {}): Promise<TestGateway> {
  const { baseUrl } = await serve(handler);
  return testGateway({ models, baseUrl, list: [], ...more });
}

const modelOf = (body: string): unknown => JSON.parse(body).model;

/** What the client got of an answer that is cut off. */
async function cutText(answer: Response): Promise<string> {
  let text = '';
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const part of answer.body ?? []) text += decoder.decode(part);
  };
  await expect(read()).rejects.toThrow();
  return text;
}

/** Fifty times as fast as the real one. */
const fastClock = { ...realClock, monotonic: () => performance.now() * 50 };

describe('a stream of comments', () => {
  const comments: Handler = async (response, { body }) => {
    asStream(response);
    if (modelOf(body) === 'b/two') {
      response.end(`${chunk('pong')}${end}`);
      return;
    }
    for (let i = 0; i < 12; i += 1) {
      response.write(': OPENROUTER PROCESSING\n\n');
      await sleep(25);
    }
    response.end(`data: ${JSON.stringify({ error: { code: 502, message: 'down' } })}\n\n`);
  };

  it('is no answer: after 12 s of it and an error the next link is asked', async () => {
    const gateway = await gatewayBefore(comments, { clock: fastClock });
    const answer = await gateway.chat({ model: 'main', stream: true });
    const text = await answer.text();
    expect(text).toMatch(/^(: still waiting\n\n)+/);
    expect(text).toContain('pong');
    expect(text).not.toContain('down');
    expect(requestsOf(gateway)).toMatchObject([{ role: 'fallback1', outcome: 'ok' }]);
  });

  it('ends with an error of the own form when no link answers', async () => {
    const all: Handler = (response, seen) =>
      comments(response, { ...seen, body: '{"model":"a/one"}' });
    const gateway = await gatewayBefore(all, { clock: fastClock });
    const ask = (path: string, more: object) =>
      fetch(`${gateway.url}${path}`, {
        method: 'POST',
        body: JSON.stringify({ model: 'main', stream: true, ...more }),
      }).then((answer) => answer.text());
    const messages = [{ role: 'user', content: 'ping' }];
    expect(await ask('/chat/completions', { messages })).toMatch(
      /"error":\{"message":"unavailable/,
    );
    expect(await ask('/responses', { input: 'ping' })).toMatch(
      /event: error\ndata: \{"type":"error"/,
    );
    expect(await ask('/messages', { messages })).toMatch(/event: error\n.*"type":"api_error"/);
  });
});

describe('a stream that ends without its end', () => {
  const begun = {
    '/chat/completions': chunk('po'),
    '/responses': `data: ${JSON.stringify({ type: 'response.output_text.delta', delta: 'po' })}\n\n`,
    '/messages': `data: ${JSON.stringify({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'po' } })}\n\n`,
  };

  it.each(Object.entries(begun))('is an error to the client of %s too', async (path, event) => {
    const gateway = await gatewayBefore((response) => void asStream(response).end(event));
    const messages = [{ role: 'user', content: 'ping' }];
    const answer = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      body: JSON.stringify({ model: 'main', stream: true, input: 'ping', messages }),
    });
    const text = await cutText(answer);
    expect(text).toContain(event);
    expect(text.slice(event.length)).toContain('"error"');
    expect(requestsOf(gateway)).toMatchObject([{ outcome: 'cut_off' }]);
  });
});

describe('a stream that ends in the middle of an event', () => {
  it('is an error, without half of an event before it', async () => {
    const half = chunk('ng').slice(0, 40);
    const gateway = await gatewayBefore((response) => {
      asStream(response).end(`${chunk('po')}${half}`);
    });
    const text = await cutText(await gateway.chat({ model: 'main', stream: true }));
    expect(text.slice(chunk('po').length)).toMatch(/^\s*data: \{.*"error":/);
    expect(requestsOf(gateway)).toMatchObject([{ outcome: 'cut_off' }]);
  });
});

describe('a stream', () => {
  const post = (gateway: TestGateway, path: string) =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      body: JSON.stringify({ model: 'main', stream: true, input: 'ping', messages: [] }),
    });

  it('of responses is whole with its last event, whatever that states', async () => {
    const events = [
      { type: 'response.output_text.delta', delta: 'pong' },
      { type: 'response.completed', response: { status: 'completed' } },
    ];
    const whole = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    const gateway = await gatewayBefore((response) => void asStream(response).end(whole));
    expect(await (await post(gateway, '/responses')).text()).toBe(whole);
    expect(requestsOf(gateway)).toMatchObject([{ outcome: 'ok' }]);
  });

  it('may begin with empty events, and end with a marker behind an error', async () => {
    const error = { error: { code: 502, message: 'Gone' } };
    const [before, after] = [
      `data:\n\ndata: \n\n${chunk('po')}`,
      `data: ${JSON.stringify(error)}\n\ndata: [DONE]\n\n`,
    ];
    const gateway = await gatewayBefore((response) => {
      asStream(response).write(before);
      setTimeout(() => response.end(after), 100);
    });
    const text = await (await post(gateway, '/chat/completions')).text();
    expect(text).toBe(`${before}${after}`);
  });
});

describe('a connection that', () => {
  it.each([
    ['breaks', (response: ServerResponse) => void response.destroy()],
    ['stays open', () => undefined],
  ])('%s behind the end of a stream leaves the answer whole', async (_, after) => {
    const whole = `${chunk('pong')}${end}`;
    const gateway = await gatewayBefore((response) => {
      asStream(response).write(whole, () => setTimeout(() => after(response), 50));
    });
    const answer = await gateway.chat({ model: 'main', stream: true });
    expect(await answer.text()).toBe(whole);
    expect(requestsOf(gateway)).toMatchObject([{ outcome: 'ok' }]);
  });
});

describe('a stream whose end says no reason', () => {
  const marker = 'data: [DONE]\n\n';

  it.each([
    ['in one piece', [marker]],
    ['in pieces', ['data: [DO', 'NE]\n', '\n']],
  ])('is an error to the client, which gets no marker of the end %s', async (_, pieces) => {
    const gateway = await gatewayBefore(async (response) => {
      asStream(response).write(chunk('po'));
      for (const piece of [chunk('ng'), ...pieces]) {
        await sleep(50);
        response.write(piece);
      }
      response.end();
    });
    const text = await cutText(await gateway.chat({ model: 'main', stream: true }));
    expect(text).toContain(`${chunk('po')}${chunk('ng')}`);
    expect(text).toContain('"error"');
    expect(text).not.toContain('[DONE]');
    expect(requestsOf(gateway)).toMatchObject([{ outcome: 'cut_off' }]);
  });

  it('is left for another attempt where the client has nothing of it yet', async () => {
    let count = 0;
    const gateway = await gatewayBefore((response) => {
      count += 1;
      asStream(response).end(`${chunk('pong')}${count === 1 ? marker : end}`);
    });
    const answer = await gateway.chat({ model: 'main', stream: true });
    expect(await answer.text()).toBe(`${chunk('pong')}${end}`);
    expect(count).toBe(2);
  });
});

/** Events of a stream, one at a time, so that the first reaches the client before the last is there. */
function eventsOf(events: readonly object[], isChat: boolean): Handler {
  return async (response) => {
    asStream(response);
    for (const event of events) {
      response.write(`data: ${JSON.stringify(event)}\n\n`);
      await sleep(10);
    }
    response.end(isChat ? 'data: [DONE]\n\n' : '');
  };
}

describe('a stream that begins with something else than its answer', () => {
  const delta = (part: object, finish_reason: string | null = null) => ({
    id: 'gen-1',
    choices: [{ index: 0, delta: { role: 'assistant', content: '', ...part }, finish_reason }],
  });
  const call = { index: 0, id: 'call_1', function: { name: 'look', arguments: '{}' } };
  const block = (index: number, part: object) => ({
    type: 'content_block_delta',
    index,
    delta: part,
  });
  const completed = { type: 'response.completed', response: { status: 'completed' } };
  const streams: readonly [string, string, readonly object[], string][] = [
    [
      'reasoning',
      '/chat/completions',
      [delta({ reasoning: 'hm' }), delta({ content: 'pong' }), delta({}, 'stop')],
      'pong',
    ],
    [
      'white space',
      '/chat/completions',
      [delta({ content: '\n' }), delta({ content: 'pong' }), delta({}, 'stop')],
      'pong',
    ],
    [
      'reasoning before a tool call',
      '/chat/completions',
      [delta({ reasoning: 'hm' }), delta({ tool_calls: [call] }), delta({}, 'tool_calls')],
      'call_1',
    ],
    [
      'reasoning before an image',
      '/chat/completions',
      [delta({ reasoning: 'hm' }), delta({ images: [{ type: 'image_url' }] }), delta({}, 'stop')],
      'image_url',
    ],
    [
      'thinking',
      '/messages',
      [
        block(0, { type: 'thinking_delta', thinking: 'hm' }),
        block(1, { type: 'text_delta', text: 'pong' }),
        { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
        { type: 'message_stop' },
      ],
      'pong',
    ],
    [
      'a summary of reasoning',
      '/responses',
      [
        { type: 'response.reasoning_summary_text.delta', delta: 'hm' },
        { type: 'response.output_text.delta', delta: 'pong' },
        completed,
      ],
      'pong',
    ],
  ];

  it.each(streams)('is answered by one link: %s at %s', async (_, path, events, answer) => {
    const gateway = await gatewayBefore(eventsOf(events, path === '/chat/completions'));
    const response = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      body: JSON.stringify({ model: 'main', stream: true, input: 'ping', messages: [] }),
    });
    const text = await response.text();
    expect(text.split(answer)).toHaveLength(2);
    expect(requestsOf(gateway)).toMatchObject([{ role: 'primary', outcome: 'ok', attempts: 1 }]);
  });

  const endings: readonly [string, readonly object[], string][] = [
    ['nothing', [delta({ reasoning: 'hm' }), delta({}, 'stop')], 'empty'],
    ['a refusal', [delta({ refusal: 'No.' }), delta({}, 'stop')], 'moderation'],
  ];

  it.each(endings)('is not continued by another link after %s', async (_, events, outcome) => {
    const { baseUrl, seen } = await serve(eventsOf(events, true));
    const gateway = await testGateway({ models, baseUrl, list: [] });
    const answer = await gateway.chat({ model: 'main', stream: true });
    const text = await answer.text();
    expect(text.match(/\[DONE\]/g)).toHaveLength(1);
    expect(text).not.toContain('"error"');
    expect(seen.map(({ body }) => modelOf(body))).toEqual(['a/one']);
    expect(requestsOf(gateway)).toMatchObject([{ role: 'primary', outcome, attempts: 1 }]);
  });
});

describe('a 402 about one request', () => {
  const message =
    'This request requires more credits, or fewer max_tokens. You requested up to 65,536 tokens, but can only afford 1,234.';

  it('is answered by the next link, and the key stays in use', async () => {
    const gateway = await gatewayBefore((response, { body }) => {
      if (modelOf(body) === 'a/one') return json(response, 402, { error: { code: 402, message } });
      json(response, 200, { choices: [{ message: { content: 'pong' } }] });
    });
    for (let i = 0; i < 3; i += 1) {
      const answer = await gateway.chat({ model: 'main' });
      expect([answer.status, routeOf(answer).role]).toEqual([200, 'fallback1']);
    }
    expect(gateway.events.filter(({ type }) => type === 'breaker')).toEqual([]);
  });

  it('names the tokens that the credit is enough for', async () => {
    const gateway = await gatewayBefore((response) =>
      json(response, 402, { error: { code: 402, message } }),
    );
    const answer = await gateway.chat(
      { model: 'main' },
      { headers: { 'x-openclaw-client': 'openclaw' } },
    );
    expect(await answer.text()).toContain('1234');
    expect(requestsOf(gateway)).toMatchObject([{ outcome: 'unaffordable' }]);
  });
});

it('the providers that OpenRouter tried are requested and logged', async () => {
  const gateway = await gatewayBefore((response, { headers }) => {
    expect(headers['x-openrouter-metadata']).toBe('enabled');
    const endpoints = { available: [{ provider: 'Azure', model: 'a/one', selected: true }] };
    const attempts = [
      { provider: 'OpenAI', model: 'a/one', status: 529 },
      { provider: 'Azure', model: 'a/one', status: 200 },
    ];
    json(response, 200, {
      choices: [{ message: { content: 'pong' } }],
      openrouter_metadata: { endpoints, attempts },
    });
  });
  await gateway.chat({ model: 'main' });
  expect(requestsOf(gateway)).toMatchObject([
    { provider: 'Azure', providerAttempts: [{ provider: 'OpenAI', status: 529 }, { status: 200 }] },
  ]);
});
