import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { realClock } from '../helpers/sandbox.ts';
import { closedPort, type Handler, json, type Seen, serve } from '../openrouter/serve.ts';
import { answered, asStream, chunk } from './answers.ts';
import {
  longTimeout,
  pricedModel,
  requestsOf,
  type Setting,
  type TestGateway,
  testGateway,
} from './start.ts';

/** A dollar for a request of one token at most. */
const list = [pricedModel('a/dollar', '0', '1')];
const ask = { model: 'main', max_tokens: 1 };
const finished = { delta: {}, finish_reason: 'stop' };
const today = new Date().toISOString().slice(0, 10);

function models(budget: object, more: object = {}): Setting['models'] {
  return { main: { defaultModel: 'a/dollar', budget, ...more } };
}

/** The gateway asks `/generation` at once, and gives up at once. */
const hasty = {
  ...realClock,
  sleep: (ms: number, signal?: AbortSignal) => realClock.sleep(ms / 200, signal),
};

async function gatewayBefore(handler: Handler, more: Partial<Setting> = {}) {
  const { baseUrl, seen } = await serve(async (response, asked) => {
    if (asked.path.includes('/models')) return json(response, 200, { data: [] });
    return handler(response, asked);
  });
  const setting = { models: models({ dailyLimit: 10 }), baseUrl, list, clock: hasty };
  const options = { silenceMs: 300 };
  const gateway = await testGateway({ ...setting, options, ...more });
  return { gateway, seen };
}

async function read(answer: Promise<Response>): Promise<void> {
  await (await answer).text().catch(() => undefined);
}

/** What the entry has come to when nothing is reserved any more. */
async function spent({ ledger }: TestGateway): Promise<string> {
  return vi.waitFor(async () => {
    const { day, reserved } = await ledger.totals('main', new Date());
    expect(reserved).toBe('0');
    return day;
  }, longTimeout);
}

const noGeneration = (response: ServerResponse) =>
  json(response, 404, { error: { code: 404, message: 'Not found' } });

function ofChat(answer: (response: ServerResponse) => void): Handler {
  return (response, { path }) =>
    path.includes('/generation') ? noGeneration(response) : answer(response);
}

const error =
  (code: number, status = code) =>
  (response: ServerResponse) =>
    json(response, status, { error: { code, message: 'No' } });
const page = (status: number) => (response: ServerResponse) =>
  void response.writeHead(status, { 'content-type': 'text/html' }).end('<html>');
const streamOf =
  (...chunks: string[]) =>
  (response: ServerResponse) =>
    void asStream(response).end(chunks.join(''));
const brokenOff = (text: string, headers: object) => (response: ServerResponse) => {
  response.writeHead(200, { ...headers });
  response.write(text, () => response.destroy());
};
const asJson = { 'content-type': 'application/json' };
const asEvents = { 'content-type': 'text/event-stream' };
const errorChunk = chunk('', { error: { code: 502, message: 'Gone' } });

describe('an attempt that OpenRouter may have charged counts in full', () => {
  it.each<[string, boolean, (response: ServerResponse) => void]>([
    ['whose connection is cut after the request', false, (response) => response.destroy()],
    ['that gets no answer in time', false, () => undefined],
    [
      'that falls silent in its answer',
      false,
      (response) => response.writeHead(200, asJson).write(' '),
    ],
    ['that breaks off in its answer', false, brokenOff('{"choices":[{"mess', asJson)],
    ['that is answered with a page', false, page(200)],
    ['that is answered with nothing', false, (response) => void response.writeHead(200).end()],
    ['that is answered in another shape', false, (response) => json(response, 200, { ok: true })],
    [
      'that is answered without its usage',
      false,
      (response) => json(response, 200, answered('ok', { usage: undefined })),
    ],
    ['that a proxy ends with 502', false, page(502)],
    ['that a proxy ends with 504', false, (response) => void response.writeHead(504).end()],
    ['that times out at OpenRouter', false, error(408)],
    ['that times out at a provider', false, error(504)],
    ['that a time-out under 200 ends', false, error(504, 200)],
    ['that fails inside OpenRouter', false, error(500)],
    [
      'that is an error after its answer',
      false,
      (response) =>
        json(response, 200, {
          choices: [{ message: { content: 'half' }, finish_reason: 'error' }],
        }),
    ],
    ['whose stream ends before its first token', true, streamOf(': OPENROUTER PROCESSING\n\n')],
    ['whose stream breaks off before its first token', true, brokenOff(': wait\n\n', asEvents)],
    ['whose stream breaks off', true, brokenOff(chunk('half'), asEvents)],
    ['whose stream ends before the answer does', true, streamOf(chunk('half'))],
    ['whose stream fails after its first token', true, streamOf(chunk('half'), errorChunk)],
    [
      'whose stream never states its usage',
      true,
      streamOf(chunk('ok', { choices: [finished] }), chunk('ok'), 'data: [DONE]\n\n'),
    ],
    ['whose stream is garbled', true, streamOf('data: {"id":\n\n')],
  ])('%s', async (_, stream, answer) => {
    const { gateway } = await gatewayBefore(ofChat(answer));
    await read(gateway.chat({ ...ask, stream }));
    expect(await spent(gateway)).toBe('1');
    const [day] = await gateway.ledger.daily({ from: today, to: today });
    expect(day).toMatchObject({ usd: '1', estimatedUsd: '1' });
  });

  it('for each retry, which is only sent where it fits', async () => {
    const { gateway, seen } = await gatewayBefore(() => undefined, {
      models: models({ dailyLimit: 2 }, { retryOnFailure: true, maxRetries: 5 }),
    });
    expect((await gateway.chat(ask)).status).toBe(402);
    expect(chats(seen)).toHaveLength(2);
    expect(await spent(gateway)).toBe('2');
  });

  it('and leaves the next link to answer if that fits', async () => {
    const { gateway, seen } = await gatewayBefore(
      (response, { body }) =>
        body.includes('a/cent') ? json(response, 200, answered('ok')) : error(500)(response),
      {
        models: models(
          { dailyLimit: 2.5 },
          { fallbackModels: ['a/dollar:nitro', 'a/cent'], retryOnFailure: true, maxRetries: 5 },
        ),
        list: [...list, pricedModel('a/cent', '0', '0.01')],
      },
    );
    expect((await gateway.chat(ask)).status).toBe(200);
    const asked = chats(seen).map(({ body }) => JSON.parse(body).model);
    expect(asked).toEqual(['a/dollar', 'a/dollar', 'a/cent']);
    expect(requestsOf(gateway)).toMatchObject([{ role: 'fallback2', outcome: 'ok', attempts: 3 }]);
  });

  it('when the client left while it waited', async () => {
    const gone = new AbortController();
    const { gateway } = await gatewayBefore(() => gone.abort(), { options: { silenceMs: 5_000 } });
    await expect(gateway.chat(ask, { signal: gone.signal })).rejects.toThrow();
    await vi.waitFor(() => expect(requestsOf(gateway)).toHaveLength(1), longTimeout);
    expect(await spent(gateway)).toBe('1');
  });

  it('when the client left in the middle of a stream', async () => {
    const { gateway } = await gatewayBefore((response, { path }) => {
      if (path.includes('/generation')) noGeneration(response);
      else asStream(response).write(chunk('half'));
    });
    await leaveStream(gateway);
    expect(await spent(gateway)).toBe('1');
  });

  it('when the gateway ended before the answer did', async () => {
    const { gateway, seen } = await gatewayBefore(() => undefined, {
      options: { silenceMs: 60_000 },
    });
    const running = read(gateway.chat(ask)).catch(() => undefined);
    await vi.waitFor(() => expect(chats(seen)).toHaveLength(1), longTimeout);
    await gateway.close(0);
    await running;
    expect(await gateway.ledger.totals('main', new Date())).toMatchObject({
      day: '1',
      reserved: '0',
    });
  });
});

describe('an attempt that was not charged costs nothing', () => {
  it.each<[string, boolean, (response: ServerResponse) => void]>([
    ['that is refused', false, error(400)],
    ['that is rate-limited', false, error(429)],
    ['that no provider takes', false, error(503)],
    ['whose provider is down', false, error(502)],
    ['whose provider is down under 200', false, error(502, 200)],
    ['that a proxy refuses', false, page(404)],
    ['whose stream fails before its first token', true, streamOf(errorChunk)],
  ])('%s', async (_, stream, answer) => {
    const { gateway } = await gatewayBefore(ofChat(answer));
    await read(gateway.chat({ ...ask, stream }));
    expect(await spent(gateway)).toBe('0');
  });

  it('without a connection', async () => {
    const { gateway } = await gatewayBefore(() => undefined, {
      baseUrl: `http://127.0.0.1:${await closedPort()}/api/v1`,
    });
    expect((await gateway.chat(ask)).status).toBe(502);
    expect(await spent(gateway)).toBe('0');
  });

  it('whose request was not sent completely', async () => {
    const { gateway } = await gatewayBefore(() => undefined, { baseUrl: await hangsUpEarly() });
    const content = 'x'.repeat(15_000_000);
    await gateway.chat({ ...ask, messages: [{ role: 'user', content }] });
    expect(await spent(gateway)).toBe('0');
  });
});

describe('an attempt that failed', () => {
  it('costs what its error states', async () => {
    const failed = { error: { code: 502, message: 'No' }, usage: { cost: 0.25 } };
    const { gateway } = await gatewayBefore((response) => json(response, 200, failed));
    await read(gateway.chat(ask));
    expect(await spent(gateway)).toBe('0.25');
  });

  it("costs more than the counts with which a stream of Anthropic's form begins", async () => {
    const message = { id: 'gen-1', usage: { input_tokens: 1, output_tokens: 0 } };
    const events = [
      { type: 'message_start', message },
      { type: 'content_block_delta', delta: { type: 'text_delta', text: 'half' } },
    ];
    const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    const { gateway } = await gatewayBefore(ofChat(streamOf(text)));
    const body = JSON.stringify({
      messages: [{ role: 'user', content: 'x' }],
      ...ask,
      stream: true,
    });
    await read(fetch(`${gateway.url}/messages`, { method: 'POST', body }));
    expect(await spent(gateway)).toBe('1');
  });
});

describe('a client that leaves when it has the whole answer', () => {
  const usage = { prompt_tokens: 1, completion_tokens: 1, cost: 0.25 };
  const whole = [chunk('ok', { choices: [finished] }), chunk('', { choices: [], usage })];

  it.each([
    ['with its end', 'data: [DONE]\n\n', 'ok'],
    ['without its end', ': no end\n\n', 'ok'],
    ['with an error at its end', errorChunk, 'cut_off'],
  ])('%s, before OpenRouter closes it', async (_, end, outcome) => {
    const { gateway } = await gatewayBefore(
      ofChat(async (response) => {
        asStream(response).write(chunk('ok'));
        await sleep(20);
        response.write([...whole, end].join(''));
      }),
    );
    await leaveStream(gateway, end.trim());
    expect(await spent(gateway)).toBe('0.25');
    expect(requestsOf(gateway)).toMatchObject([{ outcome, attempts: 1, costUsd: '0.25' }]);
  });
});

describe('the cost from /generation', () => {
  const half = brokenOff(chunk('half'), { ...asEvents, 'x-generation-id': 'gen-header' });

  function telling(tell: Handler): Handler {
    return (response, asked) =>
      asked.path.includes('/generation') ? tell(response, asked) : half(response);
  }
  const costing = (usd: number) => (response: ServerResponse) =>
    json(response, 200, { data: { id: 'gen-header', total_cost: usd } });

  it('replaces the reservation, which counts until then', async () => {
    let tell: () => void = () => undefined;
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const { gateway, seen } = await gatewayBefore(
      telling(async (response) => {
        await told;
        costing(0.25)(response);
      }),
    );
    await read(gateway.chat({ ...ask, stream: true }));
    expect((await gateway.ledger.totals('main', new Date())).reserved).toBe('1');
    tell();
    expect(await spent(gateway)).toBe('0.25');
    expect(seen.at(-1)?.path).toContain('/generation?id=gen-header');
    expect(seen.at(-1)?.headers.authorization).toMatch(/^Bearer sk-or-/);
    const [day] = await gateway.ledger.daily({ from: today, to: today });
    expect(day).toMatchObject({ requests: 1, usd: '0.25', estimatedUsd: '0' });
  });

  it('is requested again while OpenRouter does not know it', async () => {
    let asked = 0;
    const { gateway } = await gatewayBefore(
      telling((response) => {
        asked += 1;
        if (asked < 3) noGeneration(response);
        else costing(0)(response);
      }),
    );
    await read(gateway.chat({ ...ask, stream: true }));
    expect(await spent(gateway)).toBe('0');
    expect(asked).toBe(3);
  });

  it('is requested without a budget, too', async () => {
    const { gateway } = await gatewayBefore(telling(costing(0.25)), { models: models({}) });
    await read(gateway.chat({ ...ask, stream: true }));
    await vi.waitFor(async () => {
      expect(await gateway.ledger.totals('main', new Date())).toMatchObject({ day: '0.25' });
    }, longTimeout);
  });

  it("has what a provider charges for a key of one's own there", async () => {
    const data = {
      id: 'gen-header',
      total_cost: 0.05,
      is_byok: true,
      upstream_inference_cost: 0.2,
    };
    const { gateway } = await gatewayBefore(telling((response) => json(response, 200, { data })));
    await read(gateway.chat({ ...ask, stream: true }));
    expect(await spent(gateway)).toBe('0.25');
  });

  it('is requested by the id in the answer if no header has one', async () => {
    const { gateway, seen } = await gatewayBefore((response, { path }) =>
      path.includes('/generation')
        ? costing(0.5)(response)
        : brokenOff(chunk('half'), asEvents)(response),
    );
    await read(gateway.chat({ ...ask, stream: true }));
    expect(await spent(gateway)).toBe('0.5');
    expect(seen.at(-1)?.path).toContain('/generation?id=gen-1');
  });

  it('is not waited for by a gateway that is stopping', async () => {
    const { gateway } = await gatewayBefore(telling(noGeneration), { clock: realClock });
    await read(gateway.chat({ ...ask, stream: true }));
    await gateway.close(0);
    expect(await spent(gateway)).toBe('1');
  });

  it.each([
    ['a refund', -3],
    ['nothing', null],
  ])('is ignored when it is %s', async (_, usd) => {
    const { gateway } = await gatewayBefore(
      telling((response) => json(response, 200, { data: { id: 'gen', total_cost: usd } })),
    );
    await read(gateway.chat({ ...ask, stream: true }));
    expect(await spent(gateway)).toBe('1');
  });
});

describe('a cost far above the reservation', () => {
  const absurd = (response: ServerResponse) =>
    json(response, 200, answered('ok', { usage: { cost: 1_000_000 } }));

  it('does not use up the budget', async () => {
    const { gateway } = await gatewayBefore(ofChat(absurd));
    expect((await gateway.chat(ask)).status).toBe(200);
    expect(await spent(gateway)).toBe('1');
  });

  it("counts when the answer's tokens confirm it", async () => {
    const usage = { cost: 20, prompt_tokens: 0, completion_tokens: 20 };
    const { gateway } = await gatewayBefore(
      ofChat((response) => json(response, 200, answered('ok', { usage }))),
    );
    await read(gateway.chat(ask));
    expect(await spent(gateway)).toBe('20');
  });

  it('does not count when they contradict it', async () => {
    const usage = { cost: 1_000, prompt_tokens: 0, completion_tokens: 1 };
    const { gateway } = await gatewayBefore(
      ofChat((response) => json(response, 200, answered('ok', { usage }))),
    );
    await read(gateway.chat(ask));
    expect(await spent(gateway)).toBe('1');
  });

  it('counts when /generation confirms it', async () => {
    const { gateway } = await gatewayBefore((response, { path }) =>
      path.includes('/generation')
        ? json(response, 200, { data: { id: 'gen-1', total_cost: 1_000_000 } })
        : absurd(response),
    );
    await read(gateway.chat(ask));
    expect(await spent(gateway)).toBe('1000000');
  });

  it('counts at once when it is only somewhat above it', async () => {
    const { gateway } = await gatewayBefore(
      ofChat((response) => json(response, 200, answered('ok', { usage: { cost: 3 } }))),
    );
    await read(gateway.chat(ask));
    expect((await gateway.ledger.totals('main', new Date())).day).toBe('3');
  });
});

/** Hangs up as soon as a request begins. */
async function hangsUpEarly(): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.resetAndDestroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/api/v1`;
}

const chats = (seen: readonly Seen[]) => seen.filter(({ method }) => method === 'POST');

/** Leaves after the first part of an answer, or as soon as `last` has arrived. */
async function leaveStream(gateway: TestGateway, last = ''): Promise<void> {
  const gone = new AbortController();
  const response = await gateway.chat({ ...ask, stream: true }, { signal: gone.signal });
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += Buffer.from(bytes).toString();
    if (text.includes(last)) break;
  }
  gone.abort();
  await vi.waitFor(() => expect(requestsOf(gateway)).toHaveLength(1), longTimeout);
}
