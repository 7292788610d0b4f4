import { once } from 'node:events';
import { type Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ProxyError } from '../../src/platform/errors.ts';
import { createNetwork, type NetworkOptions } from '../../src/platform/network.ts';
import { startDnsServer } from '../helpers/dns-server.ts';
import { relayHost, startProxy } from '../helpers/proxy.ts';
import { closedPort, type Handler, json, serve } from '../openrouter/serve.ts';

function testNetwork(options: Partial<NetworkOptions> = {}) {
  const network = createNetwork({ env: {}, execPath: '/bin/false', ...options });
  onTestFinished(network.close);
  return network;
}

async function fetchFrom(handler: Handler, init: Parameters<typeof fetch>[1] = {}) {
  const { baseUrl, seen } = await serve(handler);
  const response = await testNetwork().fetch(baseUrl, init as object);
  return { response, seen };
}

describe('fetch', () => {
  it('sends method, headers and body, and returns status, headers and body', async () => {
    const { response, seen } = await fetchFrom(
      (answer) =>
        json(answer, 418, { data: 1 }, { 'x-name': 'Grüße', 'set-cookie': ['a=1', 'b=2'] }),
      { method: 'POST', body: '"ü"', headers: { 'X-Title': 'Grüße', 'content-type': 'text/json' } },
    );
    expect(seen).toMatchObject([{ method: 'POST', path: '/api/v1', body: '"ü"' }]);
    expect(seen[0]?.headers).toMatchObject({ 'content-length': '4', 'x-title': 'Grüße' });
    expect(response.status).toBe(418);
    expect(response.headers.get('x-name')).toBe('Grüße');
    expect(response.headers.get('Set-Cookie')).toBe('a=1, b=2');
    expect(JSON.parse(await response.text())).toEqual({ data: 1 });
  });

  it('reports that a request has left before its answer is there', async () => {
    let answerNow = () => {};
    const { baseUrl } = await serve((answer) => {
      answerNow = () => json(answer, 200, {});
      if (hasLeft) answerNow();
    });
    let hasLeft = false;
    const onSent = () => {
      hasLeft = true;
      answerNow();
    };
    // The server answers only then.
    expect((await testNetwork().fetch(baseUrl, { onSent })).status).toBe(200);
  });

  it('decompresses a compressed body', async () => {
    const { response, seen } = await fetchFrom((answer) => {
      answer.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'));
    });
    expect(seen[0]?.headers['accept-encoding']).toBe('gzip');
    expect(await response.text()).toBe('packed');
  });

  it.each([
    ['packed', gzipSync('packed'.repeat(100)).subarray(0, 20), { 'content-encoding': 'gzip' }],
    ['not packed', Buffer.from('half'), { 'content-length': '8' }],
  ])('fails if a body ends early: %s', async (_name, bytes, headers) => {
    const { response } = await fetchFrom((answer) => {
      answer.writeHead(200, headers).write(bytes, () => answer.destroy());
    });
    await expect(response.text()).rejects.toThrow();
  });

  it.each([204, 304])('returns no body for %s', async (status) => {
    const { response } = await fetchFrom((answer) => void answer.writeHead(status).end());
    expect([response.status, response.body]).toEqual([status, null]);
  });

  it.each([301, 302, 303, 307, 308])('does not follow a %s', async (status) => {
    const elsewhere = await serve((answer) => json(answer, 200, {}));
    const { response } = await fetchFrom(
      (answer) => void answer.writeHead(status, { location: elsewhere.baseUrl }).end(),
    );
    expect(response.status).toBe(status);
    expect(elsewhere.seen).toEqual([]);
  });

  it('fails for a status that HTTP does not define', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 999 Odd\r\n\r\n')).listen(0);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await expect(testNetwork().fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow(RangeError);
  });

  it.each(['http://relay.example/', 'http://10.0.0.1/', 'ftp://127.0.0.1/'])(
    'never begins to go to %s',
    async (url) => {
      await expect(testNetwork().fetch(url)).rejects.toThrow(/^Refusing to connect to /);
    },
  );

  it('is aborted by its signal before the response and during it', async () => {
    const abort = new AbortController();
    const { baseUrl } = await serve((answer) => void answer.writeHead(200).write('half'));
    const { fetch } = testNetwork();
    const response = await fetch(baseUrl, { signal: abort.signal });
    const reading = response.text();
    const next = fetch(baseUrl, { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
    await expect(reading).rejects.toThrow();
    await expect(fetch(baseUrl, { signal: abort.signal })).rejects.toThrow('enough');
  });

  it('is aborted by its signal during a lookup, and nothing keeps the process alive after close', async () => {
    const dns = await startDnsServer(() => null);
    const network = testNetwork({ dnsServers: [dns.address] });
    const abort = new AbortController();
    const asked = network.fetch('https://relay.test/', { signal: abort.signal });
    await vi.waitFor(() => expect(dns.queries).toContain('A relay.test'), 60_000);
    abort.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    network.close();
    await vi.waitFor(() => {
      const active = process.getActiveResourcesInfo();
      expect(active.filter((name) => /addrinfo|query|connect/i.test(name))).toEqual([]);
    }, 60_000);
  });
});

describe('loopback', () => {
  it('is never reached through a proxy', async () => {
    const { baseUrl } = await serve((answer) => json(answer, 200, {}));
    const proxy = await startProxy(0);
    const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, ALL_PROXY: proxy.url };
    const { fetch } = testNetwork({ env });
    for (const host of ['127.0.0.1', 'localhost']) {
      expect((await fetch(baseUrl.replace('127.0.0.1', host))).status).toBe(200);
    }
    expect(proxy.requests).toEqual([]);
  });
});

describe('another machine', () => {
  const relay = new URL(`https://${relayHost}/api/v1`);

  /** What the relay answers over that agent. */
  async function ask(agent: Agent): Promise<string> {
    return new Promise((resolve, reject) => {
      httpsRequest(relay, { agent }, (message) => resolve(text(message)))
        .on('error', reject)
        .end();
    });
  }

  async function proxied(options: Parameters<typeof startProxy>[1] = {}, credentials = '') {
    const { baseUrl, seen } = await serve((answer) => json(answer, 200, 'ok'));
    const proxy = await startProxy(Number(new URL(baseUrl).port), options);
    const HTTPS_PROXY = proxy.url.replace('//', `//${credentials}`);
    const network = testNetwork({ env: { HTTPS_PROXY } });
    const agent = await network.agentFor(relay, { ca: proxy.certificate });
    return { proxy, network, agent, seen };
  }

  it('is reached through the proxy, with TLS to the machine itself, over persistent connections', async () => {
    const { proxy, agent, seen } = await proxied();
    expect(await ask(agent)).toBe('"ok"');
    expect(await ask(agent)).toBe('"ok"');
    expect(proxy.requests).toEqual(['CONNECT relay.test:443']);
    expect(proxy.headers[0]).toEqual({ host: 'relay.test:443', connection: 'close' });
    expect(seen.map(({ headers }) => headers.host)).toEqual([relayHost, relayHost]);
  });

  it('has its certificate checked', async () => {
    const { network, seen } = await proxied();
    const agent = await network.agentFor(relay);
    await expect(ask(agent)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(seen).toEqual([]);
  });

  it.each(['me:p%40ss%25@', 'me:p%40ss%@'])(
    'is reached with the credentials of the proxy: %s',
    async (given) => {
      const { proxy, agent } = await proxied({}, given);
      await ask(agent);
      const [, told = ''] = proxy.headers[0]?.['proxy-authorization']?.split(' ') ?? [];
      expect(Buffer.from(told, 'base64').toString()).toMatch(/^me:p(@ss%|%40ss%)$/);
    },
  );

  it.each([
    ['407 Proxy Authentication Required', 'HTTP 407, it asks for a user name and password'],
    ['403 Forbidden', 'HTTP 403'],
  ])(
    'that the proxy does not connect to is told without the password: %s',
    async (refuses, why) => {
      const { proxy, agent, seen } = await proxied({ refuses }, 'me:hunter2@');
      const error: unknown = await ask(agent).catch((reason: unknown) => reason);
      const { host } = new URL(proxy.url);
      expect(error).toBeInstanceOf(ProxyError);
      expect(error).toMatchObject({
        code: 'ERR_PROXY_REFUSED',
        message: `The proxy ${host} does not connect to relay.test:443 (${why})`,
      });
      expect(seen).toEqual([]);
    },
  );

  it('is an error behind a missing proxy', async () => {
    const url = `http://me:hunter2@127.0.0.1:${await closedPort()}`;
    const agent = await testNetwork({ env: { ALL_PROXY: url } }).agentFor(relay);
    const { host } = new URL(url);
    await expect(ask(agent)).rejects.toThrow(`The proxy ${host} cannot be reached (ECONNREFUSED)`);
  });

  it('is not reached directly if the proxy cannot be used', async () => {
    const { fetch } = testNetwork({ env: { ALL_PROXY: 'socks5://127.0.0.1:1080' } });
    await expect(fetch(relay)).rejects.toThrow(/^ALL_PROXY is the URL of a SOCKS proxy/);
  });

  it('is given up by the signal and by close if the proxy does not answer', async () => {
    const { proxy, network, agent } = await proxied({ silent: true });
    const abort = new AbortController();
    const asked = network.fetch(relay, { signal: abort.signal });
    const waiting = ask(agent);
    await vi.waitFor(() => expect(proxy.requests).toHaveLength(2), 60_000);
    abort.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    network.close();
    await expect(waiting).rejects.toThrow(/^The proxy .* cannot be reached/);
  });
});

it('an agent for this machine works with an ordinary request', async () => {
  const { baseUrl } = await serve((answer) => json(answer, 200, 'here'));
  const agent = await testNetwork().agentFor(new URL(baseUrl));
  const answered = await new Promise<string>((resolve, reject) => {
    httpRequest(baseUrl, { agent }, (message) => resolve(text(message)))
      .on('error', reject)
      .end();
  });
  expect(answered).toBe('"here"');
});
