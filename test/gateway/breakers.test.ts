import { describe, expect, it } from 'vitest';
import { createBreaker } from '../../src/gateway/breakers.ts';
import { parseFaults } from '../../src/sandbox/faults.ts';
import { realClock, testSandbox } from '../helpers/sandbox.ts';
import { json, serve } from '../openrouter/serve.ts';
import { routeOf, type Setting, testGateway } from './start.ts';

const refused = { outcome: 'auth', message: 'User not found', status: 401 } as const;
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 22) + seconds * 1000);

describe('a breaker', () => {
  it('admits every request until the key is doomed, then none', () => {
    const breaker = createBreaker();
    expect(breaker.admit(at(0))).toEqual({ open: null, isProbe: false });
    expect(breaker.trip(refused, at(0))).toBe(true);
    expect(breaker.admit(at(14))).toMatchObject({ open: { outcome: 'auth', retryAt: at(15) } });
  });

  it('admits one probe at the retry time and waits for its outcome', () => {
    const breaker = createBreaker();
    breaker.trip(refused, at(0));
    expect(breaker.admit(at(15))).toEqual({ open: null, isProbe: true });
    expect(breaker.state()).toBe('half-open');
    expect(breaker.admit(at(15))).toMatchObject({ open: { outcome: 'auth' } });
  });

  it('waits twice as long after each probe that fails, five minutes at most', () => {
    const breaker = createBreaker();
    breaker.trip(refused, at(0));
    const waits = [];
    for (let now = 15, i = 0; i < 7; i += 1) {
      expect(breaker.admit(at(now))).toMatchObject({ isProbe: true });
      expect(breaker.trip(refused, at(now))).toBe(false);
      const until = (breaker.open()?.retryAt.getTime() ?? 0) / 1000 - at(0).getTime() / 1000;
      waits.push(until - now);
      now = until;
    }
    expect(waits).toEqual([30, 60, 120, 240, 300, 300, 300]);
  });

  it('is not extended by requests that were in flight when it opened', () => {
    const breaker = createBreaker();
    breaker.trip(refused, at(0));
    breaker.trip(refused, at(10));
    expect(breaker.open()?.retryAt).toEqual(at(15));
  });

  it('closes when the key works again', () => {
    const breaker = createBreaker();
    breaker.trip(refused, at(0));
    expect(breaker.clear()).toBe(true);
    expect(breaker.clear()).toBe(false);
    expect(breaker.admit(at(1))).toEqual({ open: null, isProbe: false });
  });
});

describe('the gateway before a key that is refused', () => {
  const now = { ms: Date.UTC(2026, 10, 22, 12) };
  const clock = { ...realClock, now: () => new Date(now.ms) };

  async function gatewayBefore(
    faults: string,
    models: Setting['models'] = { main: { defaultModel: 'openai/gpt-4o' } },
  ) {
    const sandbox = await testSandbox({ faults: parseFaults(faults), anyKey: true });
    const gateway = await testGateway({ models, baseUrl: sandbox.url, key: sandbox.key, clock });
    const chats = () =>
      sandbox.requests.filter(({ path }) => path.endsWith('/chat/completions')).length;
    return { sandbox, gateway, chats };
  }

  it('stops asking OpenRouter, says why, and recovers', async () => {
    const { sandbox, gateway, chats } = await gatewayBefore('*:401');
    expect((await gateway.chat({ model: 'main' })).status).toBe(401);
    const refusedHere = await gateway.chat({ model: 'main' });
    expect(refusedHere.status).toBe(401);
    expect(refusedHere.headers.get('retry-after')).toBe('15');
    expect(await refusedHere.json()).toMatchObject({
      error: { type: 'auth', metadata: { breaker: 'open' } },
    });
    expect(chats()).toBe(1);
    const health = await gateway.health();
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({
      status: 'down',
      breakers: [{ outcome: 'auth', state: 'open' }],
    });

    sandbox.setFaults([]);
    now.ms += 15_000;
    expect((await gateway.chat({ model: 'main' })).status).toBe(200);
    expect((await gateway.chat({ model: 'main' })).status).toBe(200);
    expect(gateway.events.filter(({ type }) => type === 'breaker')).toMatchObject([
      { state: 'open', outcome: 'auth' },
      { state: 'closed' },
    ]);
  });

  it('does not show other clients the message of OpenRouter', async () => {
    const { baseUrl } = await serve((response, { body }) => {
      json(response, 401, { error: { code: 401, message: `No such user: ${body}` } });
    });
    const models = { main: { defaultModel: 'openai/gpt-4o' } };
    const gateway = await testGateway({ models, baseUrl, list: [] });
    const messages = [{ role: 'user', content: 'between us' }];
    expect(await (await gateway.chat({ messages })).text()).toContain('between us');
    const next = await (await gateway.chat({})).text();
    const health = await (await gateway.health()).text();
    for (const told of [next, health, JSON.stringify(gateway.events)]) {
      expect(told).toContain('key refused');
      expect(told).not.toContain('between us');
    }
  });

  it('still serves free links when the credit is used up', async () => {
    const models = {
      main: {
        defaultModel: 'openai/gpt-4o',
        fallbackModels: ['meta-llama/llama-3.3-70b-instruct:free'],
      },
    };
    const { gateway, chats } = await gatewayBefore('openai/gpt-4o:402', models);
    for (const attempts of ['2', '1']) {
      const response = await gateway.chat({ model: 'main' });
      expect(response.status).toBe(200);
      expect(routeOf(response)).toMatchObject({ role: 'fallback1', attempts });
    }
    expect(chats()).toBe(3);
  });

  it('keeps other keys in use', async () => {
    const models = {
      main: { defaultModel: 'openai/gpt-4o' },
      other: { defaultModel: 'openai/gpt-4o-mini', apiKey: `sk-or-v1-${'ab'.repeat(32)}` },
    };
    const { gateway } = await gatewayBefore('openai/gpt-4o:401', models);
    expect((await gateway.chat({ model: 'main' })).status).toBe(401);
    expect((await gateway.chat({ model: 'other' })).status).toBe(200);
    expect((await gateway.chat({ model: 'openai/gpt-4o-mini' })).status).toBe(401);
    const health = await gateway.health();
    expect(await health.json()).toMatchObject({
      status: 'degraded',
      entries: [
        { name: 'main', usable: false },
        { name: 'other', usable: true },
      ],
    });
  });
});
