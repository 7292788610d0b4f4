import { expect, test } from 'vitest';
import { get, start } from '../start.ts';

interface List {
  readonly data: readonly { readonly id: string }[];
  readonly links: { readonly next: string | null };
  readonly total_count: number;
}

test('without offset and limit the whole list is returned, newest first', async () => {
  const list = await models('/models');
  expect(list.data.length).toBe(list.total_count);
  expect(list.links.next).toBeNull();
});

test('the pages have every model once', async () => {
  const sandbox = await start();
  const origin = new URL(sandbox.url).origin;
  const ids: string[] = [];
  let next: string | null = '/api/v1/models?limit=30';
  while (next !== null) {
    const page: List = JSON.parse(await (await fetch(origin + next)).text());
    ids.push(...page.data.map((model) => model.id));
    next = page.links.next;
  }
  const all = await models('/models');
  expect(ids).toEqual(all.data.map((model) => model.id));
});

test.each(['limit=0', 'limit=1001', 'limit=-1', 'offset=x', 'offset=1.5'])(
  '%s is 400',
  async (query) => {
    expect((await get(await start(), `/models?${query}`)).status).toBe(400);
  },
);

test('an offset past the end is an empty page', async () => {
  expect(await models('/models?offset=5000')).toMatchObject({ data: [], links: { next: null } });
});

test('models can be filtered by the parameters that they support', async () => {
  const ids = (await models('/models?supported_parameters=tools')).data.map((model) => model.id);
  expect(ids).toContain('openai/gpt-4o');
  expect(ids).not.toContain('openai/gpt-5-chat');
});

test('the price of a router varies', async () => {
  const { data } = await models('/models');
  expect(data.find((model) => model.id === 'openrouter/auto')).toMatchObject({
    pricing: { prompt: '-1', completion: '-1' },
  });
});

test('a free model has endpoints of its own, also when its colon is encoded', async () => {
  const sandbox = await start();
  const path = '/models/meta-llama/llama-3.3-70b-instruct%3Afree/endpoints';
  expect(await get(sandbox, path)).toMatchObject({
    status: 200,
    json: { data: { endpoints: [{ pricing: { prompt: '0' } }] } },
  });
});

test('the first endpoint has the price of the model, and latency is shown with a key only', async () => {
  const sandbox = await start();
  const path = '/models/qwen/qwen3-32b/endpoints';
  expect((await get(sandbox, path)).json).toMatchObject({
    data: {
      endpoints: [
        { tag: 'deepinfra/fp8', pricing: { prompt: '0.00000008' } },
        { pricing: { prompt: '0.000000088' } },
        { pricing: { prompt: '0.000000096' } },
      ],
    },
  });
  const [first] = JSON.parse((await get(sandbox, path, null)).text).data.endpoints;
  expect(first.latency_last_30m).toBeNull();
});

async function models(path: string): Promise<List> {
  return JSON.parse((await get(await start(), path)).text);
}
