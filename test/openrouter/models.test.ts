import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fetchModels, listModels } from '../../src/openrouter/models.ts';
import { WireError } from '../../src/openrouter/wire-error.ts';
import { clientFor, json } from './serve.ts';

const real = new URL('../../../shared/data/openrouter-models.json', import.meta.url);

const row = (id: string, more: object = {}) => ({
  id,
  name: `Acme: ${id}`,
  pricing: { prompt: '0.000003', completion: '0.000015' },
  ...more,
});

describe('listModels', () => {
  it('reads a model', async () => {
    const { client, seen } = await clientFor((response) =>
      json(response, 200, {
        data: [
          row('acme/one', {
            canonical_slug: 'acme/one-2026',
            created: 1_776_351_100,
            context_length: 200_000,
            architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] },
            pricing: {
              prompt: '0.000003',
              completion: '-1',
              web_search: '0.01',
              image_token: '0.000001',
              image_output: '0.04',
              audio_output: '0.00002',
              input_cache_read: 3e-7,
              input_cache_write_1h: '0.000006',
              input_audio_cache: '0.0000002',
              discount: 0.5,
              overrides: [
                { min_prompt_tokens: 200_000, prompt: '0.000006', unheard_of: '1' },
                { utc_start: 100, utc_end: 400, completion: 1e-6 },
                'nonsense',
              ],
            },
            alias_target: { slug: 'acme/two', name: 'Two' },
            top_provider: { max_completion_tokens: 64_000, is_moderated: true },
            supported_parameters: ['tools'],
            expiration_date: '2026-12-01',
          }),
        ],
      }),
    );
    expect(await listModels(client)).toEqual([
      {
        id: 'acme/one',
        canonicalSlug: 'acme/one-2026',
        name: 'Acme: acme/one',
        created: 1_776_351_100,
        contextLength: 200_000,
        maxCompletionTokens: 64_000,
        inputModalities: ['text', 'image'],
        outputModalities: ['text'],
        pricing: {
          prompt: '0.000003',
          completion: '-1',
          webSearch: '0.01',
          imageToken: '0.000001',
          imageOutput: '0.04',
          audioOutput: '0.00002',
          inputCacheRead: '0.0000003',
          inputCacheWrite1h: '0.000006',
          inputAudioCache: '0.0000002',
          discount: '0.5',
          overrides: [
            {
              minPromptTokens: 200_000,
              utcStart: null,
              utcEnd: null,
              prices: { prompt: '0.000006' },
            },
            {
              minPromptTokens: null,
              utcStart: 100,
              utcEnd: 400,
              prices: { completion: '0.000001' },
            },
          ],
        },
        supportedParameters: ['tools'],
        expirationDate: '2026-12-01',
        isModerated: true,
        aliasTarget: 'acme/two',
      },
    ]);
    expect(seen[0]?.path).toBe('/api/v1/models');
  });

  it('drops invalid rows, and keeps incomplete or strange ones', async () => {
    const { client } = await clientFor((response) =>
      json(response, 200, {
        data: [
          null,
          row(''),
          { id: 'acme/free-of-price' },
          row('acme/odd', { name: 7, architecture: 'none', supported_parameters: [1, 'stop'] }),
        ],
      }),
    );
    expect(await listModels(client)).toMatchObject([
      { id: 'acme/odd', name: 'acme/odd', inputModalities: [], supportedParameters: ['stop'] },
    ]);
  });

  it('has no date for an alias, which OpenRouter lists with the time 0', async () => {
    const { client } = await clientFor((response) =>
      json(response, 200, { data: [row('~acme/one-latest', { created: 0 })] }),
    );
    expect(await listModels(client)).toMatchObject([{ created: null }]);
  });

  it('requests the models that the account allows', async () => {
    const { client, seen } = await clientFor((response) => json(response, 200, { data: [] }));
    await listModels(client, { user: true });
    expect(seen[0]?.path).toBe('/api/v1/models/user');
  });

  it('follows the next pages, and never to another host', async () => {
    const { client, seen } = await clientFor((response, { path }) => {
      const next = path.endsWith('offset=2')
        ? null
        : 'https://elsewhere.example/v1/models?offset=2';
      json(response, 200, { data: [row(next === null ? 'a/2' : 'a/1')], links: { next } });
    });
    expect((await listModels(client)).map(({ id }) => id)).toEqual(['a/1', 'a/2']);
    expect(seen.map(({ path }) => path)).toEqual(['/api/v1/models', '/api/v1/models?offset=2']);
  });

  it.each([
    'a/$(id)',
    'a/`id`',
    'a/b c',
    '-rf',
    'a/b\u001b[2J',
    'a/b\nc',
    '',
    `a/${'b'.repeat(300)}`,
  ])('drops a row with the invalid id %j', async (id) => {
    const { client } = await clientFor((response) =>
      json(response, 200, { data: [row(id), { ...row('a/b'), canonical_slug: id }] }),
    );
    expect(await listModels(client)).toMatchObject([{ id: 'a/b', canonicalSlug: null }]);
  });

  it('keeps a row with any id that OpenRouter accepts', async () => {
    const ids = ['~openai/gpt-latest', 'x-ai/grok-4.1:free', '@preset/mine', 'A/b_c+d@preset/e'];
    const { client } = await clientFor((response) =>
      json(response, 200, { data: ids.map((id) => row(id)) }),
    );
    expect((await listModels(client)).map(({ id }) => id)).toEqual(ids);
  });

  it('stops at a list that does not end', async () => {
    const { client, seen } = await clientFor((response) =>
      json(response, 200, { data: [row('a/b')], links: { next: '/api/v1/models?offset=0' } }),
    );
    await expect(listModels(client)).rejects.toThrow(WireError);
    expect(seen).toHaveLength(2);
  });

  it.skipIf(!existsSync(real))('reads every model of the real list (shared/data)', async () => {
    const list: { data: { id: string; pricing: { prompt: string } }[] } = JSON.parse(
      readFileSync(real, 'utf8'),
    );
    const { client } = await clientFor((response) => json(response, 200, list));
    const models = await listModels(client);
    expect(models.map(({ id }) => id)).toEqual(list.data.map(({ id }) => id));
    expect(models.map((m) => m.pricing.prompt)).toEqual(list.data.map((m) => m.pricing.prompt));
  });
});

describe('fetchModels', () => {
  it('returns what a cache needs, or that nothing changed', async () => {
    const { client } = await clientFor((response, { headers }) => {
      if (headers['if-none-match'] === '"7"') response.writeHead(304).end();
      else json(response, 200, { data: [row('a/b')] }, { etag: '"7"' });
    });
    const first = await fetchModels(client);
    expect(first).toMatchObject({
      changed: true,
      etag: '"7"',
      date: expect.stringMatching(/GMT$/),
    });
    expect(await fetchModels(client, { etag: '"7"' })).toEqual({ changed: false });
  });
});
