import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HostHome } from './host.ts';

export interface Said {
  readonly state: string;
  readonly text: string;
}

/** An agent, the user's message to it, and an optional attached PNG in base64. */
type Message = readonly string[];

/** Sends the messages to OpenClaw's gateway at this port, each in its own conversation, and returns the replies. */
export async function chatWith(
  host: HostHome,
  port: number,
  token: string,
  messages: readonly Message[],
): Promise<readonly Said[]> {
  const { stdout, stderr } = await host.script(
    script,
    String(port),
    token,
    JSON.stringify(messages),
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Waits for OpenClaw's gateway and sends each message to its agent over the gateway protocol. */
const script = `
  import { setTimeout as sleep } from 'node:timers/promises';
  const [port, token, messages] = process.argv.slice(1);
  const scopes = ['operator.admin', 'operator.read', 'operator.write'];
  const client = { id: 'gateway-client', version: '1', platform: 'linux', mode: 'backend' };
  const answers = new Map();
  const ends = new Map();
  let socket;
  const ask = (method, params) => new Promise((resolve, reject) => {
    const id = crypto.randomUUID();
    answers.set(id, { resolve, reject });
    socket.send(JSON.stringify({ type: 'req', id, method, params }));
  });
  const connect = () => new Promise((resolve, reject) => {
    socket = new WebSocket('ws://127.0.0.1:' + port);
    socket.onclose = reject;
    socket.onmessage = ({ data }) => {
      const { type, event, id, ok, payload, error } = JSON.parse(data);
      if (type === 'res') ok ? answers.get(id).resolve(payload) : answers.get(id).reject(error);
      if (event === 'connect.challenge') {
        const versions = { minProtocol: 3, maxProtocol: 9 };
        ask('connect', { ...versions, client, role: 'operator', scopes, auth: { token }, caps: [] })
          .then(resolve, reject);
      }
      const isEnd = event === 'chat' && /^(?:final|error|aborted)$/.test(payload.state);
      if (isEnd) ends.get(payload.runId)?.(payload);
    };
  });
  const deadline = performance.now() + 500_000;
  while (!(await connect().then(() => true, () => false))) {
    if (performance.now() > deadline) throw new Error('The gateway of OpenClaw does not answer');
    await sleep(500);
  }
  const said = [];
  for (const [agent, message, photo] of JSON.parse(messages)) {
    const idempotencyKey = crypto.randomUUID();
    const ended = new Promise((resolve) => ends.set(idempotencyKey, resolve));
    const sessionKey = 'agent:' + agent + ':' + idempotencyKey;
    const attachments = photo
      ? [{ type: 'image', mimeType: 'image/png', fileName: 'photo.png', content: photo }]
      : undefined;
    await ask('chat.send', { sessionKey, message, idempotencyKey, attachments });
    const { state, errorMessage, message: answer } = await ended;
    said.push({ state, text: errorMessage ?? answer?.content?.[0]?.text ?? '' });
  }
  process.stdout.write(JSON.stringify(said), () => process.exit(0));
`;
