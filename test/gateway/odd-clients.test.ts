import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { json, serve } from '../openrouter/serve.ts';
import { answered, asStream, chunk, end } from './answers.ts';
import { longTimeout, requestsOf, type TestGateway, testGateway } from './start.ts';

const one = { main: { defaultModel: 'openai/gpt-4o' } };
/** More than sockets hold on their way. */
const large = 'x'.repeat(16_000_000);

/** Asks over a connection of its own, without a client library in between. */
function ask({ port }: TestGateway, body: object, version = '1.1'): Socket {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.write(postOf(body, `HTTP/${version}\r\nConnection: close`));
  return socket;
}

function postOf(body: object, head = 'HTTP/1.1'): string {
  const text = JSON.stringify({ model: 'main', messages: [], ...body });
  const headers = `Host: localhost\r\nContent-Length: ${text.length}`;
  return `POST /v1/chat/completions ${head}\r\n${headers}\r\n\r\n${text}`;
}

async function rest(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part);
  return Buffer.concat(parts).toString('latin1');
}

describe('a client of HTTP/1.0', () => {
  it('gets a stream that ends with the connection', async () => {
    const text = `${chunk('one')}${chunk('two')}${end}`;
    const { baseUrl } = await serve((response) => void asStream(response).end(text));
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const got = await rest(ask(gateway, { stream: true }, '1.0'));
    expect(got).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(got.slice(got.indexOf('\r\n\r\n') + 4)).toBe(text);
    expect(requestsOf(gateway)[0]).toMatchObject({ outcome: 'ok', attempts: 1 });
  });
});

describe('a client that is slow to read', () => {
  it('is waited for without a timeout of OpenRouter', async () => {
    const piece = chunk('x'.repeat(64 * 1024));
    const { baseUrl } = await serve(async (response) => {
      asStream(response).on('error', () => undefined);
      for (let sent = 0; sent < large.length && !response.destroyed; sent += piece.length) {
        if (!response.write(piece)) await once(response, 'drain').catch(() => undefined);
      }
      response.end(end);
    });
    const options = { silenceMs: 4_000 };
    const gateway = await testGateway({ models: one, baseUrl, list: [], options });
    const socket = ask(gateway, { stream: true });
    await once(socket, 'readable');
    await sleep(9_000);
    expect((await rest(socket)).includes(end)).toBe(true);
    expect(requestsOf(gateway)[0]).toMatchObject({ outcome: 'ok' });
  });

  it('gets its whole answer from a gateway that is stopping', async () => {
    const { baseUrl } = await serve((response) => json(response, 200, answered(large)));
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const socket = ask(gateway, {});
    await once(socket, 'readable');
    const closed = gateway.close(30_000);
    await sleep(300);
    const got = await rest(socket);
    expect(got.length).toBeGreaterThan(large.length);
    await closed;
  });

  it('is cut off after the grace period of a gateway that is stopping', async () => {
    const { baseUrl } = await serve((response) => json(response, 200, answered(large)));
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const socket = ask(gateway, {});
    await once(socket, 'readable');
    await gateway.close(50);
    expect((await rest(socket).catch(() => '')).length).toBeLessThan(large.length);
  });
});

describe('a method', () => {
  async function status(method: string, path: string): Promise<[number, string | null]> {
    const { baseUrl } = await serve((response) => json(response, 200, { data: [] }));
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const response = await fetch(new URL(path, gateway.url), { method });
    return [response.status, response.headers.get('allow')];
  }

  it.each(['/healthz', '/metrics', '/v1/models'])('HEAD is answered like GET: %s', async (path) => {
    expect(await status('HEAD', path)).toEqual([200, null]);
  });

  it.each([
    ['GET', '/v1/chat/completions', 'POST'],
    ['OPTIONS', '/v1/chat/completions', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['DELETE', '/v1/models', 'GET, HEAD'],
  ])('%s is refused for %s with the allowed methods', async (method, path, allowed) => {
    expect(await status(method, path)).toEqual([405, allowed]);
  });

  it('does not matter for an unknown path', async () => {
    expect(await status('GET', '/nothing')).toEqual([404, null]);
  });
});

describe('a client that asks twice at once and leaves before the first answer', () => {
  it('leaves no request in flight', async () => {
    const { baseUrl, seen } = await serve(() => undefined);
    const gateway = await testGateway({ models: one, baseUrl, list: [] });
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(postOf({}) + postOf({}));
    await vi.waitFor(() => expect(seen).toHaveLength(2), longTimeout);
    socket.destroy();
    const cancelled = [{ outcome: 'cancelled' }, { outcome: 'cancelled' }];
    await vi.waitFor(() => expect(requestsOf(gateway)).toMatchObject(cancelled), longTimeout);
    await gateway.close(0);
  });
});
