import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GatewayEvent } from '../../src/gateway/event.ts';
import { watchSetup } from '../../src/gateway/setup-watch.ts';
import { createWorld, testKey } from '../helpers/world.ts';
import { json, serve } from '../openrouter/serve.ts';
import { requestsOf, setupText, testGateway } from './start.ts';

const newKey = `sk-or-v1-${'9f8e7d6c'.repeat(8)}`;
const models = { main: { defaultModel: 'a/b' } };

/** A gateway whose key is in an rc file, before an upstream that takes the new key alone. */
async function gatewayWithOldKey() {
  const { baseUrl, seen } = await serve((response, { headers }) => {
    if (headers.authorization !== `Bearer ${newKey}`) {
      return json(response, 401, { error: { code: 401, message: 'User not found.' } });
    }
    const message = { role: 'assistant', content: 'pong' };
    json(response, 200, {
      id: 'gen-1',
      model: 'a/b',
      choices: [{ index: 0, finish_reason: 'stop', message }],
      usage: { prompt_tokens: 1, completion_tokens: 1, cost: 0 },
    });
  });
  const world = createWorld({ env: { SHELL: '/bin/bash', OPENROUTER_BASE_URL: baseUrl } });
  const replaceKey = (key: string) =>
    writeFileSync(join(world.home, '.bashrc'), `export OPENROUTER_API_KEY=${key}\n`);
  replaceKey(testKey);
  const path = join(world.home, 'openclaw.json5');
  writeFileSync(path, setupText({ models }));
  const events: GatewayEvent[] = [];
  const watch = await watchSetup(world.deps, path, (event) => events.push(event));
  const options = { setup: watch.current, keyRejected: watch.keyRejected };
  const gateway = await testGateway({ models, baseUrl, world, list: [], options });
  return { gateway, seen, events, replaceKey };
}

describe('a key that was replaced while the gateway runs', () => {
  it('fails no request: a refused one is sent again with the new key', async () => {
    const { gateway, seen, events, replaceKey } = await gatewayWithOldKey();
    replaceKey(newKey);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => gateway.chat({ model: 'main' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(events).toEqual([
      {
        type: 'key',
        ok: true,
        entry: 'main',
        message: 'the key is sk-or-v1-9f8e… from ~/.bashrc:1 now',
      },
    ]);
    expect(requestsOf(gateway).map(({ attempts }) => attempts)).toContain(2);
    expect(await (await gateway.health()).json()).toMatchObject({ status: 'ok', breakers: [] });
    const asked = seen.length;
    expect((await gateway.chat({ model: 'main' })).status).toBe(200);
    expect(seen.length).toBe(asked + 1);
  });

  it('is used although the breaker of the old one is open', async () => {
    const { gateway, replaceKey } = await gatewayWithOldKey();
    expect((await gateway.chat({ model: 'main' })).status).toBe(401);
    expect((await gateway.health()).status).toBe(503);
    replaceKey(newKey);
    expect((await gateway.chat({ model: 'main' })).status).toBe(200);
    expect((await gateway.health()).status).toBe(200);
  });

  it('is looked for once where there is no other', async () => {
    const { gateway, seen } = await gatewayWithOldKey();
    expect((await gateway.chat({ model: 'main' })).status).toBe(401);
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});
