import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { conversationCost } from './conversation.ts';
import type { Bench } from './figure.ts';

const model = 'anthropic/claude-sonnet-4';
const bin = resolve('bin/openclaw-openrouter.js');

const clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: async (ms: number, signal?: AbortSignal) => void (await sleep(ms, undefined, { signal })),
};

/** The same conversation three ways, each before a sandbox of its own: no figure of time, but of money. */
export const bench: Bench = async () => {
  const direct = await inSandbox((own) => conversationCost({ ...own, model, marks: true }));
  const uncached = await inSandbox((own) => conversationCost({ ...own, model, marks: false }));
  const through = await inSandbox(throughServe);
  const what = (other: string) => `cost of 20 turns through serve, to ${other}`;
  return [
    { what: what("the host's direct way"), measured: through / direct, atMost: 1.02, unit: 'x' },
    { what: what('no caching'), measured: through / uncached, atMost: 0.25, unit: 'x' },
  ];
};

async function inSandbox(run: (sandbox: Sandbox) => Promise<number>): Promise<number> {
  const sandbox = await startSandbox({ clock });
  return run(sandbox).finally(() => sandbox.close());
}

async function throughServe({ url, key }: Sandbox): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'openclaw-openrouter-bench-'));
  const config = join(home, 'setup.json5');
  const entry = { provider: 'openrouter', apiKey: `\${OPENROUTER_API_KEY}`, defaultModel: model };
  writeFileSync(config, JSON.stringify({ models: { main: entry } }));
  const env = { HOME: home, OPENROUTER_BASE_URL: url, OPENROUTER_API_KEY: key };
  const args = [bin, 'serve', '--port', '0', '--json', '--config', config];
  const serve = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    let told = '';
    while (!told.includes('"url"')) told += String((await once(serve.stdout, 'data'))[0]);
    const [, gateway = ''] = /"url": "([^"]+)"/.exec(told) ?? [];
    serve.stdout.resume();
    return await conversationCost({ url: gateway, key, model: 'main', marks: false });
  } finally {
    serve.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
}
