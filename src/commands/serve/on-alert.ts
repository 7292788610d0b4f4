import { resolve } from 'node:path';
import type { AlertEvent } from '../../gateway/event.ts';
import type { Deps } from '../../platform/deps.ts';
import { UsageError } from '../../platform/errors.ts';
import { isProgram, programOnPath } from '../../platform/programs.ts';

/**
 * The absolute path of the program of `--on-alert`, found as a shell would find it. Throws UsageError if it cannot be
 * run, because otherwise nobody would notice before an alert is missed.
 */
export async function alertProgram(deps: Deps, name: string): Promise<string> {
  const path = name.includes('/') ? resolve(deps.place.cwd, name) : await programOnPath(deps, name);
  if (path === null) {
    throw new UsageError(`--on-alert: ${JSON.stringify(name)} is not on PATH`, {
      hint: namingHint,
    });
  }
  const facts = await deps.files.stat(path).catch(() => null);
  if (facts !== null && isProgram(facts)) return path;
  if (facts === null) {
    throw new UsageError(`--on-alert: ${path} does not exist`, { hint: namingHint });
  }
  throw new UsageError(`--on-alert: ${path} is not an executable file`, {
    hint: 'Name a program, or make the script executable with chmod +x',
  });
}

const namingHint =
  'Name a program on PATH or give its path; it is run without a shell, so put any arguments in a script';

const timeoutMs = 30_000;

/**
 * Runs the program with the alert as arguments. Returns what went wrong, or null. Its output is not repeated, since it
 * may contain anything.
 */
export async function runOnAlert(
  { exec, env, signal }: Deps,
  program: string,
  { status, entry, window, spentUsd, limitUsd }: AlertEvent,
): Promise<string | null> {
  try {
    const args = [status, entry, window, spentUsd, limitUsd];
    const { exitCode, notFound, timedOut } = await exec(program, args, { env, timeoutMs });
    if (exitCode === 0) return null;
    if (timedOut) return `${program} was stopped: it had not ended after ${timeoutMs / 1000} s`;
    if (notFound || exitCode === null) return `${program} could not be run, or was killed`;
    return `${program} failed with exit code ${exitCode}`;
  } catch {
    return signal.aborted ? null : `${program} could not be run`;
  }
}
