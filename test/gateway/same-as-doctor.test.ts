import { beforeAll, describe, expect, it } from 'vitest';
import type { CatalogModel } from '../../src/catalog/model.ts';
import { findings, sandboxModels } from '../doctor/doctor-world.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import { testGateway } from './start.ts';

let models: readonly CatalogModel[];
beforeAll(async () => {
  models = await sandboxModels();
});

const ids = [
  ...['nitro', 'floor', 'exacto', 'online', 'thinking', 'floor:online'].map(
    (variant) => `openai/gpt-4o:${variant}`,
  ),
  ...['auto', 'auto:floor', 'auto-beta', 'pareto-code', 'free', 'fusion'].map(
    (router) => `openrouter/${router}`,
  ),
  ...['@preset/mine', 'openai/gpt-4o@preset/mine', 'openrouter/@preset/mine'],
  ...['~anthropic/claude-sonnet-latest', 'anthropic/claude-4-sonnet-20250522'],
  ...['openrouter/openai/gpt-4o', 'openai/gpt-oss-20b:free'],
  ...['openai/gpt-4o:nitor', 'anthropic/claude-sonet-4', 'auto'],
];

/** The errors of doctor for an entry with that model and a budget, and what serve answers to a request for it. */
async function judged(defaultModel: string) {
  const members = { defaultModel, budget: { dailyLimit: 5 }, parameters: { max_tokens: 50 } };
  const entry = { provider: 'openrouter', apiKey: `\${OPENROUTER_API_KEY}`, ...members };
  const text = JSON.stringify({ models: { main: entry } });
  const errors = (await findings({ text, models })).filter(({ severity }) => severity === 'error');
  const sandbox = await testSandbox();
  const gateway = await testGateway({
    models: { main: members },
    baseUrl: sandbox.url,
    key: sandbox.key,
  });
  const messages = [{ role: 'user', content: 'Hello' }];
  const { status } = await gateway.chat({ model: 'main', messages });
  const asked = sandbox.requests.filter(({ path }) => path.endsWith('/chat/completions'));
  return { errors, status, asked };
}

describe('what doctor accepts, serve serves, and the other way round', () => {
  it.each(ids)('with a budget: %s', async (defaultModel) => {
    const { errors, status } = await judged(defaultModel);
    expect([defaultModel, status < 400]).toEqual([defaultModel, errors.length === 0]);
  });

  it('leaves it to OpenRouter whether a free variant without a row exists', async () => {
    const { errors, status, asked } = await judged('openai/gpt-4o:free');
    expect([errors, status, asked.length]).toEqual([[], 404, 1]);
  });
});
