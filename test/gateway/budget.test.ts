import { describe, expect, it } from 'vitest';
import { parseFaults } from '../../src/sandbox/faults.ts';
import { realClock, testSandbox } from '../helpers/sandbox.ts';
import { json, serve } from '../openrouter/serve.ts';
import { answered, asStream, chunk, end } from './answers.ts';
import { pricedModel, requestsOf, routeOf, type Setting, testGateway } from './start.ts';

const today = new Date().toISOString().slice(0, 10);

/** Answers everything, for so much. */
async function upstreamFor(costUsd: number | null) {
  return serve((response, { body }) => {
    const { model } = JSON.parse(body || '{}');
    json(response, 200, {
      id: 'gen-1',
      model,
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'ok' } }],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 5,
        ...(costUsd === null ? {} : { cost: costUsd }),
      },
    });
  });
}

/** A dollar for a request of one written token; the prompt costs nothing. */
const dollar = pricedModel('a/dollar', '0', '1');
const dime = pricedModel('a/dime', '0', '0.1');
const free = pricedModel('a/dime:free', '0', '0');
const varying = pricedModel('a/varying', '-1', '-1');
const list = [dollar, dime, free, varying];

function entry(budget: object, more: object = {}): Setting['models'] {
  return { main: { defaultModel: 'a/dollar', budget, ...more } };
}

const ask = { model: 'main', max_tokens: 1 };

describe('a budget at run time', () => {
  it('admits exactly what fits of 200 requests at once', async () => {
    const { baseUrl, seen } = await upstreamFor(1);
    const gateway = await testGateway({ models: entry({ dailyLimit: 10 }), baseUrl, list });
    const responses = await Promise.all(Array.from({ length: 200 }, () => gateway.chat(ask)));
    const served = responses.filter(({ status }) => status === 200);
    expect(served).toHaveLength(10);
    expect(responses.filter(({ status }) => status === 402)).toHaveLength(190);
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(10);
    expect(await gateway.ledger.totals('main', new Date())).toMatchObject({
      day: '10',
      reserved: '0',
    });
  });

  it('refuses with the amount spent, the reset time and how to raise it', async () => {
    const { baseUrl } = await upstreamFor(1);
    const gateway = await testGateway({ models: entry({ dailyLimit: 1 }), baseUrl, list });
    await gateway.chat(ask);
    const refused = await gateway.chat(ask);
    expect(refused.status).toBe(402);
    const { error } = (await refused.json()) as { error: { message: string } };
    expect(error).toMatchObject({
      code: 402,
      type: 'budget_exceeded',
      metadata: {
        entry: 'main',
        window: 'day',
        limit_usd: '1',
        spent_usd: '1',
        worst_case_usd: '1',
      },
    });
    expect(error.message).toMatch(/resets at \d{4}-\d\d-\d\dT00:00:00Z/);
    expect(error.message).toContain('budget.dailyLimit');
    expect(refused.headers.get('x-openclaw-budget')).toBe('exceeded; day=1/1');
  });

  it('releases what an answer did not cost', async () => {
    const { baseUrl } = await upstreamFor(0.25);
    const gateway = await testGateway({ models: entry({ dailyLimit: 1 }), baseUrl, list });
    const statuses = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await gateway.chat(ask)).status);
    // After the fourth nothing is left; after the first, a dollar does not fit below the limit any more.
    expect(statuses).toEqual([200, 402, 402, 402, 402]);
    expect((await gateway.ledger.totals('main', new Date())).day).toBe('0.25');
  });

  it('releases everything when no link answers', async () => {
    const { baseUrl } = await serve((response) =>
      json(response, 503, { error: { code: 503, message: 'Down' } }),
    );
    const gateway = await testGateway({ models: entry({ dailyLimit: 1 }), baseUrl, list });
    expect((await gateway.chat(ask)).status).toBe(503);
    expect(await gateway.ledger.totals('main', new Date())).toEqual({
      day: '0',
      month: '0',
      reserved: '0',
    });
  });

  it('is charged by tokens when an answer does not state its cost', async () => {
    const { baseUrl } = await upstreamFor(null);
    const gateway = await testGateway({ models: entry({ dailyLimit: 100 }), baseUrl, list });
    await gateway.chat(ask);
    expect((await gateway.ledger.totals('main', new Date())).day).toBe('5');
  });

  it('prices what the entry adds to a request', async () => {
    const { baseUrl } = await upstreamFor(1);
    const capped = entry({ dailyLimit: 5 }, { parameters: { max_tokens: 2, n: 3 } });
    const gateway = await testGateway({ models: capped, baseUrl, list });
    const refused = await gateway.chat({ model: 'main' });
    expect(await refused.json()).toMatchObject({ error: { metadata: { worst_case_usd: '6' } } });
    expect((await gateway.chat({ model: 'main', n: 2 })).status).toBe(200);
  });

  it('reports the cost of all attempts together', async () => {
    const { baseUrl } = await serve((response, { body }) => {
      const content = body.includes('a/dollar') ? '' : 'ok';
      json(response, 200, answered(content, { usage: { cost: 0.25 } }));
    });
    const models = entry({ dailyLimit: 5 }, { fallbackModels: ['a/dime'] });
    const gateway = await testGateway({ models, baseUrl, list });
    expect(routeOf(await gateway.chat(ask))).toMatchObject({ role: 'fallback1', cost: '0.5' });
    expect(requestsOf(gateway)).toMatchObject([{ costUsd: '0.5' }]);
  });

  it('is remembered by the next gateway', async () => {
    const { baseUrl } = await upstreamFor(1);
    const setting = { models: entry({ dailyLimit: 1 }), baseUrl, list };
    const first = await testGateway(setting);
    await first.chat(ask);
    await first.close(0);
    const second = await testGateway({ ...setting, world: first.world });
    expect((await second.chat(ask)).status).toBe(402);
  });

  it('refuses a request that cannot be priced, and says why', async () => {
    const { baseUrl, seen } = await upstreamFor(1);
    const models = { main: { defaultModel: 'a/varying', budget: { dailyLimit: 10 } } };
    const gateway = await testGateway({ models, baseUrl, list });
    const refused = await gateway.chat(ask);
    expect(refused.status).toBe(402);
    expect(await refused.json()).toMatchObject({
      error: { type: 'budget_unpriced', message: expect.stringContaining('varies') },
    });
    expect(seen.filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('alerts once in a window, from the threshold on', async () => {
    const { baseUrl } = await upstreamFor(1);
    const models = entry({ dailyLimit: 10, alertThreshold: 0.5 });
    const gateway = await testGateway({ models, baseUrl, list });
    const headers = [];
    for (let i = 0; i < 7; i += 1)
      headers.push((await gateway.chat(ask)).headers.get('x-openclaw-budget'));
    expect(headers.slice(3, 6)).toEqual([null, 'alert; day=5/10', 'alert; day=6/10']);
    const alerts = gateway.events.filter(({ type }) => type === 'alert');
    expect(alerts).toEqual([
      {
        type: 'alert',
        entry: 'main',
        window: 'day',
        status: 'alert',
        spentUsd: '5',
        limitUsd: '10',
      },
    ]);
  });
});

describe('a notice of the budget', () => {
  it('ends with the day', async () => {
    const { baseUrl } = await upstreamFor(1);
    let at = '2026-11-22T23:59:59.999Z';
    const clock = { ...realClock, now: () => new Date(at) };
    const gateway = await testGateway({ models: entry({ dailyLimit: 1 }), baseUrl, list, clock });
    await gateway.chat(ask);
    const refused = await gateway.chat(ask);
    expect(refused.headers.get('x-openclaw-budget')).toBe('exceeded; day=1/1');
    at = '2026-11-23T00:00:00.000Z';
    const tooMuch = await gateway.chat({ ...ask, max_tokens: 2 });
    expect([tooMuch.status, tooMuch.headers.get('x-openclaw-budget')]).toEqual([402, null]);
    expect((await gateway.chat(ask)).status).toBe(200);
  });

  it('is sent from the first refusal on, whichever gateway has spent', async () => {
    const { baseUrl } = await upstreamFor(1);
    const setting = { models: entry({ monthlyLimit: 1 }), baseUrl, list };
    const { world, chat } = await testGateway(setting);
    await chat(ask);
    const refused = await (await testGateway({ ...setting, world })).chat(ask);
    expect(refused.status).toBe(402);
    expect(refused.headers.get('x-openclaw-budget')).toBe('exceeded; month=1/1');
  });
});

describe('at the limit', () => {
  const links = { fallbackModels: ['a/dime', 'a/dime:free'] };

  it('a request takes the cheaper link that fits with onLimit downgrade', async () => {
    const { baseUrl } = await upstreamFor(0.1);
    const models = entry({ dailyLimit: 0.5, onLimit: 'downgrade' }, links);
    const gateway = await testGateway({ models, baseUrl, list });
    const response = await gateway.chat(ask);
    expect(routeOf(response)).toMatchObject({ model: 'a/dime', reason: 'asked+downgrade' });
  });

  it('a downgraded stream says so in its headers', async () => {
    const { baseUrl } = await serve((response) => {
      asStream(response).end(`${chunk('ok')}${end}`);
    });
    const models = entry({ dailyLimit: 0.5, onLimit: 'downgrade' }, links);
    const gateway = await testGateway({ models, baseUrl, list });
    const response = await gateway.chat({ ...ask, stream: true });
    expect(routeOf(response)).toMatchObject({ model: 'a/dime', reason: 'asked+downgrade' });
  });

  it('a request takes the free link with onLimit free', async () => {
    const { baseUrl } = await upstreamFor(0);
    const models = entry({ dailyLimit: 0.5, onLimit: 'free' }, links);
    const gateway = await testGateway({ models, baseUrl, list });
    const response = await gateway.chat(ask);
    expect(routeOf(response)).toMatchObject({ model: 'a/dime:free', cost: '0' });
  });

  it('a request is refused without onLimit, though there are cheaper links', async () => {
    const { baseUrl } = await upstreamFor(0.1);
    const gateway = await testGateway({ models: entry({ dailyLimit: 0.5 }, links), baseUrl, list });
    expect((await gateway.chat(ask)).status).toBe(402);
  });
});

describe('the ledger', () => {
  it('has a row for each attempt, and none of the content', async () => {
    const sandbox = await testSandbox({ faults: parseFaults('openai/gpt-4o:503') });
    const models = {
      main: { defaultModel: 'openai/gpt-4o', fallbackModels: ['openai/gpt-4o-mini'] },
    };
    const gateway = await testGateway({ models, baseUrl: sandbox.url, key: sandbox.key });
    const response = await gateway.chat({ model: 'main' });
    const days = await gateway.ledger.daily({ from: today, to: today });
    expect(days.map(({ model, requests, answered }) => [model, requests, answered])).toEqual([
      ['openai/gpt-4o', 1, 0],
      ['openai/gpt-4o-mini', 1, 1],
    ]);
    expect(days[1]?.usd).toBe(routeOf(response).cost);
    expect(requestsOf(gateway)[0]).toMatchObject({ attempts: 2, outcome: 'ok' });
  });

  it('has the channel of each request that came from one', async () => {
    const sandbox = await testSandbox();
    const models = { main: { defaultModel: 'openai/gpt-4o' } };
    const channels = { telegram: { model: 'main' } };
    const gateway = await testGateway({
      models,
      channels,
      baseUrl: sandbox.url,
      key: sandbox.key,
    });
    const headers = { 'x-openclaw-channel': 'Telegram' };
    const input = JSON.stringify({ model: 'openai/text-embedding-3-small', input: 'ping' });
    for (const body of [{ model: 'channel:telegram' }, { model: 'openai/gpt-4o' }]) {
      await gateway.chat(body, { headers });
    }
    await gateway.chat({ model: 'main' });
    await fetch(`${gateway.url}/embeddings`, { method: 'POST', headers, body: input });
    const rows = await gateway.ledger.channels({ from: today, to: today });
    expect(rows).toMatchObject([{ entry: 'main', channel: 'telegram', requests: 3 }]);
    const days = await gateway.ledger.daily({ from: today, to: today });
    expect(days.reduce((sum, { requests }) => sum + requests, 0)).toBe(4);
  });

  it('has a row for every finished stream', async () => {
    const sandbox = await testSandbox();
    const models = { main: { defaultModel: 'openai/gpt-4o' } };
    const gateway = await testGateway({ models, baseUrl: sandbox.url, key: sandbox.key });
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const response = await gateway.chat({ model: 'main', stream: true });
        await response.text();
      }),
    );
    const [day] = await gateway.ledger.daily({ from: today, to: today });
    expect(day).toMatchObject({ requests: 20, answered: 20 });
  });
});
