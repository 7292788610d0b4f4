import { spawnSync } from 'node:child_process';

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
