import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pricedModel, requestsOf, type TestGateway, testGateway } from './start.ts';

const links = ['author/one', 'author/two', 'author/three'];
const requests = 1_200;
const atOnce = 32;
const usage = { prompt_tokens: 12, completion_tokens: 8, cost: 0.001 };

/** What goes wrong with a request, one after the other; the last is an answer. */
const faults: readonly ((body: Body, response: ServerResponse) => void)[] = [
  (_, response) => json(response, 503, { error: { code: 503, message: 'down' } }),
  (_, response) => void response.socket?.destroy(),
  (_, response) => void response.end('<html>'),
  (_, response) => json(response, 429, { error: { code: 429, message: 'slow down' } }),
  (_, response) => json(response, 200, { error: { code: 502, message: 'provider' } }),
  (body, response) => {
    response.write(body.stream ? chunk('half') : '{"choices":[{"mess');
    setTimeout(() => response.destroy(), 1);
  },
  answer,
];

interface Body {
  readonly model: string;
  readonly stream: boolean;
}

/** Each link answers as `faults` says, its n-th request with the n-th of them. */
async function faultyUpstream(): Promise<string> {
  const asked = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const count = asked.get(body.model) ?? 0;
    asked.set(body.model, count + 1);
    if (body.stream) response.setHeader('content-type', 'text/event-stream');
    faults[count % faults.length]?.(body, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/api/v1`;
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  let text = '';
  for await (const part of request) text += String(part);
  return text === '' ? { model: '', stream: false } : JSON.parse(text);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function answer({ model, stream }: Body, response: ServerResponse): void {
  const message = { role: 'assistant', content: 'whole' };
  if (!stream) {
    json(response, 200, { model, choices: [{ message, finish_reason: 'stop' }], usage });
    return;
  }
  const last = { model, choices: [{ delta: {}, finish_reason: 'stop' }], usage };
  response.end(`${chunk('whole')}data: ${JSON.stringify(last)}\n\ndata: [DONE]\n\n`);
}

function chunk(content: string): string {
  return `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
}

type Seen = 'answered' | 'refused' | 'broke off' | `odd: ${string}`;

/** What a client makes of one request. */
async function ask(gateway: TestGateway, stream: boolean): Promise<Seen> {
  const response = await gateway.chat({ model: 'main', max_tokens: 8, stream });
  const text = await response.text().catch(() => null);
  if (text === null) return 'broke off';
  if (response.status === 200 && text.includes('whole')) return 'answered';
  const { error } = JSON.parse(text);
  return response.status >= 429 && typeof error.message === 'string' ? 'refused' : `odd: ${text}`;
}

describe('the gateway under load with faults on every link', () => {
  it('gives each client an answer, an error or a broken stream, and records all costs', async () => {
    const entry = {
      defaultModel: links[0],
      fallbackModels: links.slice(1),
      retryOnFailure: true,
      maxRetries: 1,
      budget: { dailyLimit: 1_000 },
    };
    const gateway = await testGateway({
      models: { main: entry },
      baseUrl: await faultyUpstream(),
      list: links.map((id) => pricedModel(id, '0.000001', '0.000002')),
    });
    const seen: Record<string, number> = {};
    let left = requests;
    const client = async () => {
      while (left > 0) {
        left -= 1;
        const what = await ask(gateway, left % 2 === 0);
        seen[what] = (seen[what] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, client));

    expect(Object.keys(seen).sort()).toEqual(['answered', 'broke off', 'refused']);
    const told = requestsOf(gateway);
    expect(told).toHaveLength(requests);
    expect(told.filter(({ outcome }) => outcome === 'ok')).toHaveLength(seen.answered ?? 0);
    const { day, reserved } = await gateway.ledger.totals('main', new Date());
    expect(reserved).toBe('0');
    expect(Number(day)).toBeGreaterThanOrEqual(((seen.answered ?? 0) * 999) / 1_000_000);
    const health = await (await gateway.health()).json();
    expect(health).toMatchObject({ status: 'ok', inFlight: 0, breakers: [] });
  });
});
