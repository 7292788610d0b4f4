import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createGuard } from '../../src/gateway/guard.ts';
import { json, serve } from '../openrouter/serve.ts';
import { testGateway } from './start.ts';

describe('without a token', () => {
  const guard = createGuard(null);

  it.each(['localhost:8788', '127.0.0.1', '127.8.9.1:1', '[::1]:8788', 'LOCALHOST'])(
    'lets in what came to %s',
    (host) => expect(guard({ host })).toBeNull(),
  );

  it.each([
    'evil.example:8788',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '192.168.0.2',
    '[::2]',
    '',
  ])('keeps out what came to "%s", as after DNS rebinding', (host) =>
    expect(guard({ host })).toMatchObject({ status: 403, type: 'forbidden_host' }),
  );

  it.each(['https://evil.example', 'null', 'http://localhost.evil.example'])(
    'keeps out pages of %s',
    (origin) =>
      expect(guard({ host: 'localhost', origin })).toMatchObject({ type: 'forbidden_origin' }),
  );

  it('lets in pages of this machine', () =>
    expect(guard({ host: 'localhost', origin: 'http://127.0.0.1:3000' })).toBeNull());
});

describe('with a token', () => {
  const guard = createGuard('a-token-of-some-length');

  it('lets in who has it, under any name', () =>
    expect(guard({ host: 'box.lan', authorization: 'Bearer a-token-of-some-length' })).toBeNull());

  it.each([undefined, 'Bearer a-token-of-some-lengtH', 'a-token-of-some-length', 'Bearer '])(
    'keeps out %s',
    (authorization) =>
      expect(
        guard({ host: 'localhost', ...(authorization === undefined ? {} : { authorization }) }),
      ).toMatchObject({ status: 401 }),
  );
});

describe('the server', () => {
  const models = { main: { defaultModel: 'openai/gpt-4o' } };

  it('asks nobody for what it does not let in', async () => {
    const { baseUrl, seen } = await serve((response) => json(response, 200, { data: [] }));
    const options = { token: 'a-token-of-some-length' };
    const gateway = await testGateway({ models, baseUrl, list: [], options });
    expect((await gateway.chat({ model: 'main' })).status).toBe(401);
    expect((await fetch(gateway.url.replace('/v1', '/metrics'))).status).toBe(401);
    expect((await fetch(gateway.url.replace('/v1', '/healthz'))).status).toBe(200);
    expect(seen).toEqual([]);
  });

  it('checks the Host that really came', async () => {
    const { baseUrl } = await serve((response) => json(response, 200, { data: [] }));
    const gateway = await testGateway({ models, baseUrl, list: [] });
    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'evil.example' };
      request(`${gateway.url}/models`, { headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it('refuses a body beyond its limit and stays there for the next', async () => {
    const { baseUrl, seen } = await serve((response) =>
      json(response, 404, { error: { code: 404, message: 'x' } }),
    );
    const gateway = await testGateway({ models, baseUrl, list: [] });
    const huge = await gateway.chat({ model: 'main', padding: 'x'.repeat(33 * 1024 * 1024) });
    expect(huge.status).toBe(413);
    expect(await huge.json()).toMatchObject({
      error: { message: 'The request body is larger than 32 MiB' },
    });
    expect(seen).toEqual([]);
    expect((await gateway.chat({ model: 'main' })).status).toBe(404);
  });

  it.each(['{', '[]', '"text"', '{"messages":"none"}', ''])('refuses the body %s', async (body) => {
    const { baseUrl } = await serve((response) => json(response, 200, { data: [] }));
    const gateway = await testGateway({ models, baseUrl, list: [] });
    const response = await gateway.chat({}, { body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request', code: 400 } });
  });
});
