import { describe, expect, it } from 'vitest';
import { listEndpoints, listProviders } from '../../src/openrouter/endpoints.ts';
import { clientFor, json } from './serve.ts';

describe('listEndpoints', () => {
  it('reads the endpoints of a model', async () => {
    const endpoint = {
      provider_name: 'Acme',
      tag: 'acme/fp8',
      name: 'Acme | one',
      context_length: 8192,
      max_completion_tokens: null,
      pricing: { prompt: '0.00003', completion: '0.00006', discount: 0 },
      quantization: 'fp8',
      status: -2,
      uptime_last_30m: 99.5,
      uptime_last_1d: 98,
      latency_last_30m: { p50: 250, p75: 350, p90: 480, p99: 850 },
      throughput_last_30m: null,
      supported_parameters: ['tools'],
    };
    const { client, seen } = await clientFor((response) =>
      json(response, 200, {
        data: {
          id: 'acme/one:free',
          name: 'One',
          endpoints: [endpoint, { provider_name: 'Bare' }],
        },
      }),
    );
    expect(await listEndpoints(client, 'acme/one:free')).toEqual({
      id: 'acme/one:free',
      name: 'One',
      endpoints: [
        {
          providerName: 'Acme',
          tag: 'acme/fp8',
          name: 'Acme | one',
          contextLength: 8192,
          maxCompletionTokens: null,
          pricing: { prompt: '0.00003', completion: '0.00006' },
          quantization: 'fp8',
          status: -2,
          uptimeLast30m: 99.5,
          uptimeLast1d: 98,
          latencyMs: 250,
          throughput: null,
          supportedParameters: ['tools'],
        },
      ],
    });
    expect(seen[0]?.path).toBe('/api/v1/models/acme/one:free/endpoints');
  });

  it('keeps an id with strange characters in the path', async () => {
    const { client, seen } = await clientFor((response) => json(response, 404, { error: {} }));
    await expect(listEndpoints(client, 'a/b?x=1#y')).rejects.toThrow();
    expect(seen[0]?.path).toBe('/api/v1/models/a/b%3Fx%3D1%23y/endpoints');
  });
});

describe('listProviders', () => {
  it('reads names and slugs', async () => {
    const { client } = await clientFor((response) =>
      json(response, 200, { data: [{ name: 'Acme', slug: 'acme', datacenters: ['US'] }, {}] }),
    );
    expect(await listProviders(client)).toEqual([{ name: 'Acme', slug: 'acme' }]);
  });
});
