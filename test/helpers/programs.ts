import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Exec } from '../../src/platform/deps.ts';
import { execute } from '../../src/platform/exec.ts';

/** Whether a program is on PATH. Tests that need a missing one are skipped. */
export function hasProgram(name: string): boolean {
  return spawnSync(name, ['--version']).error === undefined;
}

/** The output of a program; throws if it fails. */
export function printedBy(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined || status !== 0) throw error ?? new Error(`${program}: ${stderr}`);
  return stdout;
}

/** A zombie, which has exited but has not been reaped by init yet, does not count as running (proc(5), `stat`). */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Runs real programs, like the bin does. */
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
