import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readChanges } from '../../src/catalog/cached-list.ts';
import { type CatalogOptions, loadCatalog } from '../../src/catalog/load.ts';
import { createClient } from '../../src/openrouter/client.ts';
import { CancelError, UserError } from '../../src/platform/errors.ts';
import { createWorld, standingClock, temporaryFolder } from '../helpers/world.ts';
import { realModels, realRows } from './sample-models.ts';

describe('loadCatalog', () => {
  it('fetches once, then uses the cache while it is fresh', async () => {
    const api = await startApi();
    const first = await api.load();
    const second = await api.load({ now: later(23) });
    expect(first).toMatchObject({ source: 'live', stale: false, fetchedAt: noon });
    expect(second).toMatchObject({ source: 'cache', stale: false, fetchedAt: noon });
    expect(second?.models).toEqual(first?.models);
    expect(api.requests).toBe(1);
  });

  it('derives exact prices per million, the author and whether it is free', async () => {
    const api = await startApi();
    expect((await api.load())?.models[0]).toMatchObject({
      id: 'acme/one',
      author: 'acme',
      inputPerMillion: '0.08333333333333334',
      outputPerMillion: '0.6',
      free: false,
    });
  });

  it('fetches again when the list is older than a day or from the future', async () => {
    const api = await startApi();
    await api.load();
    expect(await api.load({ now: later(25) })).toMatchObject({ source: 'live' });
    expect(await api.load({ now: noon })).toMatchObject({ source: 'live' });
    expect(api.requests).toBe(3);
  });

  it('fetches again on refresh', async () => {
    const api = await startApi();
    await api.load();
    expect(await api.load({ mode: 'refresh' })).toMatchObject({ source: 'live' });
    expect(api.requests).toBe(2);
  });

  it('keeps an unchanged list and marks it as fresh', async () => {
    const api = await startApi();
    api.etag = '"v1"';
    await api.load();
    const again = await api.load({ now: later(30) });
    expect(api.lastStatus).toBe(304);
    expect(again).toMatchObject({ source: 'live', stale: false, fetchedAt: later(30) });
    expect(await api.load({ now: later(31) })).toMatchObject({ source: 'cache', stale: false });
  });

  it('does not take a list for unchanged that the API was not asked about', async () => {
    const api = await startApi();
    await api.load();
    api.isUnchanged = true;
    const again = await api.load({ now: later(48) });
    expect(api.lastStatus).toBe(304);
    expect(again).toMatchObject({ source: 'cache', stale: true, fetchedAt: noon });
    expect(again?.note).toContain('304');
  });

  it('uses an old list, with a note, when the API is down', async () => {
    const api = await startApi();
    await api.load();
    api.rows = null;
    const catalog = await api.load({ now: later(48) });
    expect(catalog).toMatchObject({ source: 'cache', stale: true, fetchedAt: noon });
    expect(catalog?.note).toContain('2026-11-22');
    expect(catalog?.models).toHaveLength(2);
  });

  it('fails on refresh when the API is down', async () => {
    const api = await startApi();
    await api.load();
    api.rows = null;
    await expect(api.load({ mode: 'refresh' })).rejects.toMatchObject({
      type: 'api',
      hint: expect.stringContaining('--offline'),
    });
  });

  it('uses the cache offline, however old, with a note', async () => {
    const api = await startApi();
    await api.load();
    const catalog = await api.load({ mode: 'offline', now: later(480) });
    expect(catalog).toMatchObject({ source: 'cache', stale: true });
    expect(catalog?.note).toContain('2026-11-22');
    expect(api.requests).toBe(1);
  });

  it('returns null offline without a cache', async () => {
    const api = await startApi();
    expect(await api.load({ mode: 'offline' })).toBeNull();
    expect(api.requests).toBe(0);
  });

  it.each([
    ['"id":"acme/one"', '"id":"acme/$(touch x)"'],
    ['"created":1', '"created":"1"'],
    ['"prompt":"0.000001"', '"prompt":0.000001'],
    ['"pricing":{', '"pricing":{"overrides":"none",'],
    ['"inputModalities":[]', '"inputModalities":[1]'],
    ['"inputModalities":[]', '"inputModalities":["text",]'],
    ['"inputModalities":[]', '"inputModalities":["text" "image"]'],
    ['"free":false', '"free":null'],
    ['"free":false', '"free":false,"more":1'],
    ['"author":"acme",', ''],
    ['}]}', '}'],
    ['"models":[', '"models":[],"others":['],
    ['"fetchedAt":"2026', '"fetchedAt":"soon 2026'],
    ['"version":3', '"version":2'],
  ])('ignores a cached list with %s changed to %s', async (valid, invalid) => {
    const api = await startApi();
    api.rows = [row('acme/one')];
    await api.load();
    const text = readFileSync(api.cacheFile(), 'utf8');
    expect(text).toContain(valid);
    writeFileSync(api.cacheFile(), text.replace(valid, invalid));
    expect(await api.load({ mode: 'offline' })).toBeNull();
  });

  it('fails with type network without a list and a connection', async () => {
    const api = await startApi();
    await api.close();
    const failed = api.load();
    await expect(failed).rejects.toBeInstanceOf(UserError);
    await expect(failed).rejects.toMatchObject({ type: 'network' });
  });

  it('keeps the cached list when the API returns an empty one', async () => {
    const api = await startApi();
    await api.load();
    api.rows = [];
    expect((await api.load({ now: later(48) }))?.models).toHaveLength(2);
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['of another version', (text: string) => text.replace(/"version":\d/, '"version":0')],
    [
      'of another API',
      (text: string) => text.replace('"baseUrl":"http://', '"baseUrl":"http://x.'),
    ],
    ['without a price', (text: string) => text.replace('"outputPerMillion":"0.6"', '"a":1')],
    ['with a list of nothing', (text: string) => text.replace(/"models":\[.*\]/, '"models":[]')],
    ['of bytes', () => '\u0000\uffff{{'],
    ['made of brackets', () => '['.repeat(100_000)],
    [
      'of one model with millions of prices',
      (text: string) => text.replace('"pricing":{', `"pricing":{${'"p":"1",'.repeat(3e6)}`),
    ],
    [
      'nested without end inside a model',
      (text: string) =>
        text.replace('"pricing":{', `"pricing":{"x":${'['.repeat(1e5)}${']'.repeat(1e5)},`),
    ],
  ])('replaces a cache that is %s', async (_what, spoil) => {
    const api = await startApi();
    await api.load();
    const path = api.cacheFile();
    const good = readFileSync(path, 'utf8');
    writeFileSync(path, spoil(good));
    expect(await api.load()).toMatchObject({ source: 'live' });
    expect(readFileSync(path, 'utf8')).toBe(good);
  });

  it('leaves one complete file and nothing else', async () => {
    const api = await startApi();
    await Promise.all([api.load(), api.load({ random: 0.25 }), api.load({ random: 0.75 })]);
    expect(readdirSync(api.folder)).toHaveLength(1);
    expect(await api.load({ mode: 'offline' })).not.toBeNull();
  });

  it('returns the list, with a note, when the cache cannot be written', async () => {
    const api = await startApi();
    writeFileSync(api.folder, 'a file where the folder should be');
    const catalog = await api.load();
    expect(catalog).toMatchObject({ source: 'live' });
    expect(catalog?.note).toContain('could not be cached');
  });

  it('loads no client while the cache is fresh', async () => {
    const api = await startApi();
    await api.load();
    const { deps } = createWorld();
    const load = () => Promise.reject(new Error('loaded'));
    const options = { cacheFolder: api.folder, mode: 'auto' as const };
    const client = { baseUrl: api.url, load };
    expect(await loadCatalog(deps, { ...options, client })).toMatchObject({ source: 'cache' });
  });

  it('stops at once on Ctrl-C', async () => {
    const api = await startApi();
    await expect(api.load({ aborted: true })).rejects.toBeInstanceOf(CancelError);
  });
});

describe('the changes of a refresh', () => {
  it('are what appeared, disappeared and changed price, newest first', async () => {
    const api = await startApi();
    await api.load();
    api.rows = [row('acme/one', '0.0000001', '0.0000006'), row('acme/three')];
    await api.load({ now: later(25) });
    api.rows = [row('acme/one', '0.0000001', '0.0000006')];
    await api.load({ now: later(50) });
    expect(await api.changes()).toEqual([
      { at: later(50), since: later(25), appeared: [], vanished: ['acme/three'], repriced: [] },
      {
        at: later(25),
        since: noon,
        appeared: ['acme/three'],
        vanished: ['acme/two:free'],
        repriced: [
          {
            id: 'acme/one',
            inputBefore: '0.08333333333333334',
            inputAfter: '0.1',
            outputBefore: '0.6',
            outputAfter: '0.6',
          },
        ],
      },
    ]);
  });

  it('are empty when nothing changed or there was no list before', async () => {
    const api = await startApi();
    await api.load();
    await api.load({ mode: 'refresh' });
    expect(await api.changes()).toEqual([]);
  });

  it('are ignored when their file is invalid', async () => {
    const api = await startApi();
    await api.load();
    api.rows = [row('acme/one')];
    await api.load({ now: later(25) });
    writeFileSync(api.cacheFile('changes'), '{');
    expect(await api.changes()).toEqual([]);
  });
});

it.skipIf(realRows === null)('the real list survives the cache unchanged', async () => {
  const api = await startApi();
  api.rows = [...(realRows ?? [])];
  const live = await api.load();
  const cached = await api.load();
  expect(cached?.models).toEqual(live?.models);
  const prices = cached?.models.map(({ id, inputPerMillion }) => [id, inputPerMillion]);
  expect(prices).toEqual(realModels().map(({ id, inputPerMillion }) => [id, inputPerMillion]));
});

const noon = '2026-11-22T12:00:00.000Z';

function later(hours: number): string {
  return new Date(Date.parse(noon) + hours * 3_600_000).toISOString();
}

function row(id: string, prompt = '0.000001', completion = '0.000002'): object {
  return { id, name: id, created: 1, context_length: 1000, pricing: { prompt, completion } };
}

/** An API that knows `/models` alone; `rows` null answers 503. */
async function startApi() {
  const folder = join(temporaryFolder(), 'cache');
  const api = {
    rows: [
      row('acme/one', '0.00000008333333333333334', '0.0000006'),
      row('acme/two:free', '0', '0'),
    ] as object[] | null,
    etag: null as string | null,
    /** Answers 304 whatever is asked. */
    isUnchanged: false,
    requests: 0,
    lastStatus: 0,
    folder,
    url: '',
    close: async () => {},
    cacheFile: (what = 'models') =>
      join(folder, readdirSync(folder).find((name) => name.startsWith(what)) ?? 'none'),
    changes: () => readChanges(createWorld().deps, { folder, baseUrl: api.url }),
    async load(options: LoadOptions = {}) {
      const { deps, abort } = createWorld();
      if (options.aborted === true) abort.abort(new CancelError());
      // The client's deadline is a sleep: it has to last.
      const clock = {
        ...standingClock(options.now ?? noon),
        sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, { signal, ref: false }),
      };
      const { fetch, signal } = deps;
      const client = createClient({
        ...{ baseUrl: api.url, apiKey: null, fetch, clock, signal },
        timeoutMs: 5000,
      });
      const world = { ...deps, clock, random: () => options.random ?? 0.5 };
      return loadCatalog(world, { client, cacheFolder: folder, mode: options.mode ?? 'auto' });
    },
  };
  const answer: RequestListener = (request, response) => {
    api.requests += 1;
    const isMatch = api.etag !== null && request.headers['if-none-match'] === api.etag;
    const known = api.isUnchanged || isMatch;
    api.lastStatus = api.rows === null ? 503 : known ? 304 : 200;
    const headers = { 'content-type': 'application/json', ...(api.etag && { etag: api.etag }) };
    const body = api.rows === null ? { error: { code: 503, message: 'down' } } : { data: api.rows };
    response.writeHead(api.lastStatus, headers).end(known ? undefined : JSON.stringify(body));
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
  api.close = () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  onTestFinished(api.close);
  return api;
}

interface LoadOptions {
  readonly mode?: CatalogOptions['mode'];
  readonly now?: string;
  readonly random?: number;
  readonly aborted?: boolean;
}
