import { execa } from 'execa';
import type { Env, ExecResult } from '../deps.ts';

export interface ExecOptions {
  readonly env?: Env;
  readonly cwd?: string;
  readonly timeoutMs?: number;
  readonly show?: boolean;
  readonly input?: string;
}

/**
 * Runs a program with exactly the given environment. With `show`, what it prints goes to our stderr as it comes:
 * stdout belongs to our own data.
 */
export async function execute(
  file: string,
  args: readonly string[],
  options: ExecOptions,
  signal: AbortSignal,
): Promise<ExecResult> {
  const shown = ['pipe', 'inherit'] as const;
  const result = await execa(file, args, {
    reject: false,
    extendEnv: false,
    env: options.env ?? {},
    cancelSignal: signal,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    ...(options.show === true ? { stdout: ['pipe', 2] as const, stderr: shown } : {}),
  });
  return {
    exitCode: result.exitCode ?? null,
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
    notFound: result.code !== undefined && neverRan.has(result.code),
    timedOut: result.timedOut,
  };
}

// `EACCES` is what the system says where a folder of PATH belongs to somebody else, as after `su`.
const neverRan: ReadonlySet<string> = new Set(['ENOENT', 'EACCES', 'ENOTDIR']);
