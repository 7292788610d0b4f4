import type { ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { realClock } from '../helpers/sandbox.ts';
import { type Handler, json, serve } from '../openrouter/serve.ts';
import { longTimeout, pricedModel, requestsOf, type TestGateway, testGateway } from './start.ts';

/** A dollar per token of an answer. */
const list = [pricedModel('a/dollar', '0', '1')];
const models = { main: { defaultModel: 'a/dollar', budget: { dailyLimit: 10 } } };
const threeDollars = { model: 'a/dollar', prompt: 'x', max_tokens: 3 };
const today = new Date().toISOString().slice(0, 10);

/** The gateway asks `/generation` at once, and gives up at once. */
const hasty = {
  ...realClock,
  sleep: (ms: number, signal?: AbortSignal) => realClock.sleep(ms / 200, signal),
};

type Answer = (response: ServerResponse) => void;

/** A gateway before an upstream that answers so, and knows what one generation has cost. */
async function gatewayBefore(answer: Answer, generationUsd: number | null = null) {
  const handler: Handler = (response, { path }) => {
    if (!path.includes('/generation')) return answer(response);
    if (generationUsd === null) return noGeneration(response);
    json(response, 200, { data: { id: 'gen-1', total_cost: generationUsd } });
  };
  const { baseUrl, seen } = await serve(handler);
  const gateway = await testGateway({ models, baseUrl, list, clock: hasty });
  const asked = () => seen.flatMap(({ path }) => /\/generation\?id=(.*)/.exec(path)?.[1] ?? []);
  return { gateway, asked };
}

const noGeneration: Answer = (response) =>
  json(response, 404, { error: { code: 404, message: 'Not found' } });
const answering =
  (body: object, headers = {}): Answer =>
  (response) =>
    json(response, 200, body, headers);
const sound =
  (headers = {}): Answer =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'audio/mpeg', ...headers }).end('sound');
const events =
  (...chunks: object[]): Answer =>
  (response) =>
    void response
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .end(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join(''));

async function post(
  { url }: TestGateway,
  path: string,
  body: object,
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** The row of today when nothing is reserved any more. */
async function recorded({ ledger }: TestGateway) {
  return vi.waitFor(async () => {
    expect(await ledger.totals('main', new Date())).toMatchObject({ reserved: '0' });
    const [day, ...others] = await ledger.daily({ from: today, to: today });
    expect([day, others]).toMatchObject([{ requests: 1 }, []]);
    return day;
  }, longTimeout);
}

describe('an answer that is passed on without its cost', () => {
  it.each<[string, object, Answer, string]>([
    ['/images', { prompt: 'x' }, answering({ data: [{ b64_json: 'AAAA' }] }), '0.5'],
    ['/audio/speech', { input: 'x' }, sound(), '0.0039'],
    ['/embeddings', { input: 'x' }, answering({ data: [] }), '0.000013'],
    ['/rerank', { documents: ['x'] }, answering({ results: [] }), '0.005'],
    ['/completions', threeDollars, answering({ id: 'gen-1', choices: [{ text: 'x' }] }), '3'],
    ['/completions', threeDollars, events({ id: 'gen-1', choices: [{ text: 'x' }] }), '3'],
    ['/images', { prompt: 'x' }, (response) => void response.writeHead(502).end('Bad'), '0.5'],
  ])('counts as reserved: %s', async (path, body, answer, usd) => {
    const { gateway } = await gatewayBefore(answer);
    await (await post(gateway, path, body)).arrayBuffer();
    expect(await recorded(gateway)).toMatchObject({ usd, estimatedUsd: usd });
    expect(requestsOf(gateway)).toMatchObject([{ costUsd: usd }]);
  });

  it('counts by its tokens where the model has a price', async () => {
    const usage = { prompt_tokens: 1, completion_tokens: 1 };
    const { gateway } = await gatewayBefore(answering({ choices: [{ text: 'x' }], usage }));
    await (await post(gateway, '/completions', threeDollars)).text();
    expect(await recorded(gateway)).toMatchObject({ usd: '1', estimatedUsd: '1' });
  });

  it.each<[string, Answer]>([
    ['a header', sound({ 'x-generation-id': 'gen-1' })],
    ['the body', answering({ id: 'gen-1', data: [] })],
    ['a stream', events({ id: 'gen-1', choices: [{ text: 'x' }] })],
  ])('costs what /generation says where its id is in %s', async (_, answer) => {
    const { gateway, asked } = await gatewayBefore(answer, 0.25);
    await (await post(gateway, '/audio/speech', { input: 'x' })).arrayBuffer();
    expect(await recorded(gateway)).toMatchObject({ usd: '0.25', estimatedUsd: '0' });
    expect(asked()).toEqual(['gen-1']);
  });

  it('has no generation where its id is of another kind', async () => {
    const { gateway, asked } = await gatewayBefore(answering({ id: 'emb-1', data: [] }), 0.25);
    await (await post(gateway, '/embeddings', { input: 'x' })).text();
    expect(await recorded(gateway)).toMatchObject({ usd: '0.000013' });
    expect(asked()).toEqual([]);
  });

  it.each<[string, string, Answer]>([
    ['OpenRouter explains a failure', '/images', (response) => json(response, 502, failed)],
    ['OpenRouter explains it under 200', '/images', answering({ error: { message: 'No' } })],
    ['it is a refusal', '/images', (response) => json(response, 400, failed)],
    ['it is a redirect', '/images', (response) => void response.writeHead(307).end()],
    ['OpenRouter bills nothing', '/files', answering({ id: 'gen-1' })],
  ])('costs nothing where %s', async (_, path, answer) => {
    const { gateway } = await gatewayBefore(answer, 0.25);
    await (await post(gateway, path, {})).text();
    expect(await recorded(gateway)).toMatchObject({ usd: '0', estimatedUsd: '0' });
  });
});

const failed = { error: { code: 502, message: 'Provider returned error' } };

describe('a client that leaves an answer', () => {
  /** Leaves when the upstream has its request, or with the first bytes of the answer. */
  async function leaves(answer: Answer, hasBegun = true) {
    const gone = new AbortController();
    const { gateway } = await gatewayBefore((response) => {
      answer(response);
      if (!hasBegun) setTimeout(() => gone.abort(), 50);
    });
    const request = post(gateway, '/completions', threeDollars, gone.signal);
    if (hasBegun) {
      await (await request).body?.getReader().read();
      gone.abort();
    } else await expect(request).rejects.toThrow();
    const day = await recorded(gateway);
    await vi.waitFor(() => expect(requestsOf(gateway)).toHaveLength(1), longTimeout);
    return { day, events: requestsOf(gateway) };
  }
  const begun =
    (type: string, text: string): Answer =>
    (response) =>
      void response.writeHead(200, { 'content-type': type }).write(text);
  // The gateway holds back a line that has not ended, as a key may follow in it.
  const stated = '\n{"usage":{"cost":0.003}}';

  it.each([
    ['a stream', 'text/event-stream', `data: ${stated.trim()}\n\n`],
    ['JSON', 'application/json', stated],
  ])('pays the cost that %s has stated', async (_, type, text) => {
    const { day, events } = await leaves(begun(type, text));
    expect(day).toMatchObject({ usd: '0.003', estimatedUsd: '0', answered: 0 });
    expect(events).toMatchObject([{ outcome: 'cancelled', costUsd: '0.003' }]);
  });

  it.each<[string, boolean, Answer]>([
    ['before its first byte', false, () => undefined],
    ['before it states its cost', true, begun('text/event-stream', 'data: {}\n\n')],
  ])('pays what was reserved: %s', async (_, hasBegun, answer) => {
    const { day, events } = await leaves(answer, hasBegun);
    expect(day).toMatchObject({ usd: '3', estimatedUsd: '3' });
    expect(events).toMatchObject([{ outcome: 'cancelled', costUsd: '3' }]);
  });
});

describe('a stated cost', () => {
  it('far above the reservation does not use up the budget', async () => {
    const { gateway } = await gatewayBefore(answering({ data: [{}], usage: { cost: 999 } }));
    await (await post(gateway, '/images', { prompt: 'x' })).text();
    expect(await recorded(gateway)).toMatchObject({ usd: '0.5', estimatedUsd: '0.5' });
  });

  it('counts at an endpoint without a known price', async () => {
    const { gateway } = await gatewayBefore(answering({ usage: { cost: 3 } }));
    await (await post(gateway, '/novel', {})).text();
    expect(await recorded(gateway)).toMatchObject({ usd: '3', estimatedUsd: '0' });
  });
});
