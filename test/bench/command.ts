import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { put } from '../helpers/put.ts';

export const bin = resolve('bin/openclaw-openrouter.js');

type Env = Readonly<Record<string, string>>;

/** Writes a setup with one entry into `home` and returns the environment of its commands. */
export function furnish(home: string, baseUrl: string, key: string, members: object): Env {
  const entry = {
    provider: 'openrouter',
    apiKey: ['$', '{OPENROUTER_API_KEY}'].join(''),
    ...members,
  };
  put(join(home, '.config/openclaw/openclaw.json5'), JSON.stringify({ models: { router: entry } }));
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    OPENROUTER_BASE_URL: baseUrl,
    OPENROUTER_API_KEY: key,
  };
}

/** How long `node` takes with these arguments. Not synchronously: the server is in this process. */
export async function wallMs(args: readonly string[], env: Env): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  const status = await new Promise<number | null>((done) => child.on('close', done));
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
  return performance.now() - start;
}
