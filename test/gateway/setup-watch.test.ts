import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GatewayEvent } from '../../src/gateway/event.ts';
import { watchSetup } from '../../src/gateway/setup-watch.ts';
import { createWorld, testKey } from '../helpers/world.ts';
import { setupText } from './start.ts';

/** A watch whose seconds pass when the test says so. */
async function watched(text: string) {
  const { deps, home } = createWorld({ env: { OPENROUTER_API_KEY: testKey } });
  const path = join(home, 'setup.json5');
  writeFileSync(path, text);
  const events: GatewayEvent[] = [];
  const ending = new AbortController();
  const waiting: (() => void)[] = [];
  const clock = {
    ...deps.clock,
    sleep: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted === true) resolve();
        else waiting.push(resolve);
      }),
  };
  const watch = await watchSetup({ ...deps, clock }, path, (event) => events.push(event));
  const running = watch.run(ending.signal);
  const look = async () => {
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    waiting.shift()?.();
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  const end = async () => {
    ending.abort();
    for (const resolve of waiting) resolve();
    await running;
  };
  return { watch, path, events, look, end };
}

const entry = (model: string) => setupText({ models: { main: { defaultModel: model } } });

describe('the setup file at run time', () => {
  it('is read anew when it changes, also when it is replaced', async () => {
    const { watch, path, events, look, end } = await watched(entry('a/one'));
    await look();
    expect(events).toEqual([]);
    writeFileSync(`${path}.new`, entry('a/other'));
    renameSync(`${path}.new`, path);
    await look();
    expect(watch.current().live.entries[0]?.defaultModel).toBe('a/other');
    expect(events).toEqual([{ type: 'reload', ok: true, message: 'main' }]);
    await end();
  });

  it.each([
    ['does not parse', '{ models: ', /^(?!.*line 1.*line 1).*line 1/],
    ['has no entry of ours', '{ models: {} }', /no OpenRouter entry/],
    [
      'has a limit that is none',
      setupText({ models: { main: { defaultModel: 'a/b', budget: { dailyLimit: -2 } } } }),
      /budget\.dailyLimit is -2/,
    ],
  ])('keeps its last good state when it %s, and says so', async (_, text, error) => {
    const { watch, path, events, look, end } = await watched(entry('a/one'));
    writeFileSync(path, text);
    await look();
    expect(watch.current().live.entries[0]?.defaultModel).toBe('a/one');
    expect(watch.current().error).toMatch(error);
    expect(events).toMatchObject([{ type: 'reload', ok: false }]);
    writeFileSync(path, entry('a/mended'));
    await look();
    expect(watch.current()).toMatchObject({ error: null });
    await end();
  });

  it('keeps keys out of everything it hands on', async () => {
    const { watch, end } = await watched(entry('a/one'));
    expect(JSON.stringify(watch.current())).not.toContain(testKey);
    await end();
  });
});
