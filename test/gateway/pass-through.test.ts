import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { json, serve } from '../openrouter/serve.ts';
import { answered, asStream, chunk, end } from './answers.ts';
import { longTimeout, requestsOf, routeOf, testGateway } from './start.ts';

const one = { main: { defaultModel: 'openai/gpt-4o' } };
const two = { main: { defaultModel: 'openai/gpt-4o', fallbackModels: ['google/gemini-2.5-pro'] } };

describe('an answer that is not a stream', () => {
  it('is passed on byte for byte, with status and headers', async () => {
    const bytes = `  ${JSON.stringify(answered('日本 ✓', { unknown: { deep: [1, null] } }), null, 3)}\n `;
    const { baseUrl } = await serve((response, { path }) => {
      if (path.endsWith('/models')) return json(response, 200, { data: [] });
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'x-upstream': 'kept',
        'set-cookie': 'a=b',
      });
      response.end(bytes);
    });
    const gateway = await testGateway({ models: one, baseUrl });
    const response = await gateway.chat({ model: 'main' });
    expect(await response.text()).toBe(bytes);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('x-upstream')).toBe('kept');
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])(
    'is read and passed on where a proxy has compressed it with %s',
    async (encoding, compress) => {
      const body = answered('pong');
      const { baseUrl } = await serve((response) => {
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-encoding': encoding,
        });
        response.end(compress(JSON.stringify(body)));
      });
      const gateway = await testGateway({ models: one, baseUrl, list: [] });
      const response = await gateway.chat({ model: 'main' });
      expect(await response.json()).toEqual(body);
      expect(response.headers.get('x-openclaw-cost')).toBe('0.000001');
      const passed = await fetch(`${gateway.url}/credits`);
      expect(await passed.json()).toEqual(body);
    },
  );

  it.each([
    [503, 'text/html', '<html>down</html>', 503, 'unavailable'],
    [502, 'text/plain', '', 502, 'unavailable'],
    [307, 'text/html', '', 502, 'network'],
  ])(
    'of a proxy with status %i is an error of the form of the endpoint',
    async (status, kind, text, shown, type) => {
      const { baseUrl } = await serve((response) => {
        response.writeHead(status, { 'content-type': kind, location: 'https://example.com/' });
        response.end(text);
      });
      const entry = { ...one.main, retryOnFailure: false };
      const gateway = await testGateway({ models: { main: entry }, baseUrl, list: [] });
      const response = await gateway.chat({ model: 'main' });
      expect([response.status, response.headers.get('location')]).toEqual([shown, null]);
      expect(await response.json()).toMatchObject({ error: { code: shown, type } });
    },
  );

  it('is an error with its own status and bytes when every link fails', async () => {
    const body = { error: { code: 404, message: 'Gone', metadata: { keep: 'me' } } };
    const { baseUrl, seen } = await serve((response) => json(response, 404, body));
    const gateway = await testGateway({ models: two, baseUrl });
    const response = await gateway.chat({ model: 'main' });
    expect([response.status, await response.json()]).toEqual([404, body]);
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it('with an error under 200 is passed on with the status of the error', async () => {
    const body = { error: { code: 502, message: 'Provider returned error' } };
    const { baseUrl } = await serve((response) => json(response, 200, body));
    const gateway = await testGateway({ models: one, baseUrl });
    const response = await gateway.chat({ model: 'main' });
    expect([response.status, await response.json()]).toEqual([502, body]);
  });

  it('that breaks off after a refusal keeps the outcome of its status', async () => {
    const { baseUrl, seen } = await serve((response, { path }) => {
      if (path.endsWith('/models')) return json(response, 200, { data: [] });
      response.writeHead(401).write('{"error":', () => setTimeout(() => response.destroy(), 20));
    });
    const gateway = await testGateway({ models: two, baseUrl });
    const response = await gateway.chat({ model: 'main' });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 401, type: 'auth' } });
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('that switches to another protocol counts as a lost connection', async () => {
    const { baseUrl } = await serve((response) => {
      response.writeHead(101, { connection: 'upgrade', upgrade: 'h2c' }).end();
    });
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const response = await gateway.chat({ model: 'main' });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { type: 'network' } });
  });

  it('that is a web page becomes an error', async () => {
    const { baseUrl } = await serve((response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>Portal');
    });
    const gateway = await testGateway({ models: one, baseUrl });
    const response = await gateway.chat({ model: 'main' });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 502, type: 'garbled' } });
  });
});

describe('a stream', () => {
  it('is passed on byte for byte: comments, unknown fields, odd splits', async () => {
    const text = `: OPENROUTER PROCESSING\n\n${chunk('Grüße ✓', { unknown: { a: 1 } })}\r\n: alive\n\nevent: odd\n${chunk(' 日本')}data: {"choices":[],"usage":{"cost":0.5,"prompt_tokens":3,"completion_tokens":2}}\n\n${end}`;
    const bytes = Buffer.from(text);
    const { baseUrl } = await serve(async (response, { path }) => {
      if (path.endsWith('/models')) return json(response, 200, { data: [] });
      asStream(response);
      for (let at = 0; at < bytes.length; at += 7) {
        response.write(bytes.subarray(at, at + 7));
        await sleep(0);
      }
      response.end();
    });
    const gateway = await testGateway({ models: one, baseUrl });
    const response = await gateway.chat({ model: 'main', stream: true });
    expect(response.headers.get('x-upstream')).toBe('kept');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    await vi.waitFor(() => expect(requestsOf(gateway)).toHaveLength(1), longTimeout);
    expect(requestsOf(gateway)[0]).toMatchObject({
      outcome: 'ok',
      costUsd: '0.5',
      promptTokens: 3,
    });
  });

  it('reaches the client chunk by chunk, not at its end', async () => {
    let finish = () => {};
    const { baseUrl } = await serve((response) => {
      asStream(response).write(chunk('first'));
      finish = () => response.end(`${chunk('last')}${end}`);
    });
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const response = await gateway.chat({ model: 'main', stream: true });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toBe(chunk('first'));
    finish();
    const rest = await reader?.read();
    expect(Buffer.from(rest?.value ?? []).toString()).toContain('last');
    while (!(await reader?.read())?.done);
  });

  it('that fails before its first token is replaced by the next link', async () => {
    const { baseUrl } = await serve((response, { body }) => {
      asStream(response).write(': OPENROUTER PROCESSING\n\n');
      if (body.includes('openai/gpt-4o')) {
        response.end('data: {"error":{"code":404,"message":"No such"},"choices":[]}\n\n');
      } else response.end(`${chunk('second')}${end}`);
    });
    const gateway = await testGateway({ models: two, baseUrl, list: [] });
    const response = await gateway.chat({ model: 'main', stream: true });
    expect(routeOf(response)).toMatchObject({ role: 'fallback1', attempts: '2' });
    expect(await response.text()).toBe(`: OPENROUTER PROCESSING\n\n${chunk('second')}${end}`);
  });

  it('that fails after its first token is not continued by another link', async () => {
    const broken = 'data: {"error":{"code":502,"message":"Provider died"},"choices":[]}\n\n';
    let fail = () => {};
    const { baseUrl, seen } = await serve((response) => {
      asStream(response).write(chunk('begun'));
      fail = () => response.end(broken);
    });
    const gateway = await testGateway({ models: two, baseUrl, list: [] });
    const response = await gateway.chat({ model: 'main', stream: true });
    fail();
    expect(await response.text()).toBe(chunk('begun') + broken);
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(requestsOf(gateway)[0]).toMatchObject({ outcome: 'cut_off', status: 200 });
  });

  it('that breaks off breaks off for the client too', async () => {
    let breakOff = () => {};
    const { baseUrl } = await serve((response) => {
      asStream(response).write(chunk('begun'));
      breakOff = () => response.destroy();
    });
    const gateway = await testGateway({ models: two, baseUrl, list: [] });
    const response = await gateway.chat({ model: 'main', stream: true });
    breakOff();
    await expect(response.text()).rejects.toThrow();
    expect(requestsOf(gateway)[0]).toMatchObject({ outcome: 'cut_off' });
  });

  it('whose client leaves is closed upstream', async () => {
    let left = false;
    const { baseUrl } = await serve((response) => {
      asStream(response).write(chunk('begun'));
      response.on('close', () => {
        left = true;
      });
    });
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const gone = new AbortController();
    const response = await gateway.chat({ model: 'main', stream: true }, { signal: gone.signal });
    await response.body?.getReader().read();
    gone.abort();
    await vi.waitFor(() => expect(left).toBe(true), longTimeout);
    const cancelled = [{ outcome: 'cancelled' }];
    await vi.waitFor(() => expect(requestsOf(gateway)).toMatchObject(cancelled), longTimeout);
  });

  it('is not read faster than the client reads it', async () => {
    let sent = 0;
    const piece = chunk('x'.repeat(64 * 1024));
    const { baseUrl } = await serve(async (response) => {
      const left = new AbortController();
      asStream(response).on('close', () => left.abort());
      while (sent < 100_000_000 && !response.destroyed) {
        sent += piece.length;
        if (!response.write(piece))
          await once(response, 'drain', { signal: left.signal }).catch(() => null);
      }
      response.end();
    });
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const response = await gateway.chat({ model: 'main', stream: true });
    const reader = response.body?.getReader();
    await reader?.read();
    await vi.waitFor(async () => {
      const before = sent;
      await sleep(100);
      expect(sent).toBe(before);
    }, longTimeout);
    expect(sent).toBeLessThan(30_000_000);
    await reader?.cancel();
  });
});

describe('a request', () => {
  it('gets the parameters, preferences and headers of the entry, and keeps those of the client', async () => {
    const { baseUrl, seen } = await serve((response) => json(response, 200, answered('ok')));
    const entry = {
      defaultModel: 'openrouter/openai/gpt-4o',
      parameters: { temperature: 0.7, top_p: 0.5, max_completion_tokens: 9 },
      headers: { 'HTTP-Referer': 'https://example.com', 'X-Title': 'Test' },
      providerPreferences: { exclude: ['azure'] },
    };
    const gateway = await testGateway({ models: { main: entry }, baseUrl, list: [] });
    const sent = {
      temperature: 0,
      max_tokens: 5,
      novelty: { a: 1 },
      provider: { sort: 'price' },
      models: ['x/y'],
    };
    await gateway.chat({ model: 'main', ...sent });
    const asked = seen.find(({ method }) => method === 'POST');
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      top_p: 0.5,
      temperature: 0,
      max_tokens: 5,
      novelty: { a: 1 },
      provider: { sort: 'price', ignore: ['azure'] },
      model: 'openai/gpt-4o',
      messages: [{ role: 'user', content: 'ping' }],
      stream: false,
      session_id: expect.any(String),
    });
    expect(asked?.headers).toMatchObject({
      'http-referer': 'https://example.com',
      'x-title': 'Test',
    });
  });

  it.each([
    ['null', '{"model":"main","provider":null,"messages":[]}'],
    [
      'a second one',
      '{"provider":{"ignore":[]},"model":"main","provider":{"zdr":false},"messages":[]}',
    ],
    [
      'a prototype',
      '{"model":"main","__proto__":{"provider":{}},"provider":{"__proto__":{"zdr":false}},"messages":[]}',
    ],
  ])('cannot override the entry with %s', async (_, body) => {
    const { baseUrl, seen } = await serve((response) => json(response, 200, answered('ok')));
    const parameters = { provider: { data_collection: 'deny', zdr: true } };
    const providerPreferences = { exclude: ['azure'] };
    const models = { main: { defaultModel: 'a/b', parameters, providerPreferences } };
    const gateway = await testGateway({ models, baseUrl, list: [] });
    expect((await gateway.chat({}, { body })).status).toBe(200);
    expect(JSON.parse(seen[0]?.body ?? '').provider).toMatchObject({
      data_collection: 'deny',
      zdr: true,
      ignore: ['azure'],
    });
  });

  it('for only what the entry forbids is refused with the reason', async () => {
    const { baseUrl, seen } = await serve((response) => json(response, 200, answered('ok')));
    const parameters = { provider: { only: ['anthropic'] } };
    const models = { main: { defaultModel: 'a/b', parameters } };
    const gateway = await testGateway({ models, baseUrl, list: [] });
    const response = await gateway.chat({ model: 'main', provider: { only: ['azure'] } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: {
        type: 'forbidden_by_entry',
        message:
          'The entry "main" refuses this request: provider.only may only name anthropic: the entry allows no other',
      },
    });
    expect(seen).toEqual([]);
  });

  it('has long integers as the client wrote them', async () => {
    const { baseUrl, seen } = await serve((response) => json(response, 200, answered('ok')));
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const limit = '"maximum":9223372036854775807';
    await gateway.chat({}, { body: `{"model":"main","messages":[],"x":{${limit}}}` });
    expect(seen[0]?.body).toContain(limit);
  });

  it('has the headers of OpenRouter that the client sent, and none of ours', async () => {
    const { baseUrl, seen } = await serve((response) => json(response, 200, answered('ok')));
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const sent = { 'x-openrouter-cache': 'true', 'x-openrouter-cache-ttl': '60' };
    await gateway.chat({ model: 'main' }, { headers: { ...sent, 'x-openclaw-channel': 'none' } });
    expect(seen[0]?.headers).toMatchObject({ ...sent, 'x-openrouter-metadata': 'enabled' });
    expect(seen[0]?.headers['x-openclaw-channel']).toBeUndefined();
  });

  it('has the title of the entry, under any of its header names', async () => {
    const { baseUrl, seen } = await serve((response) => json(response, 200, answered('ok')));
    const entry = { defaultModel: 'a/b', headers: { 'X-Title': 'Mine' } };
    const gateway = await testGateway({ models: { main: entry }, baseUrl, list: [] });
    const headers = { 'x-openrouter-title': 'Theirs', 'x-session-id': 's1' };
    await gateway.chat({ model: 'main' }, { headers });
    expect(seen[0]?.headers).toMatchObject({ 'x-title': 'Mine', 'x-session-id': 's1' });
    expect(seen[0]?.headers['x-openrouter-title']).toBeUndefined();
  });

  it('with too many models is refused', async () => {
    const { baseUrl, seen } = await serve((response) => json(response, 200, answered('ok')));
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const models = Array.from({ length: 21 }, (_, i) => `a/m${i}`);
    expect((await gateway.chat({ model: 'a/b', models })).status).toBe(400);
    expect(seen).toEqual([]);
  });

  it('asks for an answer without compression', async () => {
    const { baseUrl, seen } = await serve((response) => json(response, 200, answered('ok')));
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    await gateway.chat({ model: 'main' }, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(seen[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('that an error quotes is in the answer alone, without the key', async () => {
    const { baseUrl } = await serve((response, { body, headers }) => {
      json(response, 400, { error: { code: 400, message: `${headers.authorization} ${body}` } });
    });
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const messages = [{ role: 'user', content: 'between us' }];
    const text = await (await gateway.chat({ model: 'main', messages })).text();
    expect(text).toContain('between us');
    expect(text).not.toContain(gateway.world.deps.env.OPENROUTER_API_KEY);
    expect(requestsOf(gateway)).toMatchObject([{ outcome: 'bad_request', message: null }]);
    expect(JSON.stringify(gateway.events)).not.toContain('between us');
  });

  it.each([
    ['in a header', false],
    ['in the error of a choice', false],
    ['in a header of a stream', true],
  ])('does not get the key back %s', async (_, stream) => {
    const { baseUrl } = await serve((response, { headers }) => {
      response.setHeader('x-asked-with', headers.authorization ?? '').setHeader('x-other', 'kept');
      if (stream) return void asStream(response).end(`${chunk('ok')}${end}`);
      const error = { code: 400, message: `Refused ${headers.authorization}` };
      json(response, 200, answered('', { choices: [{ error, finish_reason: 'error' }] }));
    });
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const response = await gateway.chat({ model: 'main', stream });
    expect(response.headers.get('x-other')).toBe('kept');
    const shown = JSON.stringify([[...response.headers], await response.text()]);
    expect(shown).toContain(stream ? 'ok' : 'Refused Bearer [key]');
    expect(shown).not.toContain(gateway.world.deps.env.OPENROUTER_API_KEY);
  });

  it('does not get the key back in an answer of any size or in the name of a header', async () => {
    const { baseUrl } = await serve((response, { headers }) => {
      response.setHeader(`x-${headers.authorization?.replace('Bearer ', '')}`, 'kept');
      const large = { debug: headers, ...answered('ok'), page: Array(30_000).fill('模型 ping') };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...large, again: headers }, null, 1));
    });
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const response = await gateway.chat({ model: 'main' });
    expect(await response.json()).toMatchObject({
      debug: { authorization: 'Bearer [key]' },
      page: expect.arrayContaining(['模型 ping']),
      again: { authorization: 'Bearer [key]' },
    });
    expect(JSON.stringify([...response.headers])).not.toContain('sk-or-v1');
  });

  it.each([
    ['as it is', (key: string) => key],
    ['in base64', (key: string) => Buffer.from(`me:${key}`).toString('base64')],
    ['percent-encoded', (key: string) => key.replaceAll('-', '%2d').toUpperCase()],
  ])('does not get the key back %s', async (_, spell) => {
    const { baseUrl } = await serve((response, { headers }) => {
      const echo = spell(headers.authorization?.replace('Bearer ', '') ?? '');
      response.setHeader('x-asked-with', `Basic ${echo}`);
      json(response, 400, { error: { code: 400, message: `Refused ${echo}, between us` } });
    });
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const echo = spell(gateway.world.deps.env.OPENROUTER_API_KEY ?? '');
    const response = await gateway.chat({ model: 'main' });
    const shown = JSON.stringify([[...response.headers], await response.text()]);
    expect(shown).toContain('between us');
    expect(shown).not.toContain(echo.slice(8, -8));
  });

  it.each([1, 7, 64, 90])(
    'does not get the key back in a stream of pieces of %i bytes',
    async (size) => {
      const { baseUrl } = await serve(async (response, { headers }) => {
        asStream(response);
        const error = { code: 502, message: `Lost ${headers.authorization} 模型` };
        const failed = `data: ${JSON.stringify({ error, choices: [] })}\n\n`;
        const bytes = Buffer.from(`${chunk('模型 sk-or-v1-your-key-here')}${failed}`);
        for (let i = 0; i < bytes.length; i += size) {
          response.write(bytes.subarray(i, i + size));
          if (size < 100) await new Promise((resolve) => setImmediate(resolve));
        }
        response.end();
      });
      const gateway = await testGateway({ models: one, baseUrl, list: [] });
      const text = await (await gateway.chat({ model: 'main', stream: true })).text();
      expect(text).toContain('Lost Bearer [key] 模型');
      expect(text).toContain('模型 sk-or-v1-your-key-here');
      const key = gateway.world.deps.env.OPENROUTER_API_KEY ?? '';
      expect(text).not.toContain(key.slice(-20));
    },
  );

  it('that is nested too deeply is refused', async () => {
    const { baseUrl, seen } = await serve((response) => json(response, 200, answered('ok')));
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const body = `{"model":"main","messages":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    const response = await gateway.chat({}, { body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request', message: 'The body is nested deeper than 500 levels' },
    });
    expect(seen).toEqual([]);
  });

  it('is sent with the key of the entry, never with that of the client', async () => {
    const { baseUrl, seen } = await serve((response) => json(response, 200, answered('ok')));
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const headers = { authorization: 'Bearer of-the-client', cookie: 'a=b' };
    const response = await gateway.chat({ model: 'main' }, { headers });
    const asked = seen.find(({ method }) => method === 'POST');
    expect(asked?.headers.authorization).toBe(
      `Bearer ${gateway.world.deps.env.OPENROUTER_API_KEY}`,
    );
    expect(asked?.headers.cookie).toBeUndefined();
    const shown = JSON.stringify([[...response.headers], await response.text(), gateway.events]);
    expect(shown).not.toContain(gateway.world.deps.env.OPENROUTER_API_KEY);
  });
});
