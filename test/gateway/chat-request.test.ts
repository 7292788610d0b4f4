import { describe, expect, it, vi } from 'vitest';
import { realClock } from '../helpers/sandbox.ts';
import { type Handler, json, serve } from '../openrouter/serve.ts';
import { answered, asStream, chunk } from './answers.ts';
import {
  longTimeout,
  pricedModel,
  requestsOf,
  type Setting,
  type TestGateway,
  testGateway,
} from './start.ts';

/** Each for a request of one token at most. */
const list = [pricedModel('a/dollar', '0', '1'), pricedModel('a/dime', '0', '0.1')];
const ask = { model: 'main', max_tokens: 1 };

/** A gateway that waits a hundredth of the time, before an upstream of which `/generation` knows nothing. */
async function gatewayBefore(main: object, handler: Handler, more: Partial<Setting> = {}) {
  const { baseUrl } = await serve((response, asked) => {
    if (asked.path.includes('/generation')) {
      return json(response, 404, { error: { code: 404, message: 'Not found' } });
    }
    if (asked.path.includes('/models')) return json(response, 200, { data: [] });
    return handler(response, asked);
  });
  const models = { main: { defaultModel: 'a/dollar', ...main } };
  const clock = {
    ...realClock,
    sleep: (ms: number, signal?: AbortSignal) => realClock.sleep(ms / 100, signal),
  };
  return testGateway({ models, baseUrl, list, clock, ...more });
}

/** Leaves once the gateway has done `until`. */
async function leave(gateway: TestGateway, body: object, until: Promise<unknown>): Promise<void> {
  const gone = new AbortController();
  const answer = gateway.chat({ ...ask, ...body }, { signal: gone.signal });
  const isCancelled = expect(answer.then((response) => response.text())).rejects.toThrow();
  await until;
  gone.abort();
  await isCancelled;
  await vi.waitFor(() => expect(requestsOf(gateway)).toHaveLength(1), longTimeout);
}

async function costLines(gateway: TestGateway): Promise<string[]> {
  const response = await fetch(gateway.url.replace(/v1$/, 'metrics'));
  return (await response.text()).split('\n').filter((line) => /cost_usd_total\{/.test(line));
}

const costOf = (model: string, usd: string) =>
  `openclaw_openrouter_cost_usd_total{entry="main",model="${model}"} ${usd}`;

describe('the event and the metrics of a request whose client left', () => {
  it('have the model that was answering, and what it can have cost', async () => {
    let begun: () => void = () => undefined;
    const answering = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const gateway = await gatewayBefore({ budget: { dailyLimit: 5 } }, (response) => {
      asStream(response).write(chunk('half'), begun);
    });
    await leave(gateway, { stream: true }, answering);
    expect(requestsOf(gateway)).toMatchObject([
      {
        ...{ outcome: 'cancelled', status: 499, role: 'primary', model: 'a/dollar' },
        ...{ attempts: 1, failed: [], costUsd: '1' },
      },
    ]);
    const lines = [costOf('a/dollar', '1')];
    await vi.waitFor(async () => expect(await costLines(gateway)).toEqual(lines), longTimeout);
  });

  it('have why the model that was to be asked again had failed', async () => {
    let failed: () => void = () => undefined;
    const failing = new Promise<void>((resolve) => {
      failed = resolve;
    });
    const clock = {
      ...realClock,
      sleep: (ms: number, signal?: AbortSignal) => {
        failed();
        return realClock.sleep(ms, signal);
      },
    };
    const gateway = await gatewayBefore(
      { retryOnFailure: true },
      (response) =>
        json(response, 429, { error: { code: 429, message: 'No' } }, { 'retry-after': '20' }),
      { clock },
    );
    await leave(gateway, {}, failing);
    expect(requestsOf(gateway)).toMatchObject([
      {
        ...{ outcome: 'cancelled', model: 'a/dollar', attempts: 1, waitedMs: 0, costUsd: null },
        failed: [{ model: 'a/dollar', outcome: 'rate_limit' }],
      },
    ]);
    expect(await costLines(gateway)).toEqual([]);
  });
});

describe('the event and the metrics of a request', () => {
  const internal: Handler = (response) =>
    json(response, 500, { error: { code: 500, message: 'No' } }, { 'retry-after': '1' });

  it('have the attempts before the budget did not allow another one', async () => {
    const gateway = await gatewayBefore(
      { budget: { dailyLimit: 2 }, retryOnFailure: true, maxRetries: 5 },
      internal,
    );
    await gateway.chat(ask);
    expect(requestsOf(gateway)).toMatchObject([
      { role: 'primary', model: 'a/dollar', attempts: 2, costUsd: '2' },
    ]);
    expect(await costLines(gateway)).toEqual([costOf('a/dollar', '2')]);
  });

  it('have the model whose retry did not fit into the budget', async () => {
    const gateway = await gatewayBefore(
      { budget: { dailyLimit: 1.5 }, fallbackModels: ['a/dime'], retryOnFailure: true },
      (response, asked) =>
        asked.body.includes('a/dollar')
          ? internal(response, asked)
          : json(response, 200, answered('ok', { usage: { cost: 0.05 } })),
    );
    expect((await gateway.chat(ask)).status).toBe(200);
    expect(requestsOf(gateway)).toMatchObject([
      {
        ...{ outcome: 'ok', role: 'fallback1', model: 'a/dime', attempts: 2, costUsd: '1.05' },
        ...{ failed: [{ model: 'a/dollar' }], waitedMs: 1_000 },
      },
    ]);
    expect(await costLines(gateway)).toEqual([costOf('a/dollar', '1'), costOf('a/dime', '0.05')]);
  });

  it('have the cost of each model under its name', async () => {
    const gateway = await gatewayBefore({ fallbackModels: ['a/dime'] }, (response, { body }) => {
      const isFirst = body.includes('a/dollar');
      const usage = { prompt_tokens: isFirst ? 7 : 8, cost: isFirst ? 0.75 : 0.05 };
      json(response, 200, answered(isFirst ? '' : 'ok', { usage }));
    });
    await gateway.chat(ask);
    expect(requestsOf(gateway)).toMatchObject([{ model: 'a/dime', costUsd: '0.8' }]);
    expect(await costLines(gateway)).toEqual([
      costOf('a/dollar', '0.75'),
      costOf('a/dime', '0.05'),
    ]);
  });
});
