import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { platform } from 'node:os';
import type { CopiedAttributes } from './deps.ts';

/** A new file with a descriptor that is open for writing. */
export interface EmptyFile {
  readonly path: string;
  readonly descriptor: number;
}

/**
 * Copies the mode, access control list and extended attributes of a file to an empty one. Node has no API for the last
 * two, but GNU and BSD `cp` copy them. `cp` may also copy the content, so the caller must truncate the file.
 */
export async function copyAttributes(from: string, to: EmptyFile): Promise<CopiedAttributes> {
  const copied = await copy(from, to);
  return copied.state === 'copied' ? correctAcl(from, to) : copied;
}

async function copy(from: string, to: EmptyFile): Promise<CopiedAttributes> {
  const options = ['--attributes-only', '--preserve=mode,xattr', '--no-target-directory'];
  const gnu = await run('cp', [...options, '--', from, byDescriptor(to)], to.descriptor);
  if (gnu.exitCode === 0) return { state: 'copied' };
  const { stdout } = await run('cp', ['--help']);
  const knowsOptions = stdout.includes('--attributes-only');
  if (knowsOptions || gnu.failure === 'not started') {
    return { state: 'failed', reason: gnu.stderr };
  }
  // BusyBox `cp` copies neither.
  if (platform() === 'linux') return { state: 'unsupported' };
  const bsd = await run('cp', ['-p', '--', from, to.path]);
  return bsd.exitCode === 0 ? { state: 'copied' } : { state: 'failed', reason: bsd.stderr };
}

/**
 * A new file inherits the default access control list of its folder, and GNU `cp` 9.2 and later keeps it if the source
 * has none. That could let someone read the file who could not read it before.
 */
async function correctAcl(from: string, to: EmptyFile): Promise<CopiedAttributes> {
  const [had, has] = await Promise.all([hasAcl(from), hasAcl(to.path)]);
  if (had === has) return { state: 'copied' };
  if (had) return { state: 'failed', reason: 'cp has not copied the access control list' };
  const { exitCode } = await run('setfacl', ['-b', byDescriptor(to)], to.descriptor);
  if (exitCode === 0) return { state: 'copied' };
  const reason =
    'new files inherit an access control list from the folder, and setfacl cannot remove it';
  return { state: 'failed', reason };
}

/** Whether a file has an access control list in addition to its mode, according to the `+` in `ls -l`. */
export async function hasAcl(path: string): Promise<boolean> {
  const { stdout } = await run('ls', ['-ldL', '--', path]);
  return /^\S{10}[+@]/.test(stdout);
}

// Avoids the path, because its parent folders may belong to another user.
function byDescriptor({ path }: EmptyFile): string {
  return existsSync('/proc/self/fd') ? '/proc/self/fd/3' : path;
}

interface Ended {
  /** Null if the program was not started or was killed. */
  readonly exitCode: number | null;
  readonly failure: 'missing' | 'not started' | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program with `descriptor` as file descriptor 3. Never throws. Ctrl-C in the terminal does not reach the
 * program, because a write in progress must be finished or undone.
 */
function run(program: string, args: readonly string[], descriptor?: number): Promise<Ended> {
  return new Promise((resolve) => {
    const extra = descriptor === undefined ? [] : [descriptor];
    const stdio = ['ignore', 'pipe', 'pipe', ...extra] as const;
    const child = spawn(program, args, { stdio: [...stdio], detached: true });
    const printed = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk: Buffer) => (printed.stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (printed.stderr += chunk.toString()));
    child.on('error', (error) => {
      const isMissing = 'code' in error && missing.has(error.code);
      const failure = isMissing ? 'missing' : 'not started';
      resolve({ exitCode: null, failure, stdout: '', stderr: error.message });
    });
    child.on('close', (exitCode) => resolve({ exitCode, failure: null, ...printed }));
  });
}

const missing: ReadonlySet<unknown> = new Set(['ENOENT', 'EACCES', 'ENOTDIR']);
