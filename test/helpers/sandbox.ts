import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/platform/deps.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import type { SandboxOptions } from '../../src/sandbox/state.ts';

/** The system clock. */
export const realClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) =>
    void (await sleep(ms, undefined, signal === undefined ? {} : { signal })),
};

/** A fake OpenRouter for one test, and the environment that points a bin at it. */
export async function testSandbox(
  options: Partial<SandboxOptions> = {},
): Promise<Sandbox & { readonly env: Readonly<Record<string, string>> }> {
  const sandbox = await startSandbox({ clock: realClock, ...options });
  onTestFinished(() => sandbox.close());
  return Object.assign(sandbox, {
    env: { OPENROUTER_BASE_URL: sandbox.url, OPENROUTER_API_KEY: sandbox.key },
  });
}
