import { once } from 'node:events';
import type { Agent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import {
  createUpstream,
  readBody,
  textOf,
  upstreamAgentOptions,
} from '../../src/gateway/upstream.ts';
import { WireError } from '../../src/openrouter/wire-error.ts';
import { CancelError } from '../../src/platform/errors.ts';
import { createNetwork } from '../../src/platform/network.ts';
import { relayHost, startProxy } from '../helpers/proxy.ts';
import { createWorld } from '../helpers/world.ts';

const baseUrl = `https://${relayHost}/api/v1`;

function upstreamOf(agent: Agent, silenceMs: number) {
  const upstream = createUpstream(baseUrl, silenceMs, agent);
  onTestFinished(upstream.close);
  return upstream;
}

/** Looks up names without end. */
const agentThatHangs = async (): Promise<Agent> => new HttpsAgent({ lookup: () => {} });

async function agentOfSilentProxy() {
  const proxy = await startProxy(0, { silent: true });
  const network = createNetwork({ env: { HTTPS_PROXY: proxy.url }, execPath: '/bin/false' });
  onTestFinished(network.close);
  return network.agentFor(new URL(baseUrl));
}

it.each([
  ['a look-up that hangs', agentThatHangs],
  ['a proxy that says nothing', agentOfSilentProxy],
])('%s runs into the timeout', async (_name, agentOf) => {
  const { get } = upstreamOf(await agentOf(), 50);
  const asked = get('/models', {}, new AbortController().signal);
  await expect(asked).rejects.toMatchObject({
    failure: { kind: 'timeout', message: 'relay.test sent nothing for 0.05 s' },
  });
  await expect(asked).rejects.toThrow(WireError);
});

it.each([
  ['a look-up that hangs', agentThatHangs],
  ['a proxy that says nothing', agentOfSilentProxy],
])('%s ends when the client leaves, and nothing is sent', async (_name, agentOf) => {
  const abort = new AbortController();
  const { post } = upstreamOf(await agentOf(), 60_000);
  let wasSent = false;
  const onSent = () => {
    wasSent = true;
  };
  const { signal } = abort;
  const asked = post('/chat/completions', { headers: {}, body: '{}', signal, onSent });
  abort.abort();
  await expect(asked).rejects.toThrow(CancelError);
  expect(wasSent).toBe(false);
});

/** A server that speaks for itself, below HTTP. `answer` is called for each part of a request that arrives. */
async function rawServer(answer: (socket: Socket, part: string) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.on('data', (part) => answer(socket, part.toString('latin1')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : null;
  const url = `http://127.0.0.1:${port}/api/v1`;
  const agent = await createWorld().deps.agentFor(new URL(url), upstreamAgentOptions);
  const upstream = createUpstream(url, 30_000, agent);
  onTestFinished(upstream.close);
  const sent = { isWhole: false };
  const ask = async (body = '{}') => {
    const { signal } = new AbortController();
    sent.isWhole = false;
    const onSent = () => {
      sent.isWhole = true;
    };
    const answered = await upstream.post('/x', { headers: {}, body, signal, onSent });
    return { status: answered.status, text: textOf(await readBody(answered)) };
  };
  return { ask, sent, sockets, upstream };
}

const head = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n';

it.each([
  ['in one part', [`${head}\r\n{}`]],
  ['byte by byte', [...`${head}\r\n{}`]],
  ['after interim answers', ['HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n', `${head}\r\n{}`]],
  [
    'in chunks with a trailer',
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n', '2\r\n{}\r\n', '0\r\nx-t: 1\r\n\r\n'],
  ],
])('an answer that arrives %s is read', async (_how, parts) => {
  const { ask } = await rawServer(async (socket) => {
    for (const part of parts) {
      socket.write(part);
      await sleep(1);
    }
  });
  expect(await ask()).toEqual({ status: 200, text: '{}' });
});

it('an answer of HTTP/1.0 ends with its connection', async () => {
  const { ask } = await rawServer((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\n{}'));
  expect(await ask()).toEqual({ status: 200, text: '{}' });
});

it.each([
  ['other bytes', 'hello there\r\n\r\n'],
  ['headers without end', `HTTP/1.1 200 OK\r\nx-long: ${'a'.repeat(40_000)}\r\n\r\n`],
  ['two lengths', `${head}transfer-encoding: chunked\r\n\r\n3\r\n{ }\r\n0\r\n\r\n`],
])('a server that answers with %s does not speak HTTP', async (_what, bytes) => {
  const { ask } = await rawServer((socket) => socket.write(bytes));
  await expect(ask()).rejects.toThrow(/^127\.0\.0\.1:\d+ does not speak HTTP/);
});

it('an answer that is shorter than it says has broken off', async () => {
  const { ask } = await rawServer((socket) => socket.end(`${head}\r\n{`));
  await expect(ask()).rejects.toThrow(/^The answer of 127\.0\.0\.1:\d+ broke off$/);
});

it('an answer to a request that was not read to its end arrives', async () => {
  const early =
    'HTTP/1.1 413 Payload Too Large\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}';
  const { ask } = await rawServer((socket) => socket.end(early));
  expect(await ask('x'.repeat(20_000_000))).toEqual({ status: 413, text: '{}' });
});

it('a large request that is cut off half way does not count as sent', async () => {
  const { ask, sent } = await rawServer((socket) => socket.resetAndDestroy());
  await expect(ask('x'.repeat(20_000_000))).rejects.toThrow(/closed the connection/);
  expect(sent.isWhole).toBe(false);
  await expect(ask('{}')).rejects.toThrow(/closed the connection/);
  expect(sent.isWhole).toBe(true);
});

/** An answer that nobody has read by the time its connection ends. */
async function unreadAnswer(headers: string, drop: (socket: Socket) => void) {
  const { upstream, sockets } = await rawServer((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nconnection: close\r\n${headers}\r\n`);
    socket.write('x'.repeat(70_000));
  });
  const answer = await upstream.get('/x', {}, new AbortController().signal);
  await sleep(50);
  for (const socket of sockets) drop(socket);
  await sleep(50);
  return answer;
}

it.each([
  ['its connection', ''],
  ['its length', 'content-length: 70000\r\n'],
])('an answer that ends with %s can be read after the server closed', async (_end, headers) => {
  const answer = await unreadAnswer(headers, (socket) => void socket.end());
  expect((await readBody(answer)).length).toBe(70_000);
});

it('an answer that was not read yet breaks off if its connection is closed too early', async () => {
  const unread = await unreadAnswer('content-length: 80000\r\n', (socket) => void socket.end());
  await expect(readBody(unread)).rejects.toThrow(/broke off$/);
});

it('a request whose client has left already is not sent', async () => {
  const { upstream, sockets } = await rawServer((socket) => socket.write(`${head}\r\n{}`));
  await expect(upstream.get('/x', {}, AbortSignal.abort())).rejects.toThrow(CancelError);
  expect(sockets.size).toBe(0);
});

it('a request over connections that were closed while they were idle is sent over a new one', async () => {
  const old = new Set<Socket>();
  const { ask, sockets } = await rawServer((socket) => {
    if (old.has(socket)) socket.resetAndDestroy();
    else socket.write(`${head}\r\n{}`);
  });
  await Promise.all([ask(), ask()]);
  for (const socket of sockets) old.add(socket);
  expect(old.size).toBe(2);
  expect(await ask()).toEqual({ status: 200, text: '{}' });
  expect(sockets.size).toBe(3);
});

it('a request over a new connection is sent once', async () => {
  const parts: string[] = [];
  const { ask } = await rawServer((socket, part) => {
    parts.push(part);
    socket.resetAndDestroy();
  });
  await expect(ask()).rejects.toThrow(/closed the connection/);
  expect(parts).toHaveLength(1);
});
