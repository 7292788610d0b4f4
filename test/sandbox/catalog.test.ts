import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createCatalog, isFree } from '../../src/sandbox/catalog.ts';
import { endpointsOf } from '../../src/sandbox/endpoints/models.ts';

const now = new Date('2026-11-22T12:00:00Z');
const catalog = createCatalog(now);

const guideIds = [
  'anthropic/claude-sonnet-4',
  'anthropic/claude-3.5-haiku',
  'openai/gpt-4o',
  'openai/gpt-4o-mini',
  'google/gemini-2.5-pro',
  'google/gemini-2.5-flash',
  'meta-llama/llama-3.3-70b-instruct',
  'meta-llama/llama-3.3-70b-instruct:free',
  'deepseek/deepseek-chat',
  'mistralai/mistral-large',
  'qwen/qwen-2.5-72b-instruct',
  'openrouter/auto',
];

test.each(guideIds)('the guide’s %s is in the list', (id) => {
  expect(catalog.find(id)?.id).toBe(id);
});

test.each(['meta-llama/llama-3.3-70b', 'meta-llama/llama-3.3-70b:free'])(
  'the guide’s %s is not in the list, and the nearest id is the right one',
  (id) => {
    expect(catalog.find(id)).toBeUndefined();
    expect(catalog.nearest(id, 1)).toEqual([id.replace('-70b', '-70b-instruct')]);
  },
);

test('the list has 60 models or more, including free ones and some without tools', () => {
  const { models } = catalog;
  expect(models.length).toBeGreaterThan(60);
  expect(models.filter(isFree).length).toBeGreaterThan(5);
  expect(models.filter((model) => !model.traits.includes('tools')).length).toBeGreaterThan(5);
  expect(new Set(models.map((model) => model.id)).size).toBe(models.length);
});

test('every model but the routers has one to four endpoints of known providers', () => {
  for (const model of catalog.models) {
    const router = ['openrouter/auto', 'openrouter/free'].includes(model.id);
    const count = endpointsOf(model).length;
    expect([model.id, count >= (router ? 0 : 1) && count <= 4]).toEqual([model.id, true]);
  }
});

test('the fictional model retires nine days after the start', () => {
  expect(catalog.find('acme/retiring-1')?.expirationDate).toBe('2026-12-01');
});

test('a custom model is added, or replaces the one with its id', () => {
  const own = createCatalog(now, [
    { id: 'me/mine', prompt: '0.1' },
    { id: 'openai/gpt-4o', prompt: '0.2' },
  ]);
  expect(own.models.length).toBe(catalog.models.length + 1);
  expect(own.find('me/mine')).toMatchObject({ prompt: '0.1', providers: ['fake-provider'] });
  expect(own.find('openai/gpt-4o')?.prompt).toBe('0.2');
});

const listed = new URL('../../../shared/data/openrouter-models.json', import.meta.url);
const hasList = existsSync(listed);

test.skipIf(!hasList)(
  `ids, prices and contexts are those of OpenRouter’s own list${hasList ? '' : ' (skipped: no list beside the checkout)'}`,
  () => {
    const { data }: { data: ListedModel[] } = JSON.parse(readFileSync(listed, 'utf8'));
    const real = new Map(data.map((model) => [model.id, model]));
    const sold = catalog.models.filter(({ id }) => !/^(acme\/|~)/.test(id));
    for (const { id, prompt, completion, contextLength, created } of sold) {
      const found = real.get(id);
      expect([id, found?.pricing.prompt, found?.pricing.completion]).toEqual([
        id,
        prompt,
        completion,
      ]);
      expect([id, found?.context_length, found?.created]).toEqual([id, contextLength, created]);
    }
  },
);

interface ListedModel {
  readonly id: string;
  readonly pricing: { readonly prompt: string; readonly completion: string };
  readonly context_length: number;
  readonly created: number;
}
