import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GatewayEvent } from '../../src/gateway/event.ts';
import { type SetupWatch, watchSetup } from '../../src/gateway/setup-watch.ts';
import { createWorld, testKey } from '../helpers/world.ts';
import { setupText } from './start.ts';

interface Keys {
  /** In the environment. */
  readonly key?: string;
  readonly rcKey?: string;
}

const rcLine = (key: string) => `export OPENROUTER_API_KEY=${key}\n`;

/** A watch whose seconds pass when the test says so. */
async function watched(text: string, { key, rcKey }: Keys = { key: testKey }) {
  const env = key === undefined ? {} : { OPENROUTER_API_KEY: key };
  const { deps, home } = createWorld({ env: { SHELL: '/bin/bash', ...env } });
  const path = join(home, 'setup.json5');
  writeFileSync(path, text);
  const writeRc = (line: string) => writeFileSync(join(home, '.bashrc'), line);
  if (rcKey !== undefined) writeRc(rcLine(rcKey));
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
  return { watch, path, writeRc, events, look, end };
}

const entry = (model: string) => setupText({ models: { main: { defaultModel: model } } });

describe('the setup file at run time', () => {
  it('is reloaded when it is changed or replaced', async () => {
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
  ])('keeps its last good state when it %s, and reports it', async (_, text, error) => {
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

  it.each([
    ['the environment', entry('a/one')],
    ['the setup file', setupText({ models: { main: { defaultModel: 'a/one', apiKey: testKey } } })],
  ])('with a key of %s does not pass it on', async (_, text) => {
    const { watch, end } = await watched(text);
    expect(watch.current().live.entries[0]?.credential?.key).toBe(testKey);
    expect(JSON.stringify(watch.current())).not.toContain(testKey);
    await end();
  });
});

describe('a key at run time', () => {
  const otherKey = `sk-or-v1-${'9f8e7d6c'.repeat(8)}`;
  const two = setupText({
    models: { main: { defaultModel: 'a/one' }, second: { defaultModel: 'a/two' } },
  });
  const keysIn = ({ live }: ReturnType<SetupWatch['current']>) =>
    live.entries.map(({ credential }) => credential?.key ?? null);

  it('that is replaced in its file is used after the next check, and reported by its beginning', async () => {
    const { watch, writeRc, events, look, end } = await watched(two, { rcKey: testKey });
    const before = watch.current().live.entries.map(({ credential }) => credential);
    expect(before[0]).toBe(before[1]);
    writeRc(rcLine(otherKey));
    await look();
    expect(keysIn(watch.current())).toEqual([otherKey, otherKey]);
    expect(events).toEqual([
      ...['main', 'second'].map((entry) => {
        const message = 'the key is sk-or-v1-9f8e… from ~/.bashrc:1 now';
        return { type: 'key', ok: true, entry, message };
      }),
    ]);
    writeRc(rcLine(testKey));
    await look();
    const [again] = watch.current().live.entries;
    expect(again?.credential?.key).toBe(testKey);
    // A breaker that is open for the old one is not open for this one.
    expect(again?.credential).not.toBe(before[0]);
    await end();
  });

  it('stays the same object while other settings change', async () => {
    const { watch, path, writeRc, events, look, end } = await watched(two, { rcKey: testKey });
    const [before] = watch.current().live.entries;
    writeRc(`# mine\n${rcLine(testKey)}`);
    await look();
    writeFileSync(path, two.replace('a/one', 'a/other'));
    await look();
    const [after] = watch.current().live.entries;
    expect(after?.defaultModel).toBe('a/other');
    expect(after?.credential).toBe(before?.credential);
    expect(events).toMatchObject([{ type: 'reload', ok: true }]);
    await end();
  });

  it('is followed while the setup file cannot be read', async () => {
    const { watch, path, writeRc, look, end } = await watched(two, { rcKey: testKey });
    writeFileSync(path, '{');
    await look();
    writeRc(rcLine(otherKey));
    await look();
    expect(keysIn(watch.current())).toEqual([otherKey, otherKey]);
    expect(watch.current().error).not.toBeNull();
    await end();
  });

  it.each([
    ['vanishes', '', 'OPENROUTER_API_KEY is not set; sk-or-v1-1a2b… stays in use'],
    [
      'is written half',
      rcLine('sk-or-v1-9f8e'),
      'the key in ~/.bashrc:1 is too short; it was probably cut off when it was copied; sk-or-v1-1a2b… stays in use',
    ],
  ])('that %s stays in use, and is reported once', async (_, line, message) => {
    const { watch, writeRc, events, look, end } = await watched(entry('a/one'), {
      rcKey: testKey,
    });
    writeRc(line);
    await look();
    writeRc(`${line}\n# mine\n`);
    await look();
    expect(keysIn(watch.current())).toEqual([testKey]);
    expect(events).toEqual([{ type: 'key', ok: false, entry: 'main', message }]);
    writeRc(rcLine(otherKey));
    await look();
    expect(keysIn(watch.current())).toEqual([otherKey]);
    expect(watch.current().live.entries[0]?.keyProblem).toBeNull();
    await end();
  });

  it('that was missing is used as soon as it is set', async () => {
    const { watch, writeRc, look, end } = await watched(entry('a/one'), {});
    expect(watch.current().live.entries[0]).toMatchObject({
      credential: null,
      keyProblem: 'OPENROUTER_API_KEY is not set',
    });
    writeRc(rcLine(testKey));
    await look();
    expect(keysIn(watch.current())).toEqual([testKey]);
    await end();
  });

  it('that is rejected is replaced at once, and only by a newer one', async () => {
    const { watch, writeRc, end } = await watched(entry('a/one'), { key: testKey });
    const credential = () => watch.current().live.entries[0]?.credential ?? null;
    const first = credential();
    if (first === null) throw new Error('there is a key');
    await watch.keyRejected(first);
    expect(credential()).toBe(first);
    writeRc(rcLine(otherKey));
    await Promise.all([watch.keyRejected(first), watch.keyRejected(first)]);
    expect(credential()?.key).toBe(otherKey);
    await end();
  });
});
