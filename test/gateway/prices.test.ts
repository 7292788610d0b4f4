import { Agent } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createPrices } from '../../src/gateway/prices.ts';
import { createUpstream } from '../../src/gateway/upstream.ts';
import { json, realClock, serve } from '../openrouter/serve.ts';
import { pricedModel } from './start.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

it.each([
  ['the messages', (text: string) => ({ messages: [{ role: 'user', content: text }] })],
  ['a huge preference', (text: string) => ({ messages: [], plugins: [{ id: 'web', text }] })],
])('prices keep nothing of a request: %s', async (_, bodyOf) => {
  const { baseUrl } = await serve((response) => json(response, 404, {}));
  const upstream = createUpstream(baseUrl, 5_000, new Agent());
  const models = [pricedModel('a/b', '0.000001', '0.000002')];
  const prices = createPrices({ upstream, models: () => models, clock: realClock });
  const price = (i: number, text: string) =>
    prices.worstCase('a/b', { ...bodyOf(text), provider: { order: [`provider-${i}`] } });
  await price(0, '');
  const before = heapBytes();
  for (let i = 1; i <= 20; i += 1) await price(i, `${i} `.repeat(1_000_000));
  expect(heapBytes() - before).toBeLessThan(20_000_000);
});
