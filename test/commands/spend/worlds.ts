import { createServer } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { runSpend, type SpendOptions, type SpendResult } from '../../../src/commands/spend/run.ts';
import type { Deps } from '../../../src/platform/deps.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import type { SandboxOptions } from '../../../src/sandbox/state.ts';
import { put } from '../../helpers/put.ts';
import { createWorld, type TestWorld, type WorldOptions } from '../../helpers/world.ts';

/** A world whose API is a sandbox, whose key is the sandbox's, and whose setup file is `setup`. */
export async function spendWorld(
  setup: string | null = null,
  sandboxOptions: Partial<SandboxOptions> = {},
  options: WorldOptions = {},
): Promise<TestWorld & { readonly sandbox: Sandbox }> {
  const { clock } = createWorld(options).deps;
  const sandbox = await startSandbox({ clock, ...sandboxOptions });
  onTestFinished(() => sandbox.close());
  const env = { OPENROUTER_BASE_URL: sandbox.url, OPENROUTER_API_KEY: sandbox.key, TZ: 'UTC' };
  const world = createWorld({ ...options, env: { ...env, ...options.env } });
  if (setup !== null) writeSetup(world.home, setup);
  return { ...world, sandbox };
}

export function writeSetup(home: string, text: string): void {
  put(join(home, '.config', 'openclaw', 'openclaw.json5'), text);
}

/** The guide's step 6.1, with this budget. */
export function budgeted(budget: string): string {
  return `{ models: { openrouter: {
    provider: "openrouter", apiKey: "\${OPENROUTER_API_KEY}",
    defaultModel: "google/gemini-2.5-flash", budget: ${budget} } } }`;
}

export function spend(deps: Deps, options: Partial<SpendOptions> = {}): Promise<SpendResult> {
  return runSpend(deps, { failOn: 'exceeded', days: 7, timeout: 5_000, ...options });
}

/** An API that answers everything with this. */
export async function answering(status: number, body: unknown): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/api/v1`;
}
