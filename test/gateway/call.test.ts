import { Agent, IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { createAttemptState } from '../../src/gateway/attempt.ts';
import { createBreakers } from '../../src/gateway/breakers.ts';
import { runCall } from '../../src/gateway/call.ts';
import { chat } from '../../src/gateway/formats.ts';
import { createLimiter } from '../../src/gateway/limits.ts';
import { createPrices } from '../../src/gateway/prices.ts';
import { createServedProviders } from '../../src/gateway/prompt-cache.ts';
import { targetOf } from '../../src/gateway/target.ts';
import { createUpstream } from '../../src/gateway/upstream.ts';
import { CancelError } from '../../src/platform/errors.ts';
import type { Reservation } from '../../src/spend/budget-ledger.ts';
import type { LedgerRow } from '../../src/spend/ledger.ts';
import { realClock } from '../helpers/sandbox.ts';
import { json, serve } from '../openrouter/serve.ts';
import { answered } from './answers.ts';
import { liveSetup } from './start.ts';

it('a client that leaves during its reservation costs nothing', async () => {
  const { baseUrl, seen } = await serve((response) => json(response, 200, answered('ok')));
  const setup = await liveSetup({ models: { main: { defaultModel: 'a/b' } }, baseUrl });
  const body = { messages: [] };
  const gone = new AbortController();
  const settled: [LedgerRow, Reservation | null][] = [];
  const reservation = { entry: 'main', usd: '1' };
  const costOfTokens = () => '1';
  const worst = {
    usd: '1',
    costOfTokens,
    promptTokens: 1,
    maxTokens: 1,
    basis: null,
    notes: () => [],
  };
  const upstream = createUpstream(baseUrl, 5_000, new Agent());
  const world = {
    upstream,
    budgets: {
      reserveUsd: async () => null,
      reserve: async () => {
        gone.abort();
        return { reservation, worst };
      },
      settle: (row: LedgerRow, released: Reservation | null) => void settled.push([row, released]),
      update: () => undefined,
      notice: () => null,
    },
    lateCosts: { settle: () => undefined, finish: async () => undefined },
    breakers: createBreakers(
      realClock,
      () => undefined,
      () => [],
    ),
    models: () => [],
    servedProviders: createServedProviders(() => 0),
    clock: realClock,
    random: () => 0,
    prices: createPrices({ upstream, models: () => [], clock: realClock }),
  };
  const state = createAttemptState();
  const running = runCall(
    world,
    {
      format: chat,
      query: '',
      target: targetOf(setup, { format: chat, body, channel: null, defaultEntry: null }),
      body,
      headers: {},
      response: new ServerResponse(new IncomingMessage(new Socket())),
      signal: gone.signal,
      slot: createLimiter().admit(),
    },
    state,
  );
  await expect(running).rejects.toThrow(CancelError);
  expect(settled).toMatchObject([[{ costUsd: null }, reservation]]);
  expect(seen).toEqual([]);
  expect(state).toMatchObject({ attempts: 0, link: null, costUsd: null });
});
