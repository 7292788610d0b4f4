import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type HostHome, hasHost, hostHome } from '../helpers/host.ts';
import { chatWith, freePort } from '../helpers/host-chat.ts';
import { startProxy } from '../helpers/proxy.ts';
import { packageFolder, testKey } from '../helpers/world.ts';

const entries = { claude: 'anthropic/claude-sonnet-4.5', thinker: 'openai/gpt-5-mini' };
const token = 'the-token-of-this-host';
/** One black pixel. */
const photo =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAfbLI3wAAAABJRU5ErkJggg==';
/** The first of each loads OpenRouter's list, without which the host does not know what the model can do. */
const messages = [
  ['claude', 'warm up'],
  ['thinker', 'warm up'],
  ['claude', 'what is in this photo', photo],
  ['claude', 'call a tool'],
  ['claude', `a long story: ${'once upon a time '.repeat(6_000)}`],
  ['thinker', 'think about it'],
];

// Starts the real OpenClaw twice.
describe.skipIf(!hasHost)('what reaches OpenRouter from the real OpenClaw', () => {
  it('differs through serve only in what docs/architecture.md lists', async () => {
    const upstream = await recorder();
    const direct = await turns(upstream, async (host) => {
      const proxy = await startProxy(upstream.port, { host: 'openrouter.ai' });
      const certificate = join(host.home, 'certificate.pem');
      writeFileSync(certificate, proxy.certificate);
      const env = {
        OPENROUTER_API_KEY: testKey,
        HTTPS_PROXY: proxy.url,
        NO_PROXY: '127.0.0.1,localhost',
        NODE_USE_ENV_PROXY: '1',
        NODE_EXTRA_CA_CERTS: certificate,
      };
      return {
        env,
        models: Object.entries(entries).map(([id, model]) => [id, `openrouter/${model}`]),
      };
    });
    const through = await turns(upstream, async (host, config) => {
      const models = Object.entries(entries).map(([name, defaultModel]) => [
        name,
        { provider: 'openrouter', apiKey: `\${OPENROUTER_API_KEY}`, defaultModel },
      ]);
      host.writeSetup(JSON.stringify({ models: Object.fromEntries(models) }));
      const serve = await host.serve(upstream.url);
      onTestFinished(() => serve.stop());
      const providers = { 'openrouter-gateway': { baseUrl: serve.url } };
      host.writeConfig(JSON.stringify({ ...config, models: { providers } }));
      const env = { OPENROUTER_BASE_URL: upstream.url };
      const applied = await host.binWith(env, 'apply', '--through-gateway', '--yes', '--json');
      expect(JSON.parse(applied.stdout)).toMatchObject({ validation: 'valid' });
      return {
        env: {},
        models: Object.keys(entries).map((id) => [id, `openrouter-gateway/${id}`]),
      };
    });
    expect(through).toHaveLength(direct.length);
    const differing = new Set(direct.flatMap((one, i) => differences(one, through[i])));
    expect([...differing].sort()).toEqual(documented());
  }, 1_800_000);
});

interface Recorded {
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers as OpenRouter does, and calls a tool once where it is asked for one. */
async function recorder() {
  const list = readFileSync(join(packageFolder, 'test/fixtures/models-of-host.json'));
  const chats: Recorded[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      if (!request.url?.endsWith('/chat/completions')) {
        const isList = /\/models(\?|$)/.test(request.url ?? '');
        response.writeHead(isList ? 200 : 404, { 'content-type': 'application/json' });
        return void response.end(isList ? list : '{"error":{"code":404,"message":"No"}}');
      }
      const body = JSON.parse(text);
      chats.push({ headers: request.headers, body });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(answerTo(body, text));
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/api/v1`, chats };
}

function answerTo(body: Recorded['body'], text: string): string {
  const event = (choice: object, more: object = {}) =>
    `data: ${JSON.stringify({ id: 'gen-1', model: body.model, provider: 'Anthropic', choices: [{ index: 0, ...choice }], ...more })}\n\n`;
  const calls = text.includes('call a tool') && !text.includes('"role":"tool"');
  const call = { index: 0, id: 'call1', type: 'function' };
  const named = { ...call, function: { name: 'read', arguments: '{"path":"note.txt"}' } };
  const delta = calls ? { tool_calls: [named] } : { content: 'Well done' };
  const usage = { prompt_tokens: 100, completion_tokens: 2, total_tokens: 102, cost: 0.001 };
  return `${event({ delta: { role: 'assistant', ...delta }, finish_reason: null })}${event({ delta: {}, finish_reason: calls ? 'tool_calls' : 'stop' }, { usage })}data: [DONE]\n\n`;
}

type Prepared = {
  readonly env: Readonly<Record<string, string>>;
  /** The agents and their models. */
  readonly models: readonly (readonly string[])[];
};

/** The requests of all but the first turn of each agent, in a home of its own at the same place. */
async function turns(
  upstream: { readonly chats: Recorded[] },
  prepare: (host: HostHome, config: object) => Promise<Prepared>,
): Promise<readonly Recorded[]> {
  const host = hostHome();
  onTestFinished(() => host.remove());
  writeFileSync(join(host.home, '.bashrc'), `export OPENROUTER_API_KEY=${testKey}\n`);
  const port = await freePort();
  const config = { gateway: { mode: 'local', port, auth: { mode: 'token', token } } };
  const { env, models } = await prepare(host, config);
  const list = models.map(([id, primary], i) => ({ id, default: i === 0, model: { primary } }));
  const written = JSON.parse(readConfig(host, config));
  host.writeConfig(JSON.stringify({ ...written, agents: { list } }));
  const gateway = host.gateway(port, env);
  onTestFinished(() => gateway.stop());
  upstream.chats.length = 0;
  const said = await chatWith(host, port, token, messages);
  await gateway.stop();
  expect(said.map(({ state }) => state)).toEqual(messages.map(() => 'final'));
  const isWarmUp = ({ body }: Recorded) => JSON.stringify(body.messages).includes('warm up');
  return upstream.chats.splice(0).filter((chat) => !isWarmUp(chat));
}

function readConfig({ configPath }: HostHome, config: object): string {
  try {
    return readFileSync(configPath, 'utf8');
  } catch {
    return JSON.stringify(config);
  }
}

/** Of a connection or of a moment, and no part of what is asked. */
const incidental =
  /^(host|connection|content-length|authorization|user-agent|accept|accept-.*|sec-.*|traceparent|x-stainless-.*|keep-alive|transfer-encoding)$/;

function differences(one: Recorded, other: Recorded | undefined): string[] {
  const headers = (of: Recorded | undefined) =>
    Object.fromEntries(
      Object.entries(of?.headers ?? {})
        .filter(([name]) => !incidental.test(name))
        .map(([name, value]) => [`header ${name}`, value]),
    );
  const [a, b] = [one, other].map((each) => ({
    ...headers(each),
    ...comparable(each?.body ?? {}),
  }));
  const names = new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})]);
  return [...names].filter(
    (name) => JSON.stringify(a?.[name as never]) !== JSON.stringify(b?.[name as never]),
  );
}

/** Without what tells one run from another: times, ids, folders and the names of the models in the host. */
function comparable(body: Recorded['body']): Record<string, unknown> {
  const text = JSON.stringify(body)
    .replace(/openclaw-openrouter-host-\w+/g, '(home)')
    .replace(/(openrouter-gateway\/\w+|openrouter\/[\w./-]+\w)/g, '(model)')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '(id)')
    .replace(/\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:[\d.]+)?(Z| UTC)?)?/g, '(time)');
  const { messages, ...fields } = JSON.parse(text);
  const isSystem = ({ role }: { readonly role: string }) => role === 'system';
  return {
    ...fields,
    'system prompt': messages?.filter(isSystem),
    'other messages': messages?.filter((each: { readonly role: string }) => !isSystem(each)),
  };
}

/** The first column of the table, in the order of the alphabet. */
function documented(): string[] {
  const page = readFileSync(join(packageFolder, 'docs/architecture.md'), 'utf8');
  const [, table = ''] = page.split('| through `serve` differs |');
  const rows = table.split('\n\n', 1)[0]?.split('\n').slice(2) ?? [];
  return rows.map((row) => /^\| `([^`]+)`/.exec(row)?.[1] ?? row).sort();
}
