import { describe, expect, it } from 'vitest';
import type { SandboxModel } from '../../../src/sandbox/catalog.ts';
import { pdfOf } from '../../pricing/files.ts';
import { ask, handClock, start } from '../start.ts';

/** $1 in and out for each token; reads no files. */
const dear: SandboxModel = { id: 'a/dear', prompt: '1', completion: '1', contextLength: 1_000_000 };
const long = { min_prompt_tokens: 1_000, prompt: '2', completion: '3' };
const night = { utc_start: 2200, utc_end: 600, prompt: '5' };
const models: SandboxModel[] = [
  dear,
  { ...dear, id: 'a/tiered', overrides: [long] },
  { ...dear, id: 'a/nightly', overrides: [night] },
  {
    ...dear,
    id: 'a/native',
    traits: ['file'],
    extraPrices: { web_search: '10', request: '100', image: '7' },
  },
];

interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cost: number;
  readonly server_tool_use_details?: { readonly web_search_requests: number };
}

async function usageOf(model: string, body: object = {}, at?: string): Promise<Usage> {
  const sandbox = await start({ models, ...(at === undefined ? {} : { clock: handClock(at) }) });
  const { json } = await ask(sandbox, { model, max_tokens: 1, ...body });
  return (json as { usage: Usage }).usage;
}

const user = (...content: readonly unknown[]) => ({ messages: [{ role: 'user', content }] });
const fees = ({ cost, prompt_tokens, completion_tokens }: Usage) =>
  Number((cost - prompt_tokens - completion_tokens).toFixed(6));

describe('the bill of the sandbox', () => {
  it('is the price of every token', async () => {
    expect(fees(await usageOf('a/dear'))).toBe(0);
  });

  it.each([
    [
      'the form of the answer',
      { response_format: { type: 'json_schema', json_schema: { name: 'x'.repeat(600) } } },
      100,
    ],
    ['a picture', user({ type: 'image_url', image_url: { url: 'https://a/b' } }), 1_600],
    ['a file by its address', user({ type: 'file', file: { file_data: 'https://a/b' } }), 46_000],
    [
      'a film by its address',
      user({ type: 'video_url', video_url: { url: 'https://a/b' } }),
      17_400,
    ],
    ['a recording', user({ type: 'input_audio', input_audio: { data: 'A'.repeat(640_000) } }), 960],
    ['what a search finds', { plugins: [{ id: 'web' }] }, 3_000],
  ])('counts %s as a part of the prompt', async (_, body, tokens) => {
    expect((await usageOf('a/dear', body)).prompt_tokens).toBeGreaterThanOrEqual(tokens);
  });

  it('has the prices for long prompts from their threshold on', async () => {
    const messages = [{ role: 'user', content: 'x '.repeat(1_100) }];
    const usage = await usageOf('a/tiered', { messages });
    expect(usage.cost).toBe(2 * usage.prompt_tokens + 3 * usage.completion_tokens);
    expect(fees(await usageOf('a/tiered'))).toBe(0);
  });

  it.each([
    ['2026-11-22T23:00:00Z', 5],
    ['2026-11-22T05:59:00Z', 5],
    ['2026-11-22T06:00:00Z', 1],
  ])('has the prices of the hour: at %s', async (at, price) => {
    const usage = await usageOf('a/nightly', {}, at);
    expect(usage.cost).toBe(price * usage.prompt_tokens + usage.completion_tokens);
  });

  it('has the fees of a request and of a picture', async () => {
    expect(fees(await usageOf('a/native'))).toBe(100);
    const picture = user({ type: 'image_url', image_url: { url: 'https://a/b' } });
    expect(fees(await usageOf('a/native', picture))).toBe(107);
  });

  it.each([
    ['by the plugin', 'a/dear', { plugins: [{ id: 'web', max_results: 10 }] }, 0.04],
    ['by the variant :online', 'a/dear:online', {}, 0.02],
    ["by the model's own search", 'a/native', { web_search_options: {} }, 110],
    ['by a tool', 'a/dear', { tools: [{ type: 'openrouter:web_search' }] }, 0.02],
    ['never by a plugin that is off', 'a/dear', { plugins: [{ id: 'web', enabled: false }] }, 0],
  ])('charges for searches: %s', async (_, model, body, fee) => {
    const usage = await usageOf(model, body);
    expect(fees(usage)).toBe(fee);
    expect(usage.server_tool_use_details?.web_search_requests ?? 0).toBe(fee === 0 ? 0 : 1);
  });

  it.each([
    ['that the model cannot read itself', 'a/dear', undefined, 0.006],
    ['that it reads itself', 'a/native', undefined, 100],
    ['by the engine asked for', 'a/native', 'mistral-ocr', 100.006],
    ['not by the free engine', 'a/dear', 'cloudflare-ai', 0],
  ])('charges for the pages of a PDF %s', async (_, model, engine, fee) => {
    const file_data = `data:application/pdf;base64,${pdfOf({ pages: 3 }).toString('base64')}`;
    const plugins = engine === undefined ? [] : [{ id: 'file-parser', pdf: { engine } }];
    const body = { ...user({ type: 'file', file: { file_data } }), plugins };
    expect(fees(await usageOf(model, body))).toBe(fee);
  });

  it('has the instructions of a preset in the prompt', async () => {
    const [plain, preset] = [await usageOf('a/dear'), await usageOf('a/dear@preset/mine')];
    expect(preset.prompt_tokens - plain.prompt_tokens).toBe(1_000);
  });

  it('lists the prices that it charges', async () => {
    const sandbox = await start({ models });
    const { data } = (await (await fetch(`${sandbox.url}/models`)).json()) as {
      data: { id: string; pricing: object }[];
    };
    const pricing = (id: string) => data.find((row) => row.id === id)?.pricing;
    expect(pricing('a/tiered')).toEqual({ prompt: '1', completion: '1', overrides: [long] });
    expect(pricing('anthropic/claude-sonnet-4')).toMatchObject({
      web_search: '0.01',
      input_cache_write: '0.00000375',
      overrides: [{ min_prompt_tokens: 200_000, prompt: '0.000006' }],
    });
  });
});
