import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { managementClientFor } from '../../../src/openrouter/client.ts';
import { listKeys } from '../../../src/openrouter/managed-keys.ts';
import { put } from '../../helpers/put.ts';
import { testSandbox } from '../../helpers/sandbox.ts';
import { createWorld, type WorldOptions } from '../../helpers/world.ts';

const setupText = `{ models: { one: { provider: 'openrouter', apiKey: '\${MY_KEY}', defaultModel: 'a/b', budget: { monthlyLimit: 30 } } } }`;

/** A home with that setup file, and a sandbox with a management key; `<key>` in a file is its own key. */
export async function start(
  options: WorldOptions & { readonly files?: Record<string, string> } = {},
) {
  const sandbox = await testSandbox();
  const world = createWorld({
    exec: async () => ({ exitCode: null, stdout: '', stderr: '', notFound: true, timedOut: false }),
    ...options,
    env: {
      OPENROUTER_BASE_URL: sandbox.url,
      OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey,
      SHELL: '/bin/bash',
      ...options.env,
    },
  });
  const files = { '.config/openclaw/openclaw.json5': setupText, ...options.files };
  for (const [path, text] of Object.entries(files)) {
    put(join(world.home, path), text.replaceAll('<key>', sandbox.key));
  }
  const keys = () => listKeys(managementClientFor(world.deps, sandbox.managementKey, 5_000), null);
  const rcText = () => readFileSync(join(world.home, '.bashrc'), 'utf8');
  return { ...world, sandbox, keys, rcText };
}

export const management = { managementKeyStdin: false, timeoutMs: 5_000, config: undefined };
