import type { Deps, ExecResult } from '../platform/deps.ts';
import { UserError } from '../platform/errors.ts';
import { findHost } from './location.ts';
import { hostErrorIn } from './status.ts';

/** `no host`: OpenClaw is not on PATH. */
export type Validation = 'valid' | 'no host' | 'not asked';

const validationTimeoutMs = 60_000;

/**
 * Runs the host's own validation of its config on disk. Throws UserError if it rejects the config or does not answer,
 * so that the change is undone.
 */
export async function validateConfig(deps: Deps): Promise<Validation> {
  const args = ['config', 'validate'];
  const options = { env: deps.env, timeoutMs: validationTimeoutMs };
  const result = await deps.exec('openclaw', args, options);
  if (result.notFound) return 'no host';
  if (result.exitCode === 0) return 'valid';
  throw new UserError(validationFailure(result), {
    hint: (program) =>
      `Nothing was changed. See what apply would write: ${program} apply --dry-run; check the config as it is: openclaw doctor`,
    detail: firstLines(`${result.stdout}\n${result.stderr}`),
  });
}

function validationFailure({ timedOut, exitCode, stderr }: ExecResult): string {
  if (timedOut) {
    return `openclaw config validate did not answer within ${validationTimeoutMs / 1000} s`;
  }
  if (exitCode === null) return 'openclaw config validate was killed';
  const reason = hostErrorIn(stderr);
  return reason === null
    ? 'OpenClaw rejects the config that apply wrote'
    : `OpenClaw cannot validate its config: ${reason}`;
}

function firstLines(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(0, 12).join('\n');
}

/** Covers everything OpenClaw does when it is restarted. */
const restartTimeoutMs = 120_000;

/** `absent`: OpenClaw is not installed. `stopped`: interrupted by Ctrl-C. */
export type Restart = 'done' | 'failed' | 'absent' | 'stopped';

/**
 * Step 2.3 of the guide: restarts OpenClaw's gateway, then runs its doctor, with their output on stderr. Does not throw
 * on Ctrl-C, because everything is already written.
 */
export async function restartHost(deps: Deps): Promise<Restart> {
  const run = (args: readonly string[]) =>
    deps.exec('openclaw', args, { env: deps.env, timeoutMs: restartTimeoutMs, show: true });
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
