import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { TestOptions } from '../../../src/commands/live-test/inputs.ts';
import { parseFaults } from '../../../src/sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { put } from '../../helpers/put.ts';
import { createWorld, standingClock, type WorldOptions } from '../../helpers/world.ts';

export const resilient = `{
  models: {
    "router-resilient": {
      provider: "openrouter",
      apiKey: "\${OPENROUTER_API_KEY}",
      defaultModel: "anthropic/claude-sonnet-4",
      fallbackModels: [
        "openai/gpt-4o",
        "meta-llama/llama-3.3-70b-instruct:free",
      ],
      retryOnFailure: true,
      maxRetries: 2,
    },
  },
}
`;

export const smart = `{
  models: {
    "router-smart": {
      provider: "openrouter",
      apiKey: "\${OPENROUTER_API_KEY}",
      defaultModel: "google/gemini-2.5-flash",
      complexModel: "anthropic/claude-sonnet-4",
      complexTriggers: ["代码", "分析"],
      parameters: { temperature: 0.7 },
    },
    "router-budget": {
      provider: "openrouter",
      apiKey: "\${OPENROUTER_API_KEY}",
      defaultModel: "deepseek/deepseek-chat",
    },
  },
  channels: { telegram: { model: "router-smart" } },
}
`;

/** A world whose home holds this setup file; no key and no network. */
export function worldWith(setup: string, options: WorldOptions = {}) {
  const world = createWorld(options);
  const path = put(join(world.home, '.config', 'openclaw', 'openclaw.json5'), setup);
  return { ...world, setupPath: path };
}

/** The same with a sandbox for its OpenRouter, in which these faults happen. */
export async function worldOnline(setup: string, faults = '', options: WorldOptions = {}) {
  const sandbox = await startedSandbox(faults);
  const env = { OPENROUTER_BASE_URL: sandbox.url, OPENROUTER_API_KEY: sandbox.key, ...options.env };
  return { ...worldWith(setup, { ...options, env }), sandbox };
}

async function startedSandbox(faults: string): Promise<Sandbox> {
  const sandbox = await startSandbox({
    clock: standingClock('2026-11-22T12:00:00.000Z'),
    ...(faults === '' ? {} : { faults: parseFaults(faults) }),
  });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

export function chatCount(sandbox: Sandbox): number {
  return sandbox.requests.filter(({ path }) => path.endsWith('/chat/completions')).length;
}

export function optionsOf(given: Partial<TestOptions> = {}): TestOptions {
  return { entries: [], concurrency: 16, ...given };
}
