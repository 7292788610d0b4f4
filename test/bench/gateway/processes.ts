import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** Those that are to be ended after the measurement. */
export type Running = ChildProcess[];

export function start(
  running: Running,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  running.push(child);
  return child;
}

/** Starts a server of this folder that prints its port. */
export async function startScript(running: Running, name: string, ...args: readonly number[]) {
  const child = start(running, [scriptPath(name), ...args.map(String)]);
  return Number(await firstMatch(child, /^(\d+)/));
}

/** Runs a client of this folder, which prints what it has measured. */
export async function runScript(name: string, ...args: readonly (string | number)[]) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    scriptPath(name),
    ...args.map(String),
  ]);
  return JSON.parse(stdout);
}

export async function firstMatch(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = '';
  for await (const bytes of child.stdout ?? []) {
    text += String(bytes);
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error(`It ended without printing ${pattern}: ${text}`);
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

function scriptPath(name: string): string {
  return resolve('test/bench/gateway', name);
}
