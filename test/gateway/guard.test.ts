import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { IsOwnPeer } from '../../src/gateway/guard.ts';
import { createGuard } from '../../src/gateway/guard.ts';
import { json, serve } from '../openrouter/serve.ts';
import { type TestGateway, testGateway } from './start.ts';

const token = 'a-token-of-some-length';

interface Situation {
  readonly tokens?: readonly string[];
  readonly tokenRequired?: boolean;
  /** Null: the system does not tell. */
  readonly isOwnPeer?: IsOwnPeer | null;
}

/** Checks requests with these headers, each on a connection of its own. */
function guardIn({ tokens = [token], tokenRequired = false, isOwnPeer = null }: Situation = {}) {
  const ownPeers = async () => isOwnPeer;
  const { check, holdsToken } = createGuard({ tokens: () => tokens, tokenRequired, ownPeers });
  return {
    holdsToken,
    check: (headers: object, open = false) =>
      check({ headers, socket: {} } as IncomingMessage, open),
  };
}

const foreign: IsOwnPeer = async () => false;

describe('without a token', () => {
  const guard = guardIn();

  it.each(['localhost:8788', '127.0.0.1', '127.8.9.1:1', '[::1]:8788', 'LOCALHOST'])(
    'a request to %s is accepted',
    async (host) => expect(await guard.check({ host })).toBeNull(),
  );

  it.each([
    'evil.example:8788',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '192.168.0.2',
    '[::2]',
    '',
  ])('a request to "%s", as after DNS rebinding, is refused', async (host) =>
    expect(await guard.check({ host })).toMatchObject({ status: 403, type: 'forbidden_host' }),
  );

  it('a program of another user is refused, whatever key it sends', async () => {
    const guard = guardIn({ isOwnPeer: foreign });
    for (const authorization of [undefined, 'Bearer anything', `Basic ${token}`]) {
      const refused = await guard.check({ host: 'localhost', authorization });
      expect(refused).toMatchObject({ status: 401, type: 'token_refused' });
    }
  });

  it('the owner of a connection is looked up once', async () => {
    let asked = 0;
    const isOwnPeer = async () => {
      asked += 1;
      return true;
    };
    const guard = createGuard({
      tokens: () => [],
      tokenRequired: false,
      ownPeers: async () => isOwnPeer,
    });
    const request = { headers: { host: 'localhost' }, socket: {} } as IncomingMessage;
    expect(await Promise.all([guard.check(request), guard.check(request)])).toEqual([null, null]);
    expect(asked).toBe(1);
  });
});

describe('a web page', () => {
  const guard = guardIn();

  it.each([
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'http://127.0.0.1:3000',
    'http://localhost:8788, http://localhost:8788',
  ])('of %s is refused, even with the token', async (origin) => {
    const headers = { host: 'localhost:8788', origin, authorization: `Bearer ${token}` };
    expect(await guard.check(headers)).toMatchObject({ status: 403, type: 'forbidden_origin' });
  });

  it.each(['cross-site', 'same-site'])(
    'that loads a path as an image or a script (%s) is refused',
    async (site) => {
      const headers = {
        host: 'localhost:8788',
        'sec-fetch-site': site,
        'sec-fetch-mode': 'no-cors',
      };
      expect(await guard.check(headers)).toMatchObject({ type: 'forbidden_origin' });
    },
  );

  it('may link to the gateway', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect(await guard.check({ host: 'localhost:8788', ...headers })).toBeNull();
  });

  it('of the gateway itself is let in', async () => {
    const headers = { origin: 'http://localhost:8788', 'sec-fetch-site': 'same-origin' };
    expect(await guard.check({ host: 'LocalHost:8788', ...headers })).toBeNull();
  });
});

describe('the token', () => {
  it.each([
    { authorization: `Bearer ${token}` },
    { authorization: `bearer  ${token}` },
    { 'x-api-key': token },
    { authorization: 'Bearer another', 'x-api-key': token },
  ])('lets in any user under any host name as %j', async (headers) => {
    for (const tokenRequired of [true, false]) {
      const guard = guardIn({ tokenRequired, isOwnPeer: foreign });
      expect(await guard.check({ host: 'box.lan', ...headers })).toBeNull();
      expect(guard.holdsToken(headers)).toBe(true);
    }
  });

  it.each([
    {},
    { authorization: 'Bearer a-token-of-some-lengtH' },
    { authorization: token },
    { authorization: 'Bearer ' },
    { 'x-api-key': '' },
  ])('is required in %j', async (headers) => {
    const guard = guardIn({ tokenRequired: true });
    expect(await guard.check({ host: 'localhost', ...headers })).toMatchObject({ status: 401 });
    expect(guard.holdsToken(headers)).toBe(false);
  });

  it('is not needed for an open path, which web pages and foreign names cannot read', async () => {
    const guard = guardIn({ isOwnPeer: foreign });
    expect(await guard.check({ host: 'localhost' }, true)).toBeNull();
    expect(await guardIn({ tokenRequired: true }).check({ host: 'box.lan' }, true)).toBeNull();
    expect(await guard.check({ host: 'evil.example' }, true)).toMatchObject({ status: 403 });
    expect(
      await guard.check({ host: 'localhost', origin: 'https://evil.example' }, true),
    ).toMatchObject({ status: 403 });
  });
});

const models = { main: { defaultModel: 'openai/gpt-4o' } };

/** A gateway that shuts out whoever does not show the token, before an upstream that remembers what it was asked. */
async function gatewayWith(situation: Situation = {}) {
  const { baseUrl, seen } = await serve((response) => json(response, 200, { data: [] }));
  const { tokens = [token], tokenRequired = false, isOwnPeer = null } = situation;
  const access = { tokens: () => tokens, tokenRequired, peerCheck: async () => isOwnPeer };
  const gateway = await testGateway({ models, baseUrl, list: [], options: { access } });
  return { gateway, seen };
}

/** Sends bytes as they are; gives what comes back until the connection ends. */
function exchange({ port }: TestGateway, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request.replaceAll('\n', '\r\n')));
    onTestFinished(() => void socket.destroy());
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}

describe('the gateway', () => {
  it('says only whether it is alive to clients without access', async () => {
    const { gateway, seen } = await gatewayWith({ isOwnPeer: foreign });
    const at = (path: string) => fetch(gateway.url.replace('/v1', path));
    const paths = [
      '/events',
      '/page/other',
      '/metrics',
      '/v1/models',
      '/api/v1/models',
      '/v1/key',
      '/healthz/',
      '//healthz',
    ];
    for (const path of paths) expect([path, (await at(path)).status]).toEqual([path, 401]);
    expect((await gateway.chat({ model: 'main' })).status).toBe(401);
    expect(seen).toEqual([]);
    const health = await at('/healthz');
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('shows its state only with the token', async () => {
    const { gateway } = await gatewayWith();
    const url = gateway.url.replace('/v1', '/healthz');
    expect(await (await fetch(url)).json()).toEqual({ status: 'ok' });
    const headers = { authorization: `Bearer ${token}` };
    const told = await (await fetch(url, { headers })).json();
    expect(told).toMatchObject({ status: 'ok', entries: [{ name: 'main' }] });
  });

  it('accepts a new token as soon as there is one', async () => {
    const tokens = [token];
    const { gateway } = await gatewayWith({ tokens, tokenRequired: true });
    const status = async (shown: string) =>
      (await fetch(`${gateway.url}/models`, { headers: { 'x-api-key': shown } })).status;
    expect([await status(token), await status(`${token}-2`)]).toEqual([200, 401]);
    tokens[0] = `${token}-2`;
    expect([await status(token), await status(`${token}-2`)]).toEqual([401, 200]);
  });

  it.each([
    [403, 'another Host', 'GET /v1/models HTTP/1.1\nHost: evil.example\nConnection: close\n\n'],
    [400, 'no Host', 'GET /v1/models HTTP/1.1\nConnection: close\n\n'],
    [
      403,
      'a WebSocket of a page',
      'GET /v1/models HTTP/1.1\nHost: localhost\nOrigin: http://evil.example\nUpgrade: websocket\nConnection: Upgrade, close\nSec-WebSocket-Key: eA==\nSec-WebSocket-Version: 13\n\n',
    ],
    [
      403,
      'a preflight of a page',
      'OPTIONS /v1/chat/completions HTTP/1.1\nHost: localhost\nOrigin: http://evil.example\nAccess-Control-Request-Method: POST\nConnection: close\n\n',
    ],
    [
      404,
      'an absolute target',
      'GET http://localhost/v1/models HTTP/1.1\nHost: localhost\nConnection: close\n\n',
    ],
    [
      400,
      'two lengths of one body',
      'POST /v1/chat/completions HTTP/1.1\nHost: localhost\nContent-Length: 4\nTransfer-Encoding: chunked\n\n0\n\nGET /v1/models HTTP/1.1\nHost: localhost\nConnection: close\n\n',
    ],
    [
      400,
      'two Content-Length',
      'POST /v1/chat/completions HTTP/1.1\nHost: localhost\nContent-Length: 2\nContent-Length: 40\n\n{}',
    ],
    [
      400,
      'a space before the colon of a header',
      'POST /v1/chat/completions HTTP/1.1\nHost: localhost\nTransfer-Encoding : chunked\nContent-Length: 5\n\n0\n\n',
    ],
  ])('answers %i to a request with %s, and to nothing behind it', async (status, _, request) => {
    const { gateway, seen } = await gatewayWith();
    const answer = await exchange(gateway, request);
    expect(answer.match(/^HTTP\/1\.1 \d+/gm)).toEqual([`HTTP/1.1 ${status}`]);
    expect(answer).not.toMatch(/^access-control-/im);
    expect(seen).toEqual([]);
  });

  it('does not open a tunnel', async () => {
    const { gateway } = await gatewayWith();
    const request = 'CONNECT example.com:443 HTTP/1.1\nHost: example.com:443\n\n';
    expect(await exchange(gateway, request)).toBe('');
  });

  it('refuses a body above the limit and serves the next one', async () => {
    const { baseUrl, seen } = await serve((response) =>
      json(response, 404, { error: { code: 404, message: 'x' } }),
    );
    const gateway = await testGateway({ models, baseUrl, list: [] });
    const huge = await gateway.chat({ model: 'main', padding: 'x'.repeat(33 * 1024 * 1024) });
    expect(huge.status).toBe(413);
    expect(await huge.json()).toMatchObject({
      error: { message: expect.stringContaining('The request body is larger than 32 MiB') },
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
