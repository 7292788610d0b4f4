import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CatalogModel } from '../../src/catalog/model.ts';
import { priced } from '../../src/catalog/prices.ts';
import { createClient } from '../../src/openrouter/client.ts';
import { listModels } from '../../src/openrouter/models.ts';
import { testSandbox } from '../helpers/sandbox.ts';
import {
  doctorWorld,
  examineAll,
  findings,
  findingsOf,
  fixedClock,
  sandboxModels,
} from './doctor-world.ts';

const fixtures = join(import.meta.dirname, '..', 'fixtures', 'guide');
const real = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  'shared',
  'data',
  'openrouter-models.json',
);

const guide = (step: string) => readFileSync(join(fixtures, `guide-${step}.json5`), 'utf8');
const corrected = (text: string) =>
  text.replace(/meta-llama\/llama-3\.3-70b(?=[":])/g, 'meta-llama/llama-3.3-70b-instruct');
const steps = readdirSync(fixtures).map((name) => name.slice('guide-'.length, -'.json5'.length));

let models: readonly CatalogModel[];
beforeAll(async () => {
  models = await sandboxModels();
});

describe('the examples of the guide', () => {
  it.each(['3.1', '4.1'])(
    '%s names a model that does not exist, and nothing else is wrong',
    async (step) => {
      const found = await findings({ text: guide(step), models });
      const problems = found.filter(({ severity }) => severity !== 'info');
      expect(problems.map(({ checkId }) => checkId)).toEqual(['models/exists']);
    },
  );

  it.each(steps)('%s with its ids corrected has no problem', async (step) => {
    expect(await problemsOf(corrected(guide(step)))).toEqual([]);
  });

  it.each(steps)('%s with its ids corrected has no problem online either', async (step) => {
    const sandbox = await testSandbox({ clock: fixedClock });
    const doctor = await doctorWorld({
      text: corrected(guide(step)),
      env: sandbox.env,
      online: true,
    });
    const examined = await examineAll(doctor);
    expect(findingsOf(examined).filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(examined.flatMap((one) => (one.state === 'skipped' ? [one.reason] : []))).toEqual(
      expect.not.arrayContaining(['no network with --offline']),
    );
  });

  it.skipIf(!existsSync(real)).each(steps)(
    '%s is fine by the real list of models',
    async (step) => {
      const list = await realModels();
      const found = await findings({ text: corrected(guide(step)), models: list });
      expect(found.filter(({ severity }) => severity !== 'info')).toEqual([]);
    },
  );
});

describe('a large setup without a fault', () => {
  it.each([
    ['of a household with a channel for everybody', household],
    ['of a team with budgets and a cheap default', team],
    ['of a hundred entries', manyEntries],
  ])('%s has no finding at all but notes', async (_name, write) => {
    expect(await problemsOf(write())).toEqual([]);
  });
});

async function problemsOf(text: string) {
  const found = await findings({ text, models });
  return found.filter(({ severity }) => severity !== 'info');
}

async function realModels(): Promise<readonly CatalogModel[]> {
  const client = createClient({
    baseUrl: 'http://127.0.0.1:9',
    apiKey: null,
    fetch: async () =>
      new Response(readFileSync(real), { headers: { 'content-type': 'application/json' } }),
    clock: fixedClock,
    timeoutMs: 10_000,
  });
  return (await listModels(client)).map(priced);
}

function household(): string {
  return `// The family's assistant. Written by hand, kept in git.
{
  models: {
    // everybody's
    family: {
      provider: "openrouter",
      apiKey: "\${OPENROUTER_API_KEY}",
      defaultModel: "google/gemini-2.5-flash",
      fallbackModels: ["openai/gpt-4o-mini", "meta-llama/llama-3.3-70b-instruct:free"],
      retryOnFailure: true,
      maxRetries: 2,
      parameters: { temperature: 0.7, max_tokens: 2000 },
      budget: { dailyLimit: 1.50, monthlyLimit: 20, alertThreshold: 0.75 },
      headers: { "HTTP-Referer": "https://example.org", "X-Title": "Küche" },
    },
    /* homework */
    homework: {
      provider: 'openrouter',
      apiKey: '\${OPENROUTER_API_KEY}',
      defaultModel: 'google/gemini-2.5-flash',
      complexModel: 'anthropic/claude-sonnet-4',
      complexTriggers: ['Aufsatz', 'Gleichung', '翻译长文', 'explain step by step'],
      fallbackModels: ['openai/gpt-4o-mini'],
      providerPreferences: { exclude: ['azure'], prefer: ['google-vertex'] },
    },
    "local": { provider: "ollama", model: "llama3", baseUrl: "http://127.0.0.1:11434" },
  },
  channels: {
    whatsapp: { model: "family", allow: ["+491701234567"] },
    telegram: { model: "homework", },
    matrix: { model: "local" },
  },
  logging: { level: "info" },
}
`;
}

function team(): string {
  return `{
\t"models": {
\t\t"support": {
\t\t\t"provider": "openrouter", "apiKey": "\${OPENROUTER_API_KEY}",
\t\t\t"defaultModel": "openrouter/anthropic/claude-sonnet-4",
\t\t\t"fallbackModels": ["openai/gpt-4o", "google/gemini-2.5-pro", "deepseek/deepseek-chat"],
\t\t\t"retryOnFailure": true, "maxRetries": 3,
\t\t\t"budget": {"dailyLimit": 25, "monthlyLimit": 400, "alertThreshold": 0.9}
\t\t},
\t\t"code": {
\t\t\t"provider": "openrouter", "apiKey": "\${OPENROUTER_API_KEY}",
\t\t\t"defaultModel": "openai/gpt-4o-mini",
\t\t\t"complexModel": "anthropic/claude-sonnet-4", "complexTriggers": ["refactor", "stack trace", "代码"],
\t\t\t"fallbackModels": ["google/gemini-2.5-flash"]
\t\t},
\t\t"auto": {"provider": "openrouter", "apiKey": "\${OPENROUTER_API_KEY}", "defaultModel": "openrouter/auto"}
\t},
\t"channels": {"slack": {"model": "support"}, "discord": {"model": "code"}, "web": {"model": "auto"}}
}`;
}

function manyEntries(): string {
  const names = Array.from({ length: 100 }, (_unused, index) => `entry-${index}`);
  const entries = names.map(
    (name, index) => `    '${name}': { // the ${index}th
      provider: 'openrouter', apiKey: '\${OPENROUTER_API_KEY}',
      defaultModel: 'openai/gpt-4o', fallbackModels: ['google/gemini-2.5-pro', 'deepseek/deepseek-chat'],
      budget: { dailyLimit: ${index + 1}, monthlyLimit: ${(index + 1) * 20}, alertThreshold: .8 },
    },`,
  );
  const channels = names.map((name, index) => `    channel${index}: { model: '${name}' },`);
  return `{\n  models: {\n${entries.join('\n')}\n  },\n  channels: {\n${channels.join('\n')}\n  },\n}\n`;
}
