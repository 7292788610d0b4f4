import type { Deps } from '../../deps.ts';
import { findHost } from '../../openclaw/host.ts';

const hostTimeoutMs = 120_000;

/**
 * The guide's step 2.3, where OpenClaw is installed: restarts its gateway and runs its doctor, their output shown.
 * False when OpenClaw is not here or the restart failed; the person is then told what to type.
 */
export async function restartHost(deps: Deps): Promise<boolean> {
  const host = await findHost(deps);
  if (!host.installed) return false;
  const run = (args: readonly string[]) =>
    deps.exec('openclaw', args, { env: deps.env, timeoutMs: hostTimeoutMs, show: true });
  const restarted = await run(['gateway', 'restart']);
  if (restarted.exitCode !== 0) return false;
  await run(['doctor', '--non-interactive']);
  return true;
}
