import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { platform } from 'node:os';
import type { CopiedAttributes } from './deps.ts';

/** The new file: its path, and a descriptor that is open for writing. It is empty. */
export interface EmptyFile {
  readonly path: string;
  readonly descriptor: number;
}

/**
 * Gives an empty file the mode, the access control list and the extended attributes of another one. Node has no call
 * for the last two, `cp` of GNU and of the BSDs does it. The content may come along: it is to be truncated afterwards.
 */
export async function copyAttributes(from: string, to: EmptyFile): Promise<CopiedAttributes> {
  const copied = await copy(from, to);
  return copied.state === 'copied' ? checked(from, to) : copied;
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
  // BusyBox copies neither.
  if (platform() === 'linux') return { state: 'unsupported' };
  const bsd = await run('cp', ['-p', '--', from, to.path]);
  return bsd.exitCode === 0 ? { state: 'copied' } : { state: 'failed', reason: bsd.stderr };
}

/**
 * A folder may hand its default access control list down to every new file, and `cp` of GNU 9.2 and later leaves that
 * alone where the other file has none: it would let somebody read who could not before.
 */
async function checked(from: string, to: EmptyFile): Promise<CopiedAttributes> {
  const [had, has] = await Promise.all([hasAcl(from), hasAcl(to.path)]);
  if (had === has) return { state: 'copied' };
  if (had) return { state: 'failed', reason: 'cp has not copied the access control list' };
  const { exitCode } = await run('setfacl', ['-b', byDescriptor(to)], to.descriptor);
  if (exitCode === 0) return { state: 'copied' };
  const reason = 'the folder gives new files an access control list that setfacl cannot remove';
  return { state: 'failed', reason };
}

/** Whether a file has an access control list beyond its mode, as the `+` of `ls -l` says. */
export async function hasAcl(path: string): Promise<boolean> {
  const { stdout } = await run('ls', ['-ldL', '--', path]);
  return /^\S{10}[+@]/.test(stdout);
}

// Not by its path where that can be avoided: the folders on the way may belong to somebody else.
function byDescriptor({ path }: EmptyFile): string {
  return existsSync('/proc/self/fd') ? '/proc/self/fd/3' : path;
}

interface Ended {
  /** Null when it was not started, or was killed. */
  readonly exitCode: number | null;
  readonly failure: 'missing' | 'not started' | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program that may use one more descriptor as its number 3. Never throws. Ctrl-C at the terminal does not reach
 * it: a write that has begun is finished or taken back by us.
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
