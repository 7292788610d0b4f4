import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Exec } from '../../src/platform/deps.ts';
import { execute } from '../../src/platform/exec.ts';

/** Whether a program is on PATH; tests that need one that is not skip by name. */
export function hasProgram(name: string): boolean {
  return spawnSync(name, ['--version']).error === undefined;
}

/** What a program printed; throws where it fails. */
export function printedBy(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined || status !== 0) throw error ?? new Error(`${program}: ${stderr}`);
  return stdout;
}

/** A process that has ended and waits to be reaped by init does not run (proc(5), `stat`). */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Runs real programs, as the bin does. */
export const realExec: Exec = (file, args, options) =>
  execute(
    {
      signal: new AbortController().signal,
      platform: process.platform,
      kill: process.kill,
      show: () => {},
    },
    file,
    args,
    options,
  );
