import { once } from 'node:events';
import { createServer, request as httpRequest, type RequestListener } from 'node:http';
import OpenAI, { toFile } from 'openai';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { sumUsd } from '../../src/platform/money.ts';
import { hasDescription, readDescription } from '../helpers/openapi.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { post, start } from '../sandbox/start.ts';
import { longTimeout, requestsOf, routeOf, testGateway } from './start.ts';

const models = { main: { defaultModel: 'openai/gpt-4o-mini', budget: { dailyLimit: 5 } } };

async function rawServer(answer: RequestListener) {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return { baseUrl: `http://127.0.0.1:${port}/api/v1`, count: () => count };
}

async function beforeSandbox(more: object = {}) {
  const sandbox = await testSandbox({});
  return testGateway({ models: { ...models, ...more }, baseUrl: sandbox.url, key: sandbox.key });
}

describe("OpenAI's official client, unchanged, at other endpoints", () => {
  it('gets embeddings, and their cost is in the ledger', async () => {
    const gateway = await beforeSandbox();
    const client = new OpenAI({ baseURL: gateway.url, apiKey: 'anything', maxRetries: 0 });
    const answer = await client.embeddings.create({
      model: 'openai/text-embedding-3-small',
      input: ['one', 'two'],
      encoding_format: 'float',
    });
    expect(answer.data).toHaveLength(2);
    expect(requestsOf(gateway)).toMatchObject([
      { entry: 'main', model: 'openai/text-embedding-3-small', outcome: 'ok', promptTokens: 2 },
    ]);
    expect(await gateway.ledger.totals('main', new Date())).toMatchObject({ day: '0.00000004' });
  });

  it('creates and transcribes speech, with the costs in the ledger', async () => {
    const gateway = await beforeSandbox();
    const client = new OpenAI({ baseURL: gateway.url, apiKey: 'anything', maxRetries: 0 });
    const sound = await client.audio.speech.create({
      model: 'openai/tts-1',
      voice: 'alloy',
      input: 'ping',
    });
    const bytes = Buffer.from(await sound.arrayBuffer());
    expect([sound.headers.get('content-type'), bytes.toString()]).toEqual([
      'audio/mpeg',
      'ID3 sound of the sandbox',
    ]);
    const file = await toFile(bytes, 'ping.mp3');
    const { text } = await client.audio.transcriptions.create({ model: 'openai/whisper-1', file });
    expect(text).toBe('pong');
    await vi.waitFor(
      async () =>
        expect(await gateway.ledger.totals('main', new Date())).toMatchObject({
          day: '0.00000004',
        }),
      longTimeout,
    );
  });
});

describe('requests that are passed on', () => {
  it('have bytes, query, status and headers as they were, and the key of the entry', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const upstream = await rawServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () => {
        const { authorization, cookie } = request.headers;
        response.writeHead(207, {
          'content-type': 'application/octet-stream',
          'x-own': String(request.url),
          'x-seen': JSON.stringify({
            method: request.method,
            cookie,
            isKey: authorization?.startsWith('Bearer sk-or-v1-'),
          }),
        });
        response.end(Buffer.concat(parts));
      });
    });
    const gateway = await testGateway({ models, baseUrl: upstream.baseUrl });
    const answer = await fetch(`${gateway.url}/files/x%3Ay?purpose=a%26b`, {
      method: 'PUT',
      body: bytes,
      headers: { cookie: 'a=b' },
    });
    expect(answer.status).toBe(207);
    expect(answer.headers.get('x-own')).toMatch(/\/files\/x%3Ay\?purpose=a%26b$/);
    expect(JSON.parse(answer.headers.get('x-seen') ?? '')).toEqual({ method: 'PUT', isKey: true });
    expect(routeOf(answer)).toMatchObject({ entry: 'main' });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
  });

  it('are sent on no faster than OpenRouter takes them', async () => {
    let taken = 0;
    const upstream = await rawServer((request, response) => {
      setTimeout(() => {
        request.on('data', (part: Buffer) => {
          taken += part.length;
        });
        request.on('end', () => response.end('done'));
      }, 500);
    });
    const gateway = await testGateway({ models, baseUrl: upstream.baseUrl });
    const total = 64 * 1024 * 1024;
    const sent = httpRequest(`${gateway.url}/audio/transcriptions`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });
    const piece = Buffer.alloc(1024 * 1024);
    let written = 0;
    while (sent.write(piece) || sent.writableLength < 4 * piece.length) written += piece.length;
    expect(written).toBeLessThan(total / 2);
    for (; written < total; written += piece.length)
      if (!sent.write(piece)) await once(sent, 'drain');
    sent.end();
    const [answer] = await once(sent, 'response');
    answer.resume();
    await once(answer, 'end');
    expect(taken).toBeGreaterThanOrEqual(total);
  });

  it('are refused when the budget is used up, except those that cost nothing', async () => {
    const seen: string[] = [];
    const upstream = await rawServer((request, response) => {
      seen.push(String(request.url));
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ usage: { cost: 0.01 } }));
    });
    const poor = { defaultModel: 'a/b', budget: { dailyLimit: 0.01 } };
    const gateway = await testGateway({ models: { poor }, baseUrl: upstream.baseUrl, list: [] });
    const ask = (method: string, path: string) =>
      fetch(`${gateway.url}${path}`, { method, ...(method === 'POST' ? { body: '{}' } : {}) });
    expect((await ask('POST', '/embeddings')).status).toBe(200);
    await gateway.ledger.totals('poor', new Date());
    const refused = await ask('POST', '/embeddings');
    expect([refused.status, await refused.json()]).toMatchObject([
      402,
      { error: { type: 'budget_exceeded' } },
    ]);
    expect((await ask('GET', '/key')).status).toBe(200);
    expect(seen).toHaveLength(2);
  });

  it('pay for a video once, when it is done', async () => {
    const upstream = await rawServer((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const done = request.method === 'GET' ? { status: 'completed', usage: { cost: 0.5 } } : {};
      response.end(JSON.stringify({ id: 'job-1', ...done }));
    });
    const gateway = await testGateway({ models, baseUrl: upstream.baseUrl, list: [] });
    await fetch(`${gateway.url}/videos`, { method: 'POST', body: '{"duration":4}' });
    for (const id of ['job-1', 'job-1', 'job-2']) await fetch(`${gateway.url}/videos/${id}`);
    expect(await gateway.ledger.totals('main', new Date())).toMatchObject({ day: '0.5' });
    const costs = requestsOf(gateway).map(({ costUsd }) => costUsd);
    expect(costs).toEqual([null, '0.5', null, null]);
  });

  it('log what an answer can have cost that did not arrive', async () => {
    const upstream = await rawServer((request, response) => {
      if (request.url?.endsWith('/rerank') === true) request.on('end', () => response.destroy());
      request.resume();
    });
    const gateway = await testGateway({ models, baseUrl: upstream.baseUrl, list: [] });
    const gone = new AbortController();
    const ask = (path: string) =>
      fetch(`${gateway.url}${path}`, { method: 'POST', body: '{}', signal: gone.signal });
    expect((await ask('/rerank')).status).toBe(502);
    const cancelled = expect(ask('/embeddings')).rejects.toThrow();
    await vi.waitFor(() => expect(upstream.count()).toBe(2), longTimeout);
    gone.abort();
    await cancelled;
    await vi.waitFor(() => expect(requestsOf(gateway)).toHaveLength(2), longTimeout);
    const [failed, left] = requestsOf(gateway);
    expect(failed).toMatchObject({ model: '/rerank', attempts: 1, status: 502 });
    expect(left).toMatchObject({ model: '/embeddings', attempts: 1, outcome: 'cancelled' });
    const { day } = await gateway.ledger.totals('main', new Date());
    expect(sumUsd([failed?.costUsd ?? '', left?.costUsd ?? ''])).toBe(day);
  });

  it('fail as OpenRouter does, and with 502 where it cannot be reached', async () => {
    const upstream = await rawServer((_, response) =>
      response.writeHead(429, { 'retry-after': '7' }).end('{}'),
    );
    const gateway = await testGateway({ models, baseUrl: upstream.baseUrl, list: [] });
    const answer = await fetch(`${gateway.url}/rerank`, { method: 'POST', body: '{}' });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
    expect(requestsOf(gateway)).toMatchObject([{ outcome: 'rate_limit', status: 429 }]);
    const nowhere = await testGateway({ models, baseUrl: 'http://127.0.0.1:9/api/v1', list: [] });
    const failed = await fetch(`${nowhere.url}/rerank`, { method: 'POST', body: '{}' });
    expect([failed.status, await failed.json()]).toMatchObject([
      502,
      { error: { type: 'network' } },
    ]);
  });

  it.each([
    ['POST', '/keys', 403],
    ['GET', '/KEYS/abc', 403],
    ['GET', '/%6beys', 403],
    ['POST', '/auth/keys', 403],
    ['POST', '/credits/coinbase', 403],
    ['POST', '/presets/own', 403],
    ['POST', '/chat/completions/', 404],
    ['POST', '/Messages', 404],
    ['POST', '/presets/own/messages', 403],
    ['POST', '/chat/completions#x?y', 400],
    ['POST', '/chat/completions;x', 400],
    ['POST', '/chat/completions%3Fx', 400],
    ['POST', '/chat/completions%23', 400],
    ['GET', '/models//keys', 400],
    ['GET', '/models/%2e%2e/keys', 400],
    ['GET', '/models%2f..%2fkeys', 400],
  ])('%s %s is not one of them', async (method, path, status) => {
    const upstream = await rawServer((_, response) => response.end('{}'));
    const gateway = await testGateway({ models, baseUrl: upstream.baseUrl, list: [] });
    const { port } = new URL(gateway.url);
    const sent = httpRequest({ port, host: '127.0.0.1', method, path: `/v1${path}` }).end();
    const [answer] = await once(sent, 'response');
    answer.resume();
    expect(answer.statusCode).toBe(status);
    expect(upstream.count()).toBe(0);
  });
});

describe('what an entry forbids and its budget', () => {
  async function asked(path: string, body: object | string, entry: object, list?: object[]) {
    const seen: unknown[] = [];
    const upstream = await rawServer((request, response) => {
      let text = '';
      request.on('data', (part) => {
        text += part;
      });
      request.on('end', () => {
        seen.push(text.startsWith('{') ? JSON.parse(text) : text);
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ usage: { cost: 0.00001 } }));
      });
    });
    const { baseUrl } = upstream;
    const main = { defaultModel: 'a/b', ...entry };
    const gateway = await testGateway({ models: { main }, baseUrl, list: (list ?? []) as never });
    const isForm = typeof body === 'string';
    const type = isForm ? 'multipart/form-data; boundary=x' : 'application/json';
    const answer = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      body: isForm ? body : JSON.stringify(body),
      headers: { 'content-type': type },
    });
    const { error } = JSON.parse(await answer.text());
    return { status: answer.status, error, seen: seen.at(-1) };
  }

  const careful = {
    providerPreferences: { exclude: ['deepinfra'] },
    parameters: { provider: { data_collection: 'deny' } },
  };

  it.each(['/embeddings', '/rerank', '/completions', '/Embeddings/'])(
    'hold for the providers of %s',
    async (path) => {
      const provider = { ignore: ['azure'], data_collection: 'allow' };
      const { status, seen } = await asked(path, { model: 'a/b', input: 'x', provider }, careful);
      expect([status, seen]).toMatchObject([
        200,
        { input: 'x', provider: { ignore: ['deepinfra', 'azure'], data_collection: 'deny' } },
      ]);
    },
  );

  it.each([
    ['/audio/speech', { model: 'a/b', input: 'x' }],
    ['/audio/transcriptions', '--x--'],
    ['/videos', { model: 'a/b', prompt: 'x' }],
    ['/images', { model: 'a/b', prompt: 'x' }],
  ])('refuse %s, where OpenRouter has no such rule', async (path, body) => {
    const { status, error, seen } = await asked(path, body, careful);
    expect([status, error.type, seen]).toEqual([400, 'forbidden_by_entry', undefined]);
    expect(error.message).toContain('provider.data_collection');
  });

  it('leave a body alone that says nothing against them', async () => {
    const body = { model: 'a/b', prompt: 'x', provider: { only: ['a'] } };
    expect(await asked('/images', body, {})).toMatchObject({ status: 200, seen: body });
  });

  it.each([
    ['/embeddings', { model: 'x/y', input: 'word '.repeat(3_000) }],
    ['/rerank', { model: 'x/y', query: 'x', documents: Array(300).fill('one') }],
    ['/images', { model: 'x/y', prompt: 'x' }],
    ['/audio/speech', { model: 'x/y', input: 'word '.repeat(100) }],
    ['/audio/transcriptions', '-'.repeat(200_000)],
    ['/videos', { model: 'x/y', prompt: 'x' }],
  ])('refuse %s where it may cost more than is left', async (path, body) => {
    const { status, error, seen } = await asked(path, body, { budget: { dailyLimit: 0.01 } });
    expect([status, error.type, seen]).toEqual([402, 'budget_exceeded', undefined]);
    expect(await asked(path, body, { budget: { dailyLimit: 40 } })).toMatchObject({ status: 200 });
  });

  it('refuse the older completions of a model without a price', async () => {
    const body = { model: 'x/y', prompt: 'x' };
    const { status, error } = await asked('/completions', body, { budget: { dailyLimit: 40 } });
    expect([status, error.type]).toEqual([402, 'budget_unpriced']);
  });
});

describe.skipIf(!hasDescription)(
  "the sandbox's other endpoints satisfy OpenRouter's description",
  () => {
    const check = hasDescription ? readDescription() : () => '';

    it.each([
      ['/embeddings', { model: 'a/b', input: 'one' }],
      ['/rerank', { model: 'a/b', query: 'one', documents: ['one', { text: 'two' }] }],
      ['/audio/transcriptions', { model: 'a/b', input_audio: { data: 'AAAA', format: 'wav' } }],
      ['/images', { model: 'a/b', prompt: 'one' }],
    ])('%s', async (path, body) => {
      const got = await post(await start(), path, body);
      expect([got.status, check('post', path, got.status, got.json)]).toEqual([200, '']);
    });
  },
);
