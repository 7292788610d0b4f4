import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder, temporaryFolder } from './world.ts';

export const binPath = join(packageFolder, 'bin', 'openclaw-openrouter.js');

/** A compile cache shared by all tests; with a new home, each run of the bin would compile everything again. */
export const compileCache = join(packageFolder, 'node_modules', '.cache', 'compile-cache');
mkdirSync(compileCache, { recursive: true, mode: 0o700 });

export interface BinRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface BinOptions {
  readonly home?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
  /** A different copy of the built bin. */
  readonly bin?: string;
  /** Runs the bin as this user and group id; requires root. */
  readonly user?: number;
}

/** Runs the built bin like a script would: with pipes, its own home, and only PATH from our environment. */
export function runBin(args: readonly string[], options: BinOptions = {}): Promise<BinRun> {
  const home = options.home ?? temporaryFolder();
  const child = spawn(process.execPath, [options.bin ?? binPath, ...args], {
    cwd: options.cwd ?? home,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: home,
      LANG: 'C.UTF-8',
      NODE_COMPILE_CACHE: compileCache,
      ...options.env,
    },
    ...(options.user === undefined ? {} : { uid: options.user, gid: options.user }),
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
