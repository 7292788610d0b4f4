import type { Deps } from '../platform/deps.ts';
import { findHost } from './location.ts';

/** For all that OpenClaw does when it is restarted. */
const timeoutMs = 120_000;

/** `absent`: OpenClaw is not installed. `stopped`: by Ctrl-C. */
export type Restart = 'done' | 'failed' | 'absent' | 'stopped';

/**
 * The guide's step 2.3: restarts OpenClaw's gateway, then runs its doctor, with their output on stderr. Does not throw
 * on Ctrl-C, as everything is written by now.
 */
export async function restartHost(deps: Deps): Promise<Restart> {
  const run = (args: readonly string[]) =>
    deps.exec('openclaw', args, { env: deps.env, timeoutMs, show: true });
  try {
    if (!(await findHost(deps)).installed) return 'absent';
    const { exitCode } = await run(['gateway', 'restart']);
    if (exitCode !== 0) return 'failed';
    await run(['doctor', '--non-interactive']);
    return 'done';
  } catch (error) {
    if (deps.signal.aborted) return 'stopped';
    throw error;
  }
}
