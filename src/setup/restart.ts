import { findHost } from '../host/location.ts';
import type { Deps } from '../platform/deps.ts';

const hostTimeoutMs = 120_000;

/** How the guide's step 2.3 went. `absent`: OpenClaw is not installed here. `stopped`: by Ctrl-C. */
export type Restart = 'done' | 'failed' | 'absent' | 'stopped';

/**
 * Restarts OpenClaw's gateway, then runs its doctor; their output is shown on stderr as it comes. Never throws for
 * Ctrl-C: by now all is written.
 */
export async function restartHost(deps: Deps): Promise<Restart> {
  try {
    return await restart(deps);
  } catch (error) {
    if (deps.signal.aborted) return 'stopped';
    throw error;
  }
}

async function restart(deps: Deps): Promise<Restart> {
  const host = await findHost(deps);
  if (!host.installed) return 'absent';
  const run = (args: readonly string[]) =>
    deps.exec('openclaw', args, { env: deps.env, timeoutMs: hostTimeoutMs, show: true });
  const restarted = await run(['gateway', 'restart']);
  if (restarted.exitCode !== 0) return 'failed';
  await run(['doctor', '--non-interactive']);
  return 'done';
}
