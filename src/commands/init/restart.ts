import type { Deps } from '../../deps.ts';
import { findHost } from '../../openclaw/host.ts';

const hostTimeoutMs = 120_000;

/** How the guide's step 2.3 went. `absent`: OpenClaw is not installed here. */
export type Restart = 'done' | 'failed' | 'absent';

/** Restarts OpenClaw's gateway, then runs its doctor; their output is shown on stderr as it comes. */
export async function restartHost(deps: Deps): Promise<Restart> {
  const host = await findHost(deps);
  if (!host.installed) return 'absent';
  const run = (args: readonly string[]) =>
    deps.exec('openclaw', args, { env: deps.env, timeoutMs: hostTimeoutMs, show: true });
  const restarted = await run(['gateway', 'restart']);
  if (restarted.exitCode !== 0) return 'failed';
  await run(['doctor', '--non-interactive']);
  return 'done';
}
