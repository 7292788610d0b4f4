import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runChanges } from '../../../src/commands/models/changes.ts';
import { runCompare } from '../../../src/commands/models/compare.ts';
import { type ListOptions, runList } from '../../../src/commands/models/list.ts';
import { runShow } from '../../../src/commands/models/show.ts';
import type { Env } from '../../../src/platform/deps.ts';
import { startSandbox } from '../../../src/sandbox/server.ts';
import { createWorld, testKey, type WorldOptions } from '../../helpers/world.ts';

const flags = { refresh: false, offline: false, timeoutMs: 5000 };
const all: ListOptions = {
  ...flags,
  query: '',
  filter: {},
  sort: null,
  limit: null,
  format: 'auto',
};

describe('models', () => {
  it('prints JSON of the documented shape, with exact prices', async () => {
    const { deps, printed } = await sandboxWorld();
    await runList(deps, { ...all, query: 'gpt-4o-mini', format: 'json' });
    const document = JSON.parse(printed.out);
    expect(Object.keys(document)).toEqual([
      ...['schemaVersion', 'ok', 'source', 'fetchedAt', 'models'],
    ]);
    expect(document).toMatchObject({ schemaVersion: 1, ok: true, source: 'live' });
    expect(document.models[0]).toEqual({
      id: 'openai/gpt-4o-mini',
      name: 'OpenAI: GPT-4o-mini',
      author: 'openai',
      contextLength: 128000,
      inputPerMillion: '0.15',
      outputPerMillion: '0.6',
      free: false,
      supportedParameters: expect.arrayContaining(['tools']),
      expirationDate: null,
      aliasTarget: null,
      cacheReadPerMillion: '0.075',
      cacheWritePerMillion: null,
      webSearchUsd: null,
      discount: null,
      tiers: [],
    });
    expect(printed.err).toBe('');
  });

  it('has null for a price that varies', async () => {
    const { deps, printed } = await sandboxWorld();
    await runList(deps, { ...all, query: 'openrouter/auto', format: 'json' });
    const [auto] = JSON.parse(printed.out).models;
    expect(auto).toMatchObject({ inputPerMillion: null, outputPerMillion: null, free: false });
  });

  it('prints tab-separated lines with a head in a pipe, and the summary on stderr', async () => {
    const { deps, printed } = await sandboxWorld();
    await runList(deps, { ...all, filter: { free: true }, sort: 'name' });
    const [head, ...rows] = printed.out.trimEnd().split('\n');
    expect(head?.split('\t').slice(0, 4)).toEqual([
      ...['id', 'inputPerMillion', 'outputPerMillion', 'contextLength'],
    ]);
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows) expect(row.split('\t').slice(1, 3)).toEqual(['0', '0']);
    expect(printed.err).toMatch(/\d+ of \d+ models · fetched just now/);
  });

  it('prints a table no wider than the terminal', async () => {
    const { deps, printed } = await sandboxWorld({ tty: true, columns: 80 });
    await runList(deps, all);
    const lines = printed.out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^ {2}model +in \$\/M +out \$\/M +context/);
    expect(lines.filter((line) => [...line].length > 80)).toEqual([]);
  });

  it('lists the newest first, or the best match', async () => {
    const { deps, printed } = await sandboxWorld();
    await runList(deps, { ...all, query: 'sonnet 4', limit: 1 });
    expect(printed.out.split('\n')[1]).toMatch(/^anthropic\/claude-sonnet-4\t/);
  });

  it('fetches the list once, then reads the cache', async () => {
    const { deps, printed, sandbox } = await sandboxWorld();
    await runList(deps, { ...all, format: 'json' });
    printed.out = '';
    await sandbox.close();
    await runList(deps, { ...all, format: 'json', limit: 1 });
    expect(JSON.parse(printed.out)).toMatchObject({ source: 'cache' });
  });

  it('prints no row when nothing matches', async () => {
    const { deps, printed } = await sandboxWorld();
    await runList(deps, { ...all, query: 'zzz unheard' });
    expect(printed.out.split('\n')).toHaveLength(2);
    expect(printed.err).toContain('0 of ');
  });

  it.each([
    ['author', { author: 'antropic' }, 'anthropic'],
    ['parameter', { supports: ['tool'] }, 'tools'],
  ])('rejects an unknown %s with a suggestion', async (_what, filter, suggestion) => {
    const { deps } = await sandboxWorld();
    await expect(runList(deps, { ...all, filter })).rejects.toMatchObject({
      type: 'usage',
      hint: `Did you mean ${suggestion}?`,
    });
  });

  it('fails offline without a cached list, with a hint', async () => {
    const { deps } = createWorld();
    await expect(runList(deps, { ...all, offline: true })).rejects.toMatchObject({
      type: 'network',
      hint: expect.stringContaining('without --offline'),
    });
  });
});

describe('models show', () => {
  const show = { ...flags, id: 'anthropic/claude-sonnet-4', messages: 100, json: true };

  it('prints prices, the cost of a typical message and the providers', async () => {
    const { deps, printed } = await sandboxWorld();
    await runShow(deps, show);
    const document = JSON.parse(printed.out);
    expect(document.model).toMatchObject({ id: show.id, inputPerMillion: '3', successor: null });
    expect(document.typical).toEqual({
      promptTokens: 1000,
      completionTokens: 300,
      messagesPerDay: 100,
      messageUsd: '0.0075',
      monthUsd: '22.5',
    });
    expect(document.providers.length).toBeGreaterThan(0);
    expect(document.providersNote).toBeNull();
  });

  it('prints names and exact values in a pipe, and a line for each provider', async () => {
    const { deps, printed } = await sandboxWorld();
    await runShow(deps, { ...show, json: false });
    const rows = printed.out.split('\n').map((line) => line.split('\t'));
    expect(rows).toContainEqual(['inputPerMillion', '3']);
    expect(rows).toContainEqual(['prices.prompt', '0.000003']);
    expect(rows).toContainEqual(['monthUsd', '22.5']);
    const [first] = rows.filter(([kind]) => kind === 'provider');
    expect(first?.slice(0, 5)).toEqual(['provider', 'Anthropic', 'anthropic', '3', '15']);
    expect(first).toHaveLength(12);
  });

  it('names the successor of a model that retires', async () => {
    const { deps, printed } = await sandboxWorld({ tty: true });
    await runShow(deps, { ...show, id: 'acme/retiring-1', json: false });
    expect(printed.out).toMatch(/Retires +! 20\d\d-\d\d-\d\d, in \d+ days/);
  });

  it('prints the model when the providers cannot be fetched', async () => {
    const { deps, printed, sandbox } = await sandboxWorld();
    await runList(deps, all);
    printed.out = '';
    await sandbox.close();
    await runShow(deps, show);
    const document = JSON.parse(printed.out);
    expect(document.model.id).toBe(show.id);
    expect(document.providers).toBeNull();
    expect(document.providersNote).toEqual(expect.any(String));
  });

  it('repeats the request without a refused key, and never prints it', async () => {
    const { deps, printed } = await sandboxWorld({}, { OPENROUTER_API_KEY: testKey });
    await runShow(deps, { ...show, json: false });
    expect(printed.out).toContain('Anthropic');
    expect(printed.out + printed.err).not.toContain(testKey);
  });

  it('rejects an unlisted id with a suggestion', async () => {
    const { deps } = await sandboxWorld();
    const id = 'meta-llama/llama-3.3-70b';
    await expect(runShow(deps, { ...show, id })).rejects.toMatchObject({
      type: 'not_found',
      hint: expect.stringContaining('meta-llama/llama-3.3-70b-instruct'),
    });
  });

  it('accepts an id with the prefix of the host', async () => {
    const { deps, printed } = await sandboxWorld();
    await runShow(deps, { ...show, id: 'openrouter/openai/gpt-4o' });
    expect(JSON.parse(printed.out).model.id).toBe('openai/gpt-4o');
  });
});

describe('models compare', () => {
  const ids = ['openai/gpt-4o', 'openai/gpt-4o-mini'];
  const compare = { ...flags, ids, messages: 10, format: 'json' as const };

  it('compares exact costs and marks the cheapest', async () => {
    const { deps, printed } = await sandboxWorld();
    await runCompare(deps, compare);
    expect(JSON.parse(printed.out).models).toMatchObject([
      { id: ids[0], messageUsd: '0.0055', monthUsd: '1.65', cheapest: false },
      { id: ids[1], messageUsd: '0.00033', monthUsd: '0.099', cheapest: true },
    ]);
  });

  it('needs two different listed models', async () => {
    const { deps } = await sandboxWorld();
    const twice = ['openai/gpt-4o', 'openrouter/openai/gpt-4o'];
    await expect(runCompare(deps, { ...compare, ids: twice })).rejects.toMatchObject({
      type: 'usage',
    });
    await expect(
      runCompare(deps, { ...compare, ids: ['openai/gpt-4o', 'openai/gpt4o-mini'] }),
    ).rejects.toMatchObject({ type: 'not_found' });
  });
});

describe('models --changes', () => {
  it('prints that nothing has changed after the first fetch', async () => {
    const { deps, printed } = await sandboxWorld({ tty: true });
    await runChanges(deps, { ...flags, format: 'auto' });
    expect(printed.out).toContain('Nothing has changed');
  });
});

/** A world whose OpenRouter is a sandbox of its own; the environment's key may be another than the sandbox's. */
async function sandboxWorld(options: WorldOptions = {}, env: Env = {}) {
  const { deps, printed } = createWorld(options);
  // The client's deadline is a sleep: it has to last.
  const clock = {
    ...deps.clock,
    sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, { signal, ref: false }),
  };
  const sandbox = await startSandbox({ clock });
  onTestFinished(() => sandbox.close());
  const { url } = sandbox;
  const world = { ...deps, clock, env: { ...deps.env, ...env, OPENROUTER_BASE_URL: url } };
  return { deps: world, printed, sandbox };
}
